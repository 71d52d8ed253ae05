//! Running the binary: always for a limited time, and nothing is left behind.

use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

/// What can move the octets.
#[cfg(feature = "tokio")]
pub(crate) const RUNTIMES: &[&str] = &["blocking", "tokio"];
#[cfg(not(feature = "tokio"))]
pub(crate) const RUNTIMES: &[&str] = &["blocking"];

/// How long anything may take.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// What a run of the binary has left.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

/// The binary, ready to be given arguments.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tress"));
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env_remove("CLICOLOR_FORCE");
    command
}

/// Runs the binary to its end.
#[track_caller]
pub(crate) fn tress<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Finished {
    let child = command().args(args).spawn().unwrap();
    finish(child)
}

/// Waits for a process, and kills it if that takes too long.
#[track_caller]
pub(crate) fn finish(mut child: Child) -> Finished {
    let read = |stream: Option<Box<dyn Read + Send>>| {
        thread::spawn(move || {
            let mut octets = Vec::new();
            if let Some(mut stream) = stream {
                stream.read_to_end(&mut octets).unwrap();
            }
            octets
        })
    };
    let stdout = read(child.stdout.take().map(|stream| Box::new(stream) as Box<_>));
    let stderr = read(child.stderr.take().map(|stream| Box::new(stream) as Box<_>));
    let code = wait(&mut child);
    Finished {
        code,
        stdout: stdout.join().unwrap(),
        stderr: String::from_utf8(stderr.join().unwrap()).unwrap(),
    }
}

/// Waits for the exit code of a process.
#[track_caller]
pub(crate) fn wait(child: &mut Child) -> Option<i32> {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if Instant::now() > end {
            child.kill().unwrap();
            panic!("the process did not end");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// A link or a proxy to a listener, killed when it is dropped.
pub(crate) struct Relay {
    pub(crate) child: Child,
    /// Host and port at which it listens.
    pub(crate) address: String,
}

impl Relay {
    /// Starts it by the tool's command of this name.
    #[track_caller]
    pub(crate) fn start(name: &str, upstream: &str, options: &[&str]) -> Self {
        let mut child = command()
            .args([name, "127.0.0.1:0", upstream])
            .args(options)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let address = line.split(' ').nth(1).unwrap().to_owned();
        Self { child, address }
    }

    /// The URL of a path, which has no slash in front.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server of ours, killed when it is dropped.
pub(crate) struct Serving {
    pub(crate) child: Child,
    /// Such as `http://127.0.0.1:40123/`.
    pub(crate) url: String,
}

impl Serving {
    /// Serves a folder on a port that is free.
    #[track_caller]
    pub(crate) fn start(folder: &Path, runtime: &str, more: &[&str]) -> Self {
        Self::start_with(command(), folder, runtime, more)
    }

    /// The same by a command of the tool that has its environment.
    #[track_caller]
    pub(crate) fn start_with(
        mut command: Command,
        folder: &Path,
        runtime: &str,
        more: &[&str],
    ) -> Self {
        let mut child = command
            .arg("serve")
            .arg(folder)
            .args(["--listen", "127.0.0.1:0", "--runtime", runtime])
            .args(more)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let url = line.split(' ').find(|word| word.contains("://"));
        let url = url
            .unwrap_or_else(|| panic!("no URL in {line:?}"))
            .to_owned();
        Self { child, url }
    }

    /// The URL of a path, which has no slash in front.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        let (_, rest) = self.url.split_once("://").unwrap();
        rest.trim_end_matches('/')
    }

    /// Kills it, and returns what it said on stderr.
    pub(crate) fn stop(mut self) -> String {
        self.child.kill().unwrap();
        let mut stderr = String::new();
        let stream = self.child.stderr.as_mut().unwrap();
        stream.read_to_string(&mut stderr).unwrap();
        stderr
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder of its own, removed when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("tress-it-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.file(name);
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Octets in which a piece that is lost, doubled or moved shows.
pub(crate) fn octets(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ len as u64;
    let mut octets = Vec::with_capacity(len + 8);
    while octets.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        octets.extend_from_slice(&state.to_le_bytes());
    }
    octets.truncate(len);
    octets
}

/// All that a log says, in lines for people.
#[track_caller]
pub(crate) fn events(log: &Path) -> String {
    let finished = tress(&["inspect", "--events", log.to_str().unwrap()]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    String::from_utf8(finished.stdout).unwrap()
}
