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

use tress_testkit::{Case, Seen, Verdict};

use self::report::Report;
use self::server::Transports;
use crate::args;
use crate::exit::{Failure, Result};

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
        return report::about(&server::describe(args)?, args.json);
    }
    let (cases, attacks) = select::chosen(args)?;
    if args.client.is_none() && !select::is_part(args) {
        report::about(&server::describe(args)?, args.json)?;
    }
    let (mut report, mut stood) = (Report::new(args.json), attack::Report::new(args.json));
    let judged = |judged: Judged| report.add(judged);
    match &args.client {
        Some(listen) => client::judge(listen, args, cases, judged)?,
        None => server::judge(args, cases, judged)?,
    }
    if !attacks.is_empty() {
        let url = server::url(args)?;
        let (transports, target) = (Transports::new(args, &url)?, server::target(&url));
        // Whoever cannot be reached is not attacked.
        drop(transports.open()?);
        attack::run(args, &transports, &target, attacks, |attacked| {
            stood.add(attacked)
        })?;
    }
    if let Some(file) = &args.junit {
        junit::write(file, report.judged(), stood.attacked())?;
    }
    report.finish().and(stood.finish())
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
