//! Ends without limits: what honest peers are compared with.

use core::time::Duration;

use tress_proto::{Config, Limits};

/// A time that never passes.
const LONG: Duration = Duration::from_secs(1 << 40);

/// The same configuration, with all limits off but what is announced to the peer. The window of the
/// connection holds nothing up as it is.
pub(super) fn unlimited(config: Config, streams: u32, of_role: Limits) -> Config {
    let limits = of_role
        .concurrent_streams(streams)
        .continuations(u32::MAX)
        .replies(u32::MAX)
        .replies_octets(usize::MAX)
        .decoded_octets(usize::MAX)
        .started_resets(u32::MAX, u32::MAX)
        .resets(u32::MAX, u32::MAX)
        .resets_sent(u32::MAX, u32::MAX)
        .small_data(u32::MAX, u32::MAX)
        .window_updates(u32::MAX)
        .informational(u32::MAX)
        .suspicious_frames(u32::MAX, u32::MAX)
        .handshake(LONG)
        .settings_ack(LONG)
        .field_block(LONG)
        .settings_ack_hinted(LONG)
        .stream_credit(LONG)
        .thread_credit(LONG)
        .connection_credit(LONG)
        .answered_credit(LONG)
        .transport_idle(LONG)
        .transport_progress(LONG)
        .start(LONG);
    let config = config.pending_request_timeout(None).limits(limits);
    config.expect("the largest numbers can be announced")
}
