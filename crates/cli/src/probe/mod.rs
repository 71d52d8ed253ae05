//! `tress probe`: an endpoint, judged case by case.

mod attack;
mod client;
mod endpoint;
mod junit;
mod report;
mod select;
mod server;
mod wire;

use alloc::vec::Vec;
use core::sync::atomic::Ordering;

use tress_testkit::{Attack, Case, Seen, Verdict};

use self::attack::Attacked;
use self::report::Report;
use self::server::Transports;
use crate::exit::{Failure, Result, stopped_by_ctrl_c};
use crate::get::url::Url;
use crate::{args, target};

/// What came of one case.
struct Judged {
    case: Case,
    verdict: Verdict,
    /// What was said, the greeting aside.
    sent: Vec<u8>,
    seen: Vec<Seen>,
}

/// Judges, and says what came of it.
pub(crate) fn run(args: &args::Probe) -> Result<()> {
    if args.list {
        return select::list(args);
    }
    if let Some(name) = &args.explain {
        return select::explain(name);
    }
    if args.about {
        look(args, &server::url(args)?)?;
        return report::about(&server::describe(args)?, args.json);
    }
    let (cases, attacks) = select::chosen(args)?;
    let stop = stopped_by_ctrl_c()?;
    let go_on = || match stop.load(Ordering::Relaxed) {
        true => Err(Failure::transfer("stopped before its end")),
        false => Ok(()),
    };
    let (mut report, mut stood) = (Report::new(args.json), attack::Report::new(args.json));
    let judged = |judged: Judged| report.add(judged).and_then(|()| go_on());
    let attacked = |attacked| stood.add(attacked).and_then(|()| go_on());
    let done = match &args.client {
        Some(listen) => client::judge(listen, args, cases, judged),
        None => of_server(args, cases, attacks, judged, attacked),
    };
    if stop.load(Ordering::Relaxed) || done.is_ok() {
        // What is known by then is said.
        if let Some(file) = &args.junit {
            junit::write(file, report.judged(), stood.attacked())?;
        }
        report.finish().and(stood.finish())?;
    }
    done
}

/// Judges a server, and attacks it.
fn of_server(
    args: &args::Probe,
    cases: Vec<Case>,
    attacks: Vec<Attack>,
    judged: impl FnMut(Judged) -> Result<()>,
    attacked: impl FnMut(Attacked) -> Result<()>,
) -> Result<()> {
    let url = server::url(args)?;
    look(args, &url)?;
    if !select::is_part(args) {
        report::about(&server::describe(args)?, args.json)?;
    }
    server::judge(args, cases, judged)?;
    if attacks.is_empty() {
        return Ok(());
    }
    let (transports, asked) = (Transports::new(args, &url)?, server::target(&url));
    attack::run(args, &transports, &asked, attacks, attacked)
}

/// Who does not speak HTTP/2 is not judged by it.
fn look(args: &args::Probe, url: &Url) -> Result<()> {
    target::look(
        &url.origin,
        args.timeout,
        #[cfg(feature = "tls")]
        &args.trust,
    )
    .map(drop)
}

impl Judged {
    /// A case of which there is nothing to be judged.
    fn undecided(case: Case, why: &Failure) -> Self {
        Self {
            case,
            verdict: Verdict::Undecided(alloc::format!("{why}")),
            sent: Vec::new(),
            seen: Vec::new(),
        }
    }
}
