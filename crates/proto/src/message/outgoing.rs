//! What the application wants to send passes the same rules (RFC 9113 §8).

use super::class::Class;
use super::judge::{Judge, Kind, Rules, Use};
use super::{FieldSection, Request, Response, Trailers};
use crate::violation::{MessageRule, Violation};

/// Judges a request of ours, for a server that announced extended CONNECT or did not.
pub(crate) fn check_request(
    request: &Request,
    extended_connect_allowed: bool,
) -> Result<(), MessageRule> {
    check(request.section(), Kind::Request, extended_connect_allowed)
}

/// Judges a request that we promise to have been asked (RFC 9113 §8.4.1).
pub(crate) fn check_promise(request: &Request) -> Result<(), MessageRule> {
    check(request.section(), Kind::PromisedRequest, false)
}

/// Judges a final response of ours.
pub(crate) fn check_response(response: &Response) -> Result<(), MessageRule> {
    check(response.section(), Kind::Response, false)?;
    if response.is_informational() {
        Err(MessageRule::StatusMisplaced)
    } else {
        Ok(())
    }
}

/// Judges an informational response of ours.
pub(crate) fn check_informational(response: &Response) -> Result<(), MessageRule> {
    check(response.section(), Kind::Response, false)?;
    if response.is_informational() {
        Ok(())
    } else {
        Err(MessageRule::StatusMisplaced)
    }
}

/// Judges trailers of ours.
pub(crate) fn check_trailers(trailers: &Trailers) -> Result<(), MessageRule> {
    check(trailers.section(), Kind::Trailers, false)
}

fn check(section: &FieldSection, kind: Kind, extended_connect: bool) -> Result<(), MessageRule> {
    // Choice: how many fields a peer bears, it says by a size; we set no number for ourselves.
    let mut judge = Judge::new(
        kind,
        Rules {
            extended_connect,
            soft_fields: usize::MAX,
        },
    );
    for field in section {
        match judge.field(Class::of(field), field.value) {
            Ok(Use::Keep) => {}
            Ok(Use::LeaveOut(rule)) | Err(Violation::Message(rule)) => return Err(rule),
            Err(_) => {}
        }
    }
    judge.finish(section)
}
