//! What a path of a URL leads to.

use std::fs::{File, Metadata};
use std::path::PathBuf;

use super::path::UrlPath;
use super::root::{Found, Missing, Root};

/// What a path of a URL leads to.
#[derive(Debug)]
pub(crate) enum Target {
    /// A file, and the name that tells its type.
    File(File, Metadata, PathBuf),
    /// A folder without an index.
    Folder(PathBuf),
    /// A folder whose path has no slash at its end.
    Elsewhere,
}

/// Finds what a path leads to: a folder is its index, if it has one.
pub(crate) fn find(root: &Root, url_path: &UrlPath) -> Result<Target, Missing> {
    let relative = url_path.relative();
    match root.find(&relative)? {
        Found::File(..) if url_path.is_folder => Err(Missing::Nothing),
        Found::File(file, metadata) => Ok(Target::File(file, metadata, relative)),
        Found::Folder(_) if !url_path.is_folder => Ok(Target::Elsewhere),
        Found::Folder(folder) => {
            let index = folder.join("index.html");
            match root.find(&index) {
                Ok(Found::File(file, metadata)) => Ok(Target::File(file, metadata, index)),
                Ok(Found::Folder(_)) | Err(Missing::Nothing) => Ok(Target::Folder(folder)),
                Err(why) => Err(why),
            }
        }
    }
}
