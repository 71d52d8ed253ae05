//! A server is judged: a connection for each case.

use alloc::vec::Vec;

use tress_testkit::{Case, Target};

use super::Judged;
use super::wire::Trial;
use crate::args;
use crate::exit::Result;
use crate::get::connect::{self, Patience};
use crate::get::plan;
use crate::get::url::{Scheme, Url};

/// Tries the cases on the server of a URL, one after the other.
pub(super) fn judge(
    args: &args::Probe,
    cases: Vec<Case>,
    mut judged: impl FnMut(Judged) -> Result<()>,
) -> Result<()> {
    let url = plan::parse(args.url.as_deref().unwrap_or_default())?;
    let scheme = url.origin.scheme.as_str();
    let target = Target::new(scheme, &url.origin.authority(), &url.path);
    let transports = Transports::new(args, &url)?;
    for (place, case) in cases.into_iter().enumerate() {
        match transports.judge(&case, &target) {
            // Whoever never answers is not judged at all.
            Err(failure) if place == 0 => return Err(failure),
            Err(failure) => judged(Judged::undecided(case, &failure))?,
            Ok(result) => judged(result)?,
        }
    }
    Ok(())
}

/// What opens the connections.
struct Transports<'a> {
    args: &'a args::Probe,
    url: &'a Url,
    #[cfg(feature = "tls")]
    tls: alloc::sync::Arc<rustls::ClientConfig>,
}

impl<'a> Transports<'a> {
    fn new(args: &'a args::Probe, url: &'a Url) -> Result<Self> {
        Ok(Self {
            args,
            url,
            #[cfg(feature = "tls")]
            tls: crate::get::tls::config(&args.trust)?,
        })
    }

    fn judge(&self, case: &Case, target: &Target) -> Result<Judged> {
        let (origin, timeout) = (&self.url.origin, self.args.timeout);
        let patience = Patience::new(timeout);
        let mut stream = connect::connect(origin, patience)?;
        if origin.scheme == Scheme::Http {
            return Ok(Trial::new(&mut stream, timeout).judge_server(case, target));
        }
        #[cfg(feature = "tls")]
        {
            let session = connect::shake_hands(&self.tls, origin, &mut stream, patience)?;
            let mut stream = rustls::StreamOwned::new(session, stream);
            Ok(Trial::new(&mut stream, timeout).judge_server(case, target))
        }
        #[cfg(not(feature = "tls"))]
        Err(crate::exit::Failure::usage(
            "this tool was built without TLS",
        ))
    }
}
