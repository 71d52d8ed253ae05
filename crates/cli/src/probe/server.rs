//! A server is judged: a connection for each case.

use alloc::boxed::Box;
use alloc::vec::Vec;

use blocking::proto::Request;
use tress_testkit::{Case, Target};

use super::Judged;
use super::endpoint::Endpoint;
use super::wire::{Transport, Trial};
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
    let url = url(args)?;
    let (target, transports) = (target(&url), Transports::new(args, &url)?);
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

/// Asks the server of a URL what it is.
pub(super) fn describe(args: &args::Probe) -> Result<Endpoint> {
    Transports::new(args, &url(args)?)?.describe()
}

/// The URL of the server.
pub(super) fn url(args: &args::Probe) -> Result<Url> {
    plan::parse(args.url.as_deref().unwrap_or_default())
}

/// What is asked for.
pub(super) fn target(url: &Url) -> Target {
    let origin = &url.origin;
    Target::new(origin.scheme.as_str(), &origin.authority(), &url.path)
}

/// What opens the connections.
pub(super) struct Transports<'a> {
    args: &'a args::Probe,
    url: &'a Url,
    #[cfg(feature = "tls")]
    tls: alloc::sync::Arc<rustls::ClientConfig>,
}

impl<'a> Transports<'a> {
    pub(super) fn new(args: &'a args::Probe, url: &'a Url) -> Result<Self> {
        Ok(Self {
            args,
            url,
            #[cfg(feature = "tls")]
            tls: crate::get::tls::config(&args.trust)?,
        })
    }

    fn judge(&self, case: &Case, target: &Target) -> Result<Judged> {
        let mut transport = self.open()?;
        Ok(Trial::new(&mut *transport, self.args.timeout).judge_server(case, target))
    }

    fn describe(&self) -> Result<Endpoint> {
        let origin = &self.url.origin;
        let alpn = (origin.scheme == Scheme::Https).then_some("h2");
        let scheme = origin.scheme.as_str();
        let request = Request::get(scheme, origin.authority(), &self.url.path);
        let mut transport = self.open()?;
        let endpoint = Endpoint::ask(&mut *transport, alpn, request, self.args.timeout);
        Ok(endpoint)
    }

    /// Opens a connection, with TLS where the URL says so.
    pub(super) fn open(&self) -> Result<Box<dyn Transport>> {
        let origin = &self.url.origin;
        let patience = Patience::new(self.args.timeout);
        #[cfg_attr(not(feature = "tls"), expect(unused_mut, reason = "TLS needs it"))]
        let mut stream = connect::connect(origin, patience)?;
        if origin.scheme == Scheme::Http {
            return Ok(Box::new(stream));
        }
        #[cfg(feature = "tls")]
        {
            let session = connect::shake_hands(&self.tls, origin, &mut stream, patience)?;
            Ok(Box::new(rustls::StreamOwned::new(session, stream)))
        }
        #[cfg(not(feature = "tls"))]
        Err(crate::exit::Failure::usage(
            "this tool was built without TLS",
        ))
    }
}
