//! `tress link`: a relay that is as slow as a link.

use core::net::SocketAddr;
use std::io::{self, Write};
use std::process;

use crate::args;
use crate::exit::{Failure, Result, on_ctrl_c};
use crate::relaying::{Relaying, Shaping, listen, resolve};
use crate::talk;

/// Relays until Ctrl-C.
pub(crate) fn run(args: &args::Link) -> Result<()> {
    let upstream = resolve(&args.upstream)?;
    let (listener, address) = listen(&args.listen, args.buffer)?;
    let shaping = Shaping {
        rate: args.rate,
        down_rate: args.down_rate,
        up_rate: args.up_rate,
        delay: args.delay,
        buffer: args.buffer,
        outages: args.outage.clone(),
    };
    on_ctrl_c(|| process::exit(0))?;
    announce(args, address, &shaping)?;
    Relaying::new(upstream, &shaping).run(&listener, |_| None)
}

/// Says where we are; called when everything is in place.
fn announce(args: &args::Link, address: SocketAddr, shaping: &Shaping) -> Result<()> {
    let (strong, about) = (talk::STRONG, shaping.about());
    let mut stdout = anstream::stdout().lock();
    let line = writeln!(
        stdout,
        "linking {strong}{address}{strong:#} to {} ({about}; Ctrl-C ends it)",
        args.upstream
    );
    match line.and_then(|()| stdout.flush()) {
        // Whoever started us may not care where we are.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::write("stdout", &error))
        }
        _ => Ok(()),
    }
}
