//! Small requests by h2load, and what they cost the server.

use std::process::Command;

use super::peer::Running;
use super::{CLIENT_CORE, Outcome, account};

/// How many seconds one run may take.
const BOUND: &str = "60";

/// So many requests, on so many connections, so many at a time on each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How many requests.
    pub requests: u32,
    /// On how many connections.
    pub connections: u32,
    /// How many at a time on each connection.
    pub streams: u32,
}

impl Shape {
    /// Such as `10 x 100`.
    pub fn name(self) -> String {
        format!("{} x {}", self.connections, self.streams)
    }
}

/// What a run of h2load came to.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The microseconds on a processor that the server took for a request.
    pub micros: f64,
    /// How many requests were answered in a second.
    pub rate: f64,
}

/// Has a server answer small requests.
pub fn run(server: &Running, shape: Shape) -> Outcome<Run> {
    let before = account::seconds(server.pid())?;
    let rate = h2load(server, shape)?;
    let spent = account::seconds(server.pid())? - before;
    let micros = spent * 1e6 / f64::from(shape.requests);
    Ok(Run { micros, rate })
}

/// Runs h2load; returns the requests in a second.
pub fn h2load(server: &Running, shape: Shape) -> Outcome<f64> {
    let mut command = Command::new("timeout");
    command.args([BOUND, "taskset", "-c", CLIENT_CORE, "h2load"]);
    command.args(["-n", &shape.requests.to_string()]);
    command.args(["-c", &shape.connections.to_string()]);
    command.args(["-m", &shape.streams.to_string()]);
    let scheme = if server.is_tls { "https" } else { "http" };
    command.arg(format!("{scheme}://{}/small", server.address));
    let said = String::from_utf8(command.output()?.stdout)?;
    judge(&said, shape.requests).ok_or_else(|| format!("h2load failed: {said}").into())
}

/// Reads the requests in a second, if all succeeded with a good status.
fn judge(said: &str, requests: u32) -> Option<f64> {
    let counted = |word: &str| -> Option<u32> {
        let (before, _) = said.split_once(word)?;
        before.rsplit(' ').next()?.parse().ok()
    };
    let (before, _) = said.split_once(" req/s")?;
    let rate = before.rsplit(' ').next()?.parse().ok()?;
    let are_good = counted(" succeeded")? == requests && counted(" 2xx")? == requests;
    are_good.then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::judge;

    const SAID: &str = "finished in 1.50s, 66600.50 req/s, 9.1MB/s\n\
        requests: 100 total, 100 started, 100 done, 100 succeeded, 0 failed, 0 errored, 0 timeout\n\
        status codes: 100 2xx, 0 3xx, 0 4xx, 0 5xx\n";

    #[test]
    fn a_run_counts_when_all_its_requests_were_answered_well() {
        assert_eq!(judge(SAID, 100), Some(66600.5));
        assert_eq!(judge(SAID, 101), None);
        assert_eq!(judge(&SAID.replace("100 2xx", "99 2xx"), 100), None);
        assert_eq!(judge("", 0), None);
    }
}
