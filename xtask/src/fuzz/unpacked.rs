//! A corpus as the fuzzer wants it: a folder with a file for each input.

use alloc::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{corpus, root};
use crate::repo;

/// A folder with a file for each input, which is there as long as this is.
#[derive(Debug)]
pub(super) struct Unpacked(PathBuf);

impl Unpacked {
    /// The corpus of a target.
    pub(super) fn of(target: &str) -> Result<Self, String> {
        let unpacked = Self::new(&format!("{target}-all"))?;
        let inputs = corpus::read(&root(), target).map_err(|error| format!("{target}: {error}"))?;
        for (number, input) in inputs.iter().enumerate() {
            let path = unpacked.0.join(format!("{number:05}"));
            fs::write(&path, input).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(unpacked)
    }

    /// No input.
    pub(super) fn empty(target: &str) -> Result<Self, String> {
        Self::new(&format!("{target}-merged"))
    }

    fn new(name: &str) -> Result<Self, String> {
        let folder = repo::target_dir().join("fuzz-corpus").join(name);
        // What a run left that was stopped.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self(folder))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// All that is there now.
    pub(super) fn inputs(&self) -> Result<BTreeSet<Vec<u8>>, String> {
        let fail = |error: io::Error| format!("{}: {error}", self.0.display());
        let entries = fs::read_dir(&self.0).map_err(fail)?;
        entries
            .map(|entry| fs::read(entry.map_err(fail)?.path()).map_err(fail))
            .collect()
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        // It lies below the target folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}
