//! Ends without limits: what honest peers are compared with.

use core::time::Duration;

use tress_proto::{Config, Limits};

/// The largest connection window.
const WINDOW: u32 = 0x7fff_ffff;

/// The same configuration, with all limits off but what is announced to the peer, and a window of the
/// connection that never holds anything up.
pub(super) fn unlimited(config: Config, streams: u32, of_role: Limits) -> Config {
    let mut limits = of_role;
    limits.concurrent_streams = streams;
    for count in [
        &mut limits.continuations,
        &mut limits.replies,
        &mut limits.resets_received,
        &mut limits.resets_early,
        &mut limits.resets_held,
        &mut limits.resets_sent,
        &mut limits.empty_data,
        &mut limits.small_data,
        &mut limits.window_updates,
        &mut limits.informational,
        &mut limits.glitches,
    ] {
        *count = u32::MAX;
    }
    limits.replies_octets = usize::MAX;
    limits.decoded_octets = usize::MAX;
    let long = Duration::from_secs(1 << 40);
    for time in [
        &mut limits.handshake,
        &mut limits.settings_ack,
        &mut limits.field_block,
        &mut limits.stall,
    ] {
        *time = long;
    }
    let config = config.limits(limits);
    let config = config.and_then(|config| config.connection_window(WINDOW));
    config.expect("the largest numbers can be announced")
}
