//! `tress link`: a relay that is as slow as a link.

use std::process;

use crate::args;
use crate::exit::{Result, on_ctrl_c};
use crate::relaying::{Relaying, Shaping, listen, resolve};

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
    let schema = args.json.then_some("tress-link/1");
    shaping.announce("linking", address, &args.upstream, schema)?;
    Relaying::new(upstream, &shaping).run(&listener, |_| None)
}
