//! The command line of `tress bench`.

use core::num::NonZero;
use core::time::Duration;
use std::path::PathBuf;

use crate::bench::schedule::Arrivals;
use crate::rate::Size;
use crate::seconds;

/// Make load, and say where the time of it went
///
/// Without --rate the loop is closed: each answer makes place for the next request, so that a server that stops is
/// asked less. With --rate it is open: requests are due on one schedule, whatever the server does, and a latency counts
/// from when its request was due. A request belongs to a connection from then on, in turns.
///
/// Every nanosecond of a request has one label, the first that applies: generator late, dialing, our -m,
/// MAX_CONCURRENT_STREAMS, our socket, behind our other streams, connection window, stream window, the peer's first
/// octet, connection window exhausted by us (of it the round trip of credit that had left), stream window likewise,
/// behind other streams' DATA, nothing arriving.
///
/// What is under way at the end counts as it is by then: it is censored. What takes longer than --timeout counts with
/// that time, as an error. Ctrl-C ends the run, and what was measured is said.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  \
    tress bench --rate 2000 -c 10 -D 30 --warm-up 5 -k https://127.0.0.1:8443/index.html\n  \
    tress bench --compare -c 10 -m 100 http://127.0.0.1:8080/ http://127.0.0.1:9090/\n  \
    tress bench --rate 500 --grpc -d @request.bin http://127.0.0.1:50051/helloworld.Greeter/SayHello",
    after_help = "Exit codes: 0 done, 1 a request failed, or none was answered, 2 wrong usage, 4 no connection, or \
    client-bound: this tool was late itself (of its requests one in a hundred by more than a millisecond, and by more \
    than a hundredth of what half of the answers take), so that the figures are its own."
)]
pub(crate) struct Bench {
    /// What to ask for, in turns if there are more, all of one server
    #[arg(value_name = "URL", required = true)]
    pub(crate) urls: Vec<String>,

    /// Make so many requests a second, whatever the server does
    #[arg(long, value_name = "NUMBER", value_parser = rate)]
    pub(crate) rate: Option<f64>,

    /// How the times of --rate are spread
    #[arg(long, value_enum, default_value = "poisson")]
    pub(crate) arrivals: Arrivals,

    /// Make so many requests in all, in a closed loop
    #[arg(short = 'n', long, value_name = "NUMBER", conflicts_with = "rate", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) requests: Option<u64>,

    /// How many connections there are
    #[arg(short, long, value_name = "NUMBER", default_value = "1")]
    pub(crate) connections: NonZero<usize>,

    /// How many requests a connection has open at once; 1, or 100 with --rate, if nothing is said
    #[arg(short = 'm', long, value_name = "NUMBER")]
    pub(crate) streams: Option<NonZero<usize>>,

    /// How long to measure, in seconds or 500ms; 10 if nothing is said of -n either
    #[arg(short = 'D', long, value_name = "SECONDS", value_parser = seconds::parse)]
    pub(crate) duration: Option<Duration>,

    /// How long to wait before anything is measured
    #[arg(long, value_name = "SECONDS", value_parser = warm_up, default_value = "0")]
    pub(crate) warm_up: Duration,

    /// How long a request may take
    #[arg(long, value_name = "SECONDS", value_parser = seconds::parse, default_value = "20")]
    pub(crate) timeout: Duration,

    /// How many threads share the connections
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    pub(crate) threads: NonZero<usize>,

    /// Send content, given here or in a file; the method becomes POST
    #[arg(short, long, value_name = "TEXT|@FILE")]
    pub(crate) data: Option<String>,

    /// Send a header field, with every request
    #[arg(short = 'H', long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<String>,

    /// Use this method
    #[arg(short = 'X', long, value_name = "METHOD")]
    pub(crate) method: Option<String>,

    /// Call by gRPC: -d is a message without the five octets ahead of it, and calls are told apart by their status
    #[arg(long)]
    pub(crate) grpc: bool,

    /// Send the message so many times in a call, as a client that streams does
    #[arg(long, value_name = "NUMBER", requires = "grpc", default_value = "1")]
    pub(crate) messages: NonZero<usize>,

    /// Ask for what this file says, of the server of the URL: lines of WEIGHT METHOD PATH [TEXT|@FILE]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "method"])]
    pub(crate) mix: Option<PathBuf>,

    /// Compare two targets, a URL each, in alternating blocks, each of -D or -n; 1 s if nothing is said
    ///
    /// Ratios are of the second to the first, with the interval that 95 % of resampled pairs of blocks lie in.
    #[arg(long, conflicts_with_all = ["mix", "timeline"])]
    pub(crate) compare: bool,

    /// How many blocks --compare makes of each
    #[arg(
        long,
        value_name = "NUMBER",
        requires = "compare",
        default_value = "10"
    )]
    pub(crate) blocks: NonZero<usize>,

    /// The window of each stream; 16 MiB if nothing is said, so that it holds up nobody
    #[arg(long, value_name = "OCTETS")]
    pub(crate) window: Option<Size>,

    /// The window of each connection, at least 65,535; as much as all streams have if nothing is said
    #[arg(long, value_name = "OCTETS")]
    pub(crate) connection_window: Option<Size>,

    /// What the times of --rate, --mix and the intervals of --compare are drawn from
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    pub(crate) seed: u64,

    /// Draw what every stream of the first connection waited for; that costs more than the requests do
    #[arg(long, value_name = "FILE")]
    pub(crate) timeline: Option<PathBuf>,

    /// Write an object a run; schema tress-bench/1, times in nanoseconds
    #[arg(long)]
    pub(crate) json: bool,

    /// Give up when a connection takes longer until it is there, TLS included, in seconds or 500ms
    #[arg(long, value_name = "SECONDS", value_parser = seconds::parse, default_value = "10")]
    pub(crate) connect_timeout: Duration,

    #[cfg(feature = "tls")]
    #[command(flatten)]
    pub(crate) trust: super::Trust,
}

/// A number of requests a second.
fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate| (1e-3..=1e7).contains(rate));
    rate.ok_or_else(|| String::from("write a number of requests a second, such as 1000 or 0.5"))
}

/// A time, which may be none.
fn warm_up(text: &str) -> Result<Duration, String> {
    match text {
        "0" => Ok(Duration::ZERO),
        text => seconds::parse(text),
    }
}
