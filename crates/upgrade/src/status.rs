//! The statuses that this crate answers with, and their reasons (RFC 9110 §15).

/// The request is no request.
pub(crate) const BAD_REQUEST: u16 = 400;
/// The request did not come in time.
pub(crate) const TIMEOUT: u16 = 408;
/// The content is longer than it may be.
pub(crate) const CONTENT_TOO_LARGE: u16 = 413;
/// The client expects what we cannot do.
pub(crate) const EXPECTATION: u16 = 417;
/// We speak HTTP/2 here.
pub(crate) const UPGRADE_REQUIRED: u16 = 426;
/// The head is longer than it may be.
pub(crate) const HEAD_TOO_LARGE: u16 = 431;
/// The application answered with what cannot be sent.
pub(crate) const INTERNAL: u16 = 500;
/// The transfer coding is unknown here.
pub(crate) const NOT_IMPLEMENTED: u16 = 501;
/// The version is none that can be answered.
pub(crate) const VERSION: u16 = 505;

/// What a person reads behind the status. It may be empty (RFC 9112 §4).
pub(crate) const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        BAD_REQUEST => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        TIMEOUT => "Request Timeout",
        CONTENT_TOO_LARGE => "Content Too Large",
        EXPECTATION => "Expectation Failed",
        UPGRADE_REQUIRED => "Upgrade Required",
        HEAD_TOO_LARGE => "Request Header Fields Too Large",
        INTERNAL => "Internal Server Error",
        NOT_IMPLEMENTED => "Not Implemented",
        503 => "Service Unavailable",
        VERSION => "HTTP Version Not Supported",
        _ => "",
    }
}
