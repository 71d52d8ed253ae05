//! Ctrl-C: the file that is being written does not stay behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::exit::{INTERRUPTED, Result};

/// The file that is being written; one at a time is.
static HALF_WRITTEN: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Removes at Ctrl-C what is half written then, and ends.
///
/// # Errors
///
/// The system does not let us catch it.
pub(super) fn catch() -> Result<()> {
    crate::exit::on_ctrl_c(|| end(INTERRUPTED))
}

/// Removes what is half written, and ends the process.
pub(super) fn end(code: i32) -> ! {
    if let Some(path) = half_written().take() {
        // It is the end either way.
        let _ = fs::remove_file(path);
    }
    process::exit(code)
}

/// Begins to write a file.
pub(super) fn watch(path: &Path) {
    *half_written() = Some(path.to_path_buf());
}

/// Has written it, or has removed it.
pub(super) fn forget() {
    *half_written() = None;
}

fn half_written() -> MutexGuard<'static, Option<PathBuf>> {
    HALF_WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}
