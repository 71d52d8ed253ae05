//! A client is judged: it is run for each case, and asks a server that is not quite right.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use tress_testkit::{Case, Target};

use super::Judged;
use super::wire::Trial;
use crate::args;
use crate::exit::{Failure, Result};

/// How often it is seen whether the client has connected.
const LOOK: Duration = Duration::from_millis(5);

/// Runs the client for each case, and judges it.
pub(super) fn judge(
    listen: &str,
    args: &args::Probe,
    cases: Vec<Case>,
    mut judged: impl FnMut(Judged) -> Result<()>,
) -> Result<()> {
    let refuse =
        |error: io::Error| Failure::usage(format_args!("cannot listen on {listen}: {error}"));
    let listener = TcpListener::bind(listen).map_err(refuse)?;
    listener.set_nonblocking(true).map_err(refuse)?;
    let authority = alloc::format!("{}", listener.local_addr().map_err(refuse)?);
    let target = Target::new("http", &authority, "/");
    for case in cases {
        let mut client = Client::run(&args.command, &authority)?;
        let result = match accept(&listener, args.timeout, &mut client.0) {
            Ok(mut stream) => {
                Trial::new(&mut stream, args.timeout).judge_client(&case, target.clone())
            }
            Err(failure) => Judged::undecided(case, &failure),
        };
        drop(client);
        // What the client has opened besides is not for the next case.
        while listener.accept().is_ok() {}
        judged(result)?;
    }
    Ok(())
}

/// A client that runs, and is stopped when it is not needed any more.
struct Client(Child);

impl Client {
    fn run(command: &[String], authority: &str) -> Result<Self> {
        let url = alloc::format!("http://{authority}/");
        let mut words = command.iter().map(|word| word.replace("{url}", &url));
        let program = words.next().unwrap_or_default();
        let child = Command::new(&program)
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child =
            child.map_err(|error| Failure::usage(format_args!("cannot run {program}: {error}")))?;
        Ok(Self(child))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // One that has ended by itself needs no more.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for the client to connect.
fn accept(listener: &TcpListener, limit: Duration, client: &mut Child) -> Result<TcpStream> {
    let end = Instant::now() + limit;
    while Instant::now() < end {
        match listener.accept() {
            Ok((stream, _)) => {
                let blocking = stream.set_nonblocking(false);
                return blocking
                    .map(|()| stream)
                    .map_err(|error| Failure::connect(format_args!("cannot read: {error}")));
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(Failure::connect(format_args!("cannot accept: {error}"))),
        }
        if let Ok(Some(status)) = client.try_wait() {
            return Err(Failure::connect(format_args!(
                "the client ended without a connection: {status}"
            )));
        }
        thread::sleep(LOOK);
    }
    Err(Failure::connect("the client did not connect in time"))
}
