//! The limits that an endpoint starts with, and two ways to change all of them at once.

use core::time::Duration;

use super::Limits;

impl Default for Limits {
    /// Those of a server.
    fn default() -> Self {
        Self::server()
    }
}

impl Limits {
    /// What a server bears by default.
    #[must_use]
    pub const fn server() -> Self {
        Self {
            concurrent_streams: 100,
            field_section_octets: 32 * 1024,
            fields: 256,
            fields_hard: 1000,
            continuations: 8,
            decoded_octets: 1024 * 1024,
            encoder_table_octets: 4096,
            replies_octets: 64 * 1024,
            replies: 1000,
            settings_entries: 32,
            resets_received: 200,
            resets_early: 50,
            resets_held: 100,
            resets_sent: 200,
            empty_data: 100,
            small_data: 25_600,
            window_updates: 10,
            informational: 16,
            glitches: 1000,
            debug_data: 256,
            handshake: Duration::from_secs(10),
            settings_ack: Duration::from_secs(10),
            field_block: Duration::from_secs(10),
            stall: Duration::from_secs(30),
        }
    }

    /// What a client bears by default: longer field sections, for it chose whom to ask, and a server
    /// that is slower to take a request.
    #[must_use]
    pub const fn client() -> Self {
        Self {
            field_section_octets: 64 * 1024,
            stall: Duration::from_secs(60),
            ..Self::server()
        }
    }

    /// Half of every count, octet and time: for an endpoint whose peers are known and few.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.each_count(|count| count.div_ceil(2), |count| count.div_ceil(2));
        for time in [
            &mut self.handshake,
            &mut self.settings_ack,
            &mut self.field_block,
            &mut self.stall,
        ] {
            *time /= 2;
        }
        self
    }

    /// Four times every count and octet, and the same times: for a connection that carries what many
    /// users ask for.
    #[must_use]
    pub fn gateway(mut self) -> Self {
        self.each_count(
            |count| count.saturating_mul(4),
            |count| count.saturating_mul(4),
        );
        self
    }

    /// Changes every count and every number of octets.
    fn each_count(&mut self, count: fn(u32) -> u32, octets: fn(usize) -> usize) {
        for value in [
            &mut self.concurrent_streams,
            &mut self.field_section_octets,
            &mut self.fields,
            &mut self.fields_hard,
            &mut self.continuations,
            &mut self.encoder_table_octets,
            &mut self.replies,
            &mut self.resets_received,
            &mut self.resets_early,
            &mut self.resets_held,
            &mut self.resets_sent,
            &mut self.empty_data,
            &mut self.small_data,
            &mut self.window_updates,
            &mut self.informational,
            &mut self.glitches,
        ] {
            *value = count(*value);
        }
        for value in [
            &mut self.decoded_octets,
            &mut self.replies_octets,
            &mut self.settings_entries,
            &mut self.debug_data,
        ] {
            *value = octets(*value);
        }
    }
}
