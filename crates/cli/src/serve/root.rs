//! The served folder: what is opened in it never lies outside, whoever changes it meanwhile.
//!
//! Everything is opened below a handle of the folder, by `cap-std`, and not below its name. So a part
//! of a path that becomes a link between two looks at it leads nowhere.

use alloc::vec::Vec;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

/// A folder, open.
#[derive(Debug)]
pub(crate) struct Root {
    dir: Dir,
    /// Its name, without links in it.
    path: PathBuf,
}

/// What is at a path.
#[derive(Debug)]
pub(crate) enum Found {
    /// A file, open.
    File(File, Metadata),
    /// A folder, by its path under the root.
    Folder(PathBuf),
}

/// Why nothing is available at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Nothing is there, or a link that leads out.
    Nothing,
    /// It may not be read.
    Forbidden,
    /// The system has nothing left to open it with, such as file descriptors.
    Exhausted,
    /// It cannot be read.
    Unreadable,
}

/// A name in a folder.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// As the system has it.
    pub(crate) name: OsString,
    /// Whether it is a folder, and not a file.
    pub(crate) is_folder: bool,
}

impl Root {
    /// Opens a folder.
    ///
    /// # Errors
    ///
    /// It is none, or cannot be read.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(folder)?;
        let dir = Dir::open_ambient_dir(&path, ambient_authority())?;
        dir.entries()?;
        Ok(Self { dir, path })
    }

    /// Its name, without links in it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens what is at a path under the root; links are followed as long as they stay there.
    pub(crate) fn find(&self, relative: &Path) -> Result<Found, Missing> {
        self.inside(relative, |path| {
            if self.is_folder(path)? {
                return Ok(Found::Folder(path.to_path_buf()));
            }
            let (file, metadata) = self.file(path)?;
            Ok(Found::File(file, metadata))
        })
        .map_err(Missing::from)
    }

    /// Says whether a folder is there, or a file. A pipe or a device is nothing: it may do anything when
    /// it is opened.
    fn is_folder(&self, path: &Path) -> io::Result<bool> {
        let metadata = self.dir.metadata(path)?;
        if !metadata.is_dir() && !metadata.is_file() {
            return Err(ErrorKind::NotFound.into());
        }
        Ok(metadata.is_dir())
    }

    /// Opens a file.
    fn file(&self, path: &Path) -> io::Result<(File, Metadata)> {
        let file = self.dir.open_with(path, &reading())?.into_std();
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(ErrorKind::NotFound.into());
        }
        Ok((file, metadata))
    }

    /// Lists a folder; what would not be served is left out, such as a link that leads out.
    pub(crate) fn list(&self, folder: &Path) -> Result<Vec<Entry>, Missing> {
        let mut entries = Vec::new();
        for found in self.dir.read_dir(folder)? {
            let found = found?;
            let name = found.file_name();
            let kind = found.file_type()?;
            let kind = if kind.is_symlink() {
                let target = folder.join(&name);
                match self.inside(&target, |path| self.dir.metadata(path)) {
                    Ok(metadata) => metadata.file_type(),
                    Err(_) => continue,
                }
            } else {
                kind
            };
            if kind.is_dir() || kind.is_file() {
                let is_folder = kind.is_dir();
                entries.push(Entry { name, is_folder });
            }
        }
        entries.sort();
        Ok(entries)
    }

    /// Does something with a path, and, where that leads out of the root, with the place that its
    /// links come to: an absolute link, or one that goes up and comes back, may stay inside all the
    /// same.
    fn inside<T>(&self, path: &Path, act: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        match act(path) {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                let linked = fs::canonicalize(self.path.join(path))?;
                match linked.strip_prefix(&self.path) {
                    Ok(inside) if inside.as_os_str().is_empty() => act(Path::new(".")),
                    Ok(inside) => act(inside),
                    Err(_) => Err(ErrorKind::NotFound.into()),
                }
            }
            done => done,
        }
    }
}

/// Opens for reading; a pipe that was put there since it was looked at does not stop us.
fn reading() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK);
    }
    options
}

impl From<io::Error> for Missing {
    fn from(error: io::Error) -> Self {
        #[cfg(unix)]
        match error.raw_os_error() {
            Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM) => return Self::Exhausted,
            Some(libc::ELOOP | libc::ENAMETOOLONG) => return Self::Nothing,
            _ => {}
        }
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput => {
                Self::Nothing
            }
            ErrorKind::PermissionDenied => Self::Forbidden,
            ErrorKind::OutOfMemory => Self::Exhausted,
            _ => Self::Unreadable,
        }
    }
}

#[cfg(test)]
mod tests;
