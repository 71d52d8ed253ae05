//! The command line of `tress probe`.

use core::time::Duration;

use crate::seconds;

/// Judge an endpoint by the RFCs, case by case
///
/// It begins with what the endpoint is, unless only some cases are asked for. Each case is a connection of its own: something is said, right or wrong, and what comes back is held against the
/// section that demands it. What the RFC leaves open is no failure. A connection that is just closed is told apart
/// from one that says why.
///
/// Exit code 3 says that a case failed, or that a server does not stand an attack. Cases that nothing came of are not decided, and fail nothing.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:\n  \
    tress probe http://127.0.0.1:8080/\n  \
    tress probe https://localhost:8443/index.html -k --section 'RFC 9113 §6.5'\n  \
    tress probe http://127.0.0.1:8080/ --section 'RFC 9113 §10.5' --i-may-attack\n  \
    tress probe --client 127.0.0.1:0 -- curl -s --http2-prior-knowledge {url}")]
pub(crate) struct Probe {
    /// What to ask for: a URL that answers GET
    #[arg(value_name = "URL", required_unless_present_any = ["client", "list", "explain"])]
    pub(crate) url: Option<String>,

    /// Say what the endpoint is, and judge nothing: its protocol, SETTINGS, windows, extensions, how long a PING takes, and
    /// what it does at our GOAWAY
    #[arg(long, requires = "url", conflicts_with_all = ["client", "list", "explain"])]
    pub(crate) about: bool,

    /// Judge clients: listen here, and run COMMAND for each case, with {url} in it
    #[arg(
        long,
        value_name = "LISTEN",
        conflicts_with = "url",
        requires = "command"
    )]
    pub(crate) client: Option<String>,

    /// The client to run for each case
    #[arg(value_name = "COMMAND", last = true)]
    pub(crate) command: Vec<String>,

    /// Only cases of this section, or of those below it, such as 'RFC 9113 §6'
    #[arg(long, value_name = "SECTION")]
    pub(crate) section: Option<String>,

    /// Only the case of this name; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub(crate) case: Vec<String>,

    /// Say which cases there are, and ask nobody
    #[arg(long)]
    pub(crate) list: bool,

    /// Say what a case does and what may come of it, and ask nobody
    #[arg(long, value_name = "NAME")]
    pub(crate) explain: Option<String>,

    /// How long to wait for what comes of a case, in seconds or 500ms; the other client of an attack waits twice as long
    #[arg(long, value_name = "SECONDS", value_parser = seconds::parse, default_value = "2")]
    pub(crate) timeout: Duration,

    /// Attack the server too, as its owner agreed: up to 8 MiB an attack. Says how it stands each: bounded, slowed, ended,
    /// grows or dies, with figures; another client asks it during each attack
    #[arg(long, requires = "url", conflicts_with_all = ["client", "about"])]
    pub(crate) i_may_attack: bool,

    /// The process that is attacked, on this machine: its memory and its time are looked at
    #[arg(long, value_name = "PID", requires = "i_may_attack")]
    pub(crate) pid: Option<u32>,

    /// How long an attack takes at most, 20 s or less
    #[arg(long, value_name = "SECONDS", value_parser = attack_time, default_value = "20", requires = "i_may_attack")]
    pub(crate) attack_time: Duration,

    /// Say it in JSON, one object a line
    #[arg(long)]
    pub(crate) json: bool,

    /// Also write the results to this file, in the XML of JUnit
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<std::path::PathBuf>,

    #[cfg(feature = "tls")]
    #[command(flatten)]
    pub(crate) trust: super::Trust,
}

/// The longest time of an attack.
const LONGEST: Duration = Duration::from_secs(20);

fn attack_time(text: &str) -> Result<Duration, String> {
    let time = seconds::parse(text)?;
    match time <= LONGEST {
        true => Ok(time),
        false => Err(String::from("an attack takes 20 s at most")),
    }
}
