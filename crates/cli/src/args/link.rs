//! The command line of `tress link`.

use core::time::Duration;

use crate::rate::{Rate, Size};
use crate::shaper::Outage;

/// Be a slow link to a server
///
/// Connections to LISTEN go on to UPSTREAM, whatever they speak, and come as late and as slowly as over a link that
/// has this rate and this delay. Half-closes and resets are passed on. Each connection has a link of its own.
///
/// Rates are octets in a second (1000, 64K, 1M, 48KiB/s; K, M and G are powers of 1024) or bits (400kbit/s, 10Mbit/s).
///
/// Ctrl-C ends it at once, and what is open with it.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  \
    tress link 127.0.0.1:9090 127.0.0.1:8080 --rate 48KiB/s --delay 100ms\n  \
    tress link 127.0.0.1:0 example.com:443 --down-rate 10Mbit/s --up-rate 1Mbit/s --buffer 16KiB\n  \
    tress link 127.0.0.1:9090 127.0.0.1:8080 --rate 400kbit/s --outage 10s..15s",
    after_help = "Exit codes: 0 ended by Ctrl-C, 2 wrong usage, 4 the server's name is not known."
)]
pub(crate) struct Link {
    /// Where to listen; port 0 takes any that is free
    #[arg(value_name = "LISTEN")]
    pub(crate) listen: String,

    /// Where connections go on to, HOST:PORT
    #[arg(value_name = "UPSTREAM")]
    pub(crate) upstream: String,

    /// How fast the link is, both ways; as fast as the machine if nothing is said
    #[arg(long)]
    pub(crate) rate: Option<Rate>,

    /// How fast it is towards the client, in place of --rate
    #[arg(long, value_name = "RATE")]
    pub(crate) down_rate: Option<Rate>,

    /// How fast it is towards the server, in place of --rate
    #[arg(long, value_name = "RATE")]
    pub(crate) up_rate: Option<Rate>,

    /// How long octets take from one end to the other, such as 100ms; an answer takes that twice
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, default_value = "0ms")]
    pub(crate) delay: Duration,

    /// How many octets wait for their turn, each way; the buffers of the sockets become as small
    ///
    /// If nothing is said, 64 KiB wait, and the sockets have what the system gives them.
    #[arg(long, value_name = "OCTETS")]
    pub(crate) buffer: Option<Size>,

    /// When nothing leaves, counted from the beginning of a connection; may be given more than once
    #[arg(long, value_name = "FROM..UNTIL")]
    pub(crate) outage: Vec<Outage>,

    /// Say where it is in an object; schema tress-link/1
    #[arg(long)]
    pub(crate) json: bool,
}
