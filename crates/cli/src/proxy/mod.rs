//! `tress proxy`: between clients and a server, with faults on purpose.

mod faulty;
mod report;

use core::net::SocketAddr;
use std::net::TcpListener;
use std::process;
use std::thread;

use self::faulty::Faulty;
use self::report::{Form, SCHEMA};
use crate::args;
use crate::exit::{Failure, Result, on_ctrl_c};
use crate::fault::Script;
use crate::record::Recording;
use crate::relaying::{Relaying, listen, resolve};

/// Relays until Ctrl-C.
pub(crate) fn run(args: &args::Proxy) -> Result<()> {
    let script = args.fault.as_deref().map(Script::load).transpose()?;
    let script = script.unwrap_or_default();
    let upstream = resolve(&args.upstream)?;
    let shaping = script.shaping().clone();
    let (listener, address) = listen(&args.listen, shaping.buffer)?;
    let recording = Recording::new(args.log.as_deref(), None)?;
    let kept = recording.clone();
    on_ctrl_c(move || {
        let finished = kept.finish().map_err(Failure::reported);
        process::exit(finished.map_or_else(|kind| kind.code().into(), |()| 0))
    })?;
    let schema = args.json.then_some(SCHEMA);
    shaping.announce("proxying", address, &args.upstream, schema)?;
    let form = match args.json {
        true => Form::Objects,
        false => Form::People,
    };
    let mut faulty = Faulty::new(script, recording, form, args.verbose);
    Relaying::new(upstream, &shaping).run(&listener, |peer| Some(faulty.stage(peer)))
}

/// Stands between a listener and a server of this process, on threads of its own.
pub(crate) fn between(listener: TcpListener, server: SocketAddr, script: Script) {
    let shaping = script.shaping().clone();
    let mut faulty = Faulty::new(script, Recording::default(), Form::People, false);
    let relaying = Relaying::new(alloc::vec![server], &shaping);
    thread::spawn(move || relaying.run(&listener, |peer| Some(faulty.stage(peer))));
}
