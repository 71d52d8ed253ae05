//! What a driver makes of a transport that fails. There is one rule for all drivers.

use alloc::boxed::Box;
use alloc::string::ToString as _;
use std::io::{self, ErrorKind};

use crate::{Runtime, WriteResult};

/// Says whether an error of a write, or of sending on what was written, only means that the peer takes
/// no more.
///
/// Such a peer may have said why before, so that reading goes on: a server that answers early and
/// leaves is heard. To close an output that is in this state, or to fail to, changes nothing more.
#[must_use]
pub fn ends_output_only(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WriteZero
            | ErrorKind::BrokenPipe
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::NotConnected
    )
}

/// Tells a machine that a write failed: that it [writes no more](WriteResult::Closed) if that
/// [is all](ends_output_only), and otherwise that the transport failed.
pub fn report_write_error<M: Runtime + ?Sized>(machine: &mut M, error: io::Error) {
    if ends_output_only(&error) {
        machine.report_write_result(WriteResult::Closed);
    } else {
        machine.report_exn(Box::new(error));
    }
}

/// Tells a machine that the transport failed, by an error that the driver returns, too.
pub fn report_returned<M: Runtime + ?Sized>(machine: &mut M, error: &io::Error) {
    let copy = io::Error::new(error.kind(), error.to_string());
    machine.report_exn(Box::new(copy));
}
