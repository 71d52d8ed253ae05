//! Servers in processes of their own: this program again.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Outcome;

/// A server, which is killed when this is dropped.
pub(crate) struct Serving {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
}

impl Serving {
    /// Starts this program with these arguments; it says first where it listens.
    pub(crate) async fn start(arguments: &[&str]) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("it has no stdout")?;
        let mut lines = BufReader::new(stdout).lines();
        let address = lines.next_line().await?.ok_or("it does not say where")?;
        Ok(Self { child, address })
    }

    /// Sends it a signal, by its name.
    pub(crate) async fn signal(&self, name: &str) -> Outcome {
        let id = self.child.id().ok_or("it has ended")?.to_string();
        let status = Command::new("kill")
            .args(["-s", name, &id])
            .status()
            .await?;
        crate::must(status.success(), "the signal is sent")
    }

    /// Has it end in good order, and waits for that.
    pub(crate) async fn end(mut self) -> Outcome {
        drop(self.child.stdin.take());
        let status = self.child.wait().await?;
        crate::must(status.success(), "a server ends in good order")
    }

    /// The CPU seconds that it has used so far.
    pub(crate) fn cpu(&self) -> Outcome<f64> {
        /// As the kernel counts for others, on every architecture of Linux's.
        const TICKS: f64 = 100.0;
        let id = self.child.id().ok_or("it has ended")?;
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        let (_, fields) = stat.rsplit_once(')').ok_or("no fields")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks = |at: usize| -> Outcome<f64> { Ok(fields.get(at).ok_or("no field")?.parse()?) };
        Ok((ticks(11)? + ticks(12)?) / TICKS)
    }
}
