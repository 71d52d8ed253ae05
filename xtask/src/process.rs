//! Runs other programs, each with a bound on its time.

use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use std::env;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Instant;

use crate::repo;

/// How a program ended, and what it wrote to both of its outputs.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) success: bool,
    pub(crate) output: String,
}

impl Finished {
    /// The last line that says something.
    pub(crate) fn closing_line(&self) -> &str {
        let mut lines = self.output.lines().rev().map(str::trim);
        lines.find(|line| !line.is_empty()).unwrap_or_default()
    }
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(repo::root());
    command.env("CARGO_TERM_COLOR", "never");
    // These describe the package of this program, and would misinform the build scripts of others.
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&key);
        }
    }
    command
}

/// Says whether a program of this name is on the path.
pub(crate) fn is_installed(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

/// Runs the program to its end, or to the end of its time; both outputs are kept.
///
/// # Errors
///
/// What the system says when the program cannot be started.
pub(crate) fn run(command: &mut Command, bound: Duration) -> io::Result<Finished> {
    let log = Log::create()?;
    command.stdin(Stdio::null());
    command.stdout(log.file()?).stderr(log.file()?);
    let status = wait(&mut spawn(command)?, Instant::now() + bound)?;
    let mut output = String::from_utf8_lossy(&fs::read(&log.path)?).into_owned();
    if status.is_none() {
        output.push_str(&format!("\nstopped after {} s\n", bound.as_secs()));
    }
    Ok(Finished {
        success: status.is_some_and(|status| status.success()),
        output,
    })
}

/// Runs the program on this terminal, to its end or to the end of its time.
///
/// # Errors
///
/// What the system says when the program cannot be started.
pub(crate) fn run_visibly(command: &mut Command, bound: Duration) -> io::Result<bool> {
    command.stdin(Stdio::null());
    let status = wait(&mut spawn(command)?, Instant::now() + bound)?;
    Ok(status.is_some_and(|status| status.success()))
}

/// Starts the program at the head of a process group of its own, so that it can be stopped whole.
fn spawn(command: &mut Command) -> io::Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command.spawn()
}

/// Waits for the program; at the deadline it stops it and returns `None`.
fn wait(child: &mut Child, deadline: Instant) -> io::Result<Option<ExitStatus>> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            stop(child)?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// Stops the program and whatever it started.
fn stop(child: &mut Child) -> io::Result<()> {
    let group = format!("-{}", child.id());
    let mut kill = Command::new("kill");
    let stopped = kill.args(["-KILL", "--", &group]).status();
    if !stopped.is_ok_and(|status| status.success()) {
        child.kill()?;
    }
    child.wait().map(drop)
}

/// A file that collects output; a pipe would have to be read while the program runs.
struct Log {
    path: PathBuf,
}

impl Log {
    fn create() -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("xtask-{}-{count}.log", std::process::id());
        let path = env::temp_dir().join(name);
        File::create(&path)?;
        Ok(Self { path })
    }

    fn file(&self) -> io::Result<File> {
        File::options().append(true).open(&self.path)
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // Nothing can be done about a file that someone else has removed.
        let _ = fs::remove_file(&self.path);
    }
}
