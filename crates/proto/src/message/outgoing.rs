//! What the application wants to send passes the same rules (RFC 9113 §8).

use super::checked::Checked;
use super::judge::{Judge, Kind, Rules, Use};
use super::{FieldSection, Request, Response, Trailers};
use crate::violation::{MessageRule, Violation};

impl Rules {
    /// What holds for a message of ours, for a peer that announced extended CONNECT or did not.
    ///
    /// Choice: how many fields a peer tolerates, it says by a size; we set no number for ourselves.
    pub(crate) const fn ours(extended_connect: bool, host_may_differ: bool) -> Self {
        Self {
            extended_connect,
            soft_fields: usize::MAX,
            host_may_differ,
        }
    }
}

/// Judges a request of ours.
pub(crate) fn check_request(request: &Request, rules: Rules) -> Result<Checked, MessageRule> {
    if let Some(checked) = request.section().tally().usual_request() {
        return Ok(checked);
    }
    check(request.section(), Kind::Request, rules)
}

/// Judges a request that we promise to have been asked (RFC 9113 §8.4.1).
pub(crate) fn check_promise(request: &Request) -> Result<Checked, MessageRule> {
    check(
        request.section(),
        Kind::PromisedRequest,
        Rules::ours(false, false),
    )
}

/// Judges a final response of ours.
pub(crate) fn check_response(response: &Response) -> Result<Checked, MessageRule> {
    if let Some(checked) = response.section().tally().usual_response() {
        return Ok(checked);
    }
    let checked = check(
        response.section(),
        Kind::Response,
        Rules::ours(false, false),
    )?;
    match checked.status {
        100..=199 => Err(MessageRule::StatusMisplaced),
        _ => Ok(checked),
    }
}

/// Judges an informational response of ours.
pub(crate) fn check_informational(response: &Response) -> Result<Checked, MessageRule> {
    let checked = check(
        response.section(),
        Kind::Response,
        Rules::ours(false, false),
    )?;
    match checked.status {
        100..=199 => Ok(checked),
        _ => Err(MessageRule::StatusMisplaced),
    }
}

/// Judges trailers of ours.
pub(crate) fn check_trailers(trailers: &Trailers) -> Result<Checked, MessageRule> {
    check(
        trailers.section(),
        Kind::Trailers,
        Rules::ours(false, false),
    )
}

/// The name of the field for which a message of ours is refused, if it is for one.
pub(crate) fn refused_field(section: &FieldSection, kind: Kind, rules: Rules) -> Option<&[u8]> {
    judge(section, kind, rules).err()?.1
}

fn check(section: &FieldSection, kind: Kind, rules: Rules) -> Result<Checked, MessageRule> {
    judge(section, kind, rules).map_err(|(rule, _)| rule)
}

/// Judges a message. Of one that is refused, says for which field.
#[inline]
fn judge(
    section: &FieldSection,
    kind: Kind,
    rules: Rules,
) -> Result<Checked, (MessageRule, Option<&[u8]>)> {
    let mut judge = Judge::new(kind, rules);
    let mut fields = section.iter();
    while let Some((field, class)) = fields.next_classed() {
        match judge.field(class, field.value) {
            Ok(Use::Keep) => {}
            Ok(Use::LeaveOut(rule)) | Err(Violation::Message(rule)) => {
                return Err((rule, Some(field.name)));
            }
            Err(_) => {}
        }
    }
    judge.finish(section).map_err(|rule| (rule, None))?;
    Ok(Checked {
        content_length: judge.content_length,
        status: judge.control.status.unwrap_or(0),
        is_connect: judge.control.is_connect(),
        is_head: judge.control.is_head(),
        has_priority: judge.has_priority,
    })
}
