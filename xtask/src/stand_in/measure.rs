//! One measurement of one of the two programs.

use core::time::Duration;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::Failure;
use crate::process;

/// How long one measurement may take.
const BOUND: Duration = Duration::from_secs(600);

/// How many ticks `/proc` counts in a second, on every Linux that there is (`USER_HZ`).
const TICKS: f64 = 100.0;

/// The processor of the server, and that of whoever asks it.
const CORES: [&str; 2] = ["0", "1"];

/// A server on a processor of its own, until it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(program: &Path, windows: &str) -> Result<Self, Failure> {
        let [core, _] = CORES;
        let mut command = Command::new("taskset");
        command.args(["-c", core]).arg(program);
        command.args(["serve", windows]).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let mut address = String::new();
        let said = child.stdout.take().map(BufReader::new);
        if let Some(mut said) = said {
            // Where nothing is said, nothing can be asked.
            let _ = said.read_line(&mut address);
        }
        let address = address.trim().to_owned();
        Ok(Self { child, address })
    }

    /// The seconds that it has been on a processor.
    fn seconds(&self) -> Result<f64, Failure> {
        let path = format!("/proc/{}/stat", self.child.id());
        let line = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        let fields = line.rsplit_once(')').map(|(_, rest)| rest);
        let mut fields = fields.into_iter().flat_map(str::split_ascii_whitespace);
        let user = fields.nth(11).and_then(|field| field.parse::<f64>().ok());
        let system = fields.next().and_then(|field| field.parse::<f64>().ok());
        let ticks = user.zip(system).map(|(user, system)| user + system);
        ticks
            .map(|ticks| ticks / TICKS)
            .ok_or_else(|| format!("cannot read the times in {line}").into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already needs none of it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks by h2load; all requests succeed.
fn h2load(server: &Server, requests: u32, arguments: &[&str], path: &str) -> Result<(), Failure> {
    let [_, core] = CORES;
    let mut command = Command::new("taskset");
    command.args(["-c", core, "h2load", "-n", &requests.to_string()]);
    command
        .args(arguments)
        .arg(format!("http://{}{path}", server.address));
    let finished = process::run(&mut command, BOUND).map_err(|error| error.to_string())?;
    let all = format!("{requests} succeeded, 0 failed, 0 errored, 0 timeout");
    if finished.success && finished.output.contains(&all) {
        return Ok(());
    }
    Err(format!("h2load:\n{}", finished.output).into())
}

/// The time of the server on its processor for a request, in microseconds.
pub(super) fn small(
    program: &Path,
    clients: u32,
    streams: u32,
    requests: u32,
) -> Result<f64, Failure> {
    let server = Server::start(program, "default")?;
    let (clients, streams) = (clients.to_string(), streams.to_string());
    let arguments = ["-c", &clients, "-m", &streams];
    // What is done once is done before.
    h2load(&server, 1000, &arguments, "/100")?;
    let before = server.seconds()?;
    h2load(&server, requests, &arguments, "/100")?;
    Ok((server.seconds()? - before) * 1e6 / f64::from(requests))
}

/// How fast content moves, in MiB a second: to the client, or of a file to the server.
pub(super) fn large(program: &Path, windows: &str, file: Option<&Path>) -> Result<f64, Failure> {
    let server = Server::start(program, windows)?;
    let bits = if windows == "large" { "24" } else { "16" };
    let mut arguments = vec!["-c", "1", "-m", "1", "-w", bits, "-W", bits];
    let file = file.map(|file| file.to_string_lossy().into_owned());
    let (requests, path) = match &file {
        Some(file) => {
            arguments.extend(["-d", file]);
            (16, "/0")
        }
        None => (1, "/1073741824"),
    };
    let begun = Instant::now();
    h2load(&server, requests, &arguments, path)?;
    Ok(1024.0 / begun.elapsed().as_secs_f64())
}

/// What an idle connection and an open stream have allocated, in octets.
pub(super) fn memory(program: &Path) -> Result<[f64; 2], Failure> {
    let said = said(Command::new(program).arg("memory"))?;
    let mut figures = said.split_whitespace().map(str::parse);
    match (figures.next(), figures.next()) {
        (Some(Ok(idle)), Some(Ok(open))) => Ok([idle, open]),
        _ => Err(format!("no figures: {said}").into()),
    }
}

/// How many answers a second a client gets of a server that is the same for all.
pub(super) fn client(program: &Path, server: &Path) -> Result<f64, Failure> {
    let server = Server::start(server, "default")?;
    let said = said(Command::new(program).args(["client", &server.address, "5"]))?;
    let figure = said.trim().parse();
    figure.map_err(|_| format!("no figure: {said}").into())
}

fn said(command: &mut Command) -> Result<String, Failure> {
    let finished = process::run(command, BOUND).map_err(|error| error.to_string())?;
    if finished.success {
        return Ok(finished.output);
    }
    Err(finished.output.into())
}
