//! How many system calls a request costs, as `strace` counts them.
//!
//! A traced server is slower, so that more requests come together: where many streams share a
//! connection, the count is the least that there can be.

use core::time::Duration;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use super::Outcome;
use super::load::{Shape, h2load};
use super::peer::{Folder, Running};

/// How long a tracer may take to attach, and to detach.
const PATIENCE: Duration = Duration::from_secs(5);

/// Counts the system calls of a server while it answers, for each request.
pub fn count(server: &Running, folder: &Folder, shape: Shape) -> Outcome<f64> {
    let report = folder.file("strace");
    let mut tracing = Tracing(
        Command::new("strace")
            .args(["-f", "-qq", "-c", "-U", "calls,name", "-o"])
            .arg(&report)
            .args(["-p", &server.pid().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?,
    );
    tracing.wait_until_attached(server)?;
    h2load(server, shape)?;
    tracing.end()?;
    let said = fs::read_to_string(report)?;
    let calls = total(&said).ok_or_else(|| format!("cannot read the count in {said}"))?;
    Ok(calls / f64::from(shape.requests))
}

/// A tracer, which detaches from its process when it is dropped.
struct Tracing(Child);

impl Tracing {
    fn wait_until_attached(&mut self, server: &Running) -> Outcome<()> {
        let status = format!("/proc/{}/status", server.pid());
        let tracer = format!("TracerPid:\t{}\n", self.0.id());
        let is_attached = || Ok(fs::read_to_string(&status)?.contains(&tracer));
        wait(is_attached, "strace does not attach")
    }

    /// Interrupts it, upon which it writes its report.
    fn end(&mut self) -> Outcome<()> {
        let pid = self.0.id().to_string();
        Command::new("kill").args(["-INT", &pid]).status()?;
        wait(|| Ok(self.0.try_wait()?.is_some()), "strace does not end")
    }
}

/// Waits until something is so.
fn wait(mut is_so: impl FnMut() -> Outcome<bool>, otherwise: &str) -> Outcome<()> {
    let begun = Instant::now();
    while !is_so()? {
        if begun.elapsed() > PATIENCE {
            return Err(otherwise.into());
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

impl Drop for Tracing {
    fn drop(&mut self) {
        // It has ended already, unless something went wrong.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The number in the last line, which sums up.
fn total(report: &str) -> Option<f64> {
    let line = report.lines().rfind(|line| line.ends_with("total"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::total;

    #[test]
    fn the_last_line_has_the_total() {
        let report = "    calls syscall\n--------- ----------------\n      200 recvfrom\n      \
            100 sendto\n--------- ----------------\n      300 total\n";
        assert_eq!(total(report), Some(300.0));
        assert_eq!(total(""), None);
    }
}
