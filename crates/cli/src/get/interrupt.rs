//! Ctrl-C: the file that is being written does not stay behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::exit::{INTERRUPTED, Result};
use crate::record::Recording;

/// The file that is being written; one at a time is.
static HALF_WRITTEN: Mutex<Option<PathBuf>> = Mutex::new(None);

/// What is kept of the connections.
static RECORDING: Mutex<Option<Recording>> = Mutex::new(None);

/// Removes at Ctrl-C the file that is half written then, leaves what was recorded, and ends.
///
/// # Errors
///
/// The system does not let us catch it.
pub(super) fn catch() -> Result<()> {
    crate::exit::on_ctrl_c(|| end(INTERRUPTED))
}

/// Leaves what was recorded until then if the process ends early.
pub(super) fn keep(recording: Recording) {
    *RECORDING.lock().unwrap_or_else(PoisonError::into_inner) = Some(recording);
}

/// Removes what is half written, leaves what was recorded, and ends the process.
pub(super) fn end(code: i32) -> ! {
    if let Some(path) = half_written().take() {
        // It is the end either way.
        let _ = fs::remove_file(path);
    }
    let recording = RECORDING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some(Err(failure)) = recording.map(|recording| recording.finish()) {
        failure.report();
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
