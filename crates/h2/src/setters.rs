//! The setters that both builders have.

/// Writes them into the `impl` of a builder with a field `setup`.
macro_rules! setters {
    () => {
        /// Sets the window of each stream, in octets, and announces it (RFC 9113 §6.9.2). It is 65,535
        /// otherwise.
        pub fn initial_window_size(&mut self, size: u32) -> &mut Self {
            self.setup.initial_window_size = Some(size);
            self
        }

        /// Sets the window of the connection, in octets (RFC 9113 §6.9.1): 65,535 otherwise.
        pub fn initial_connection_window_size(&mut self, size: u32) -> &mut Self {
            self.setup.initial_connection_window_size = Some(size);
            self
        }

        /// Sets the largest payload that the peer may send in a frame, in octets, and announces it
        /// (RFC 9113 §4.2). It is 16,384 otherwise.
        ///
        /// # Panics
        ///
        /// Outside 16,384 to 16,777,215.
        pub fn max_frame_size(&mut self, max: u32) -> &mut Self {
            assert!(
                (16_384..1 << 24).contains(&max),
                "the largest frame has 16,384 to 16,777,215 octets"
            );
            self.setup.max_frame_size = Some(max);
            self
        }

        /// Sets the largest field section that is taken, in octets and 32 for each field, and announces
        /// it (RFC 9113 §6.5.2). Otherwise the limits of `tress` hold, unannounced: 32 KiB of a request,
        /// 64 KiB of a response, and 256 fields.
        pub fn max_header_list_size(&mut self, max: u32) -> &mut Self {
            self.setup.max_header_list_size = Some(max);
            self
        }

        /// Sets how many streams the peer may have open at once, and announces it (RFC 9113 §5.1.2).
        /// There is no limit otherwise.
        pub fn max_concurrent_streams(&mut self, max: u32) -> &mut Self {
            self.setup.max_concurrent_streams = Some(max);
            self
        }

        /// Sets the dynamic table that the peer's encoder may use, in octets, and announces it
        /// (RFC 7541 §4.2). It is 4,096 otherwise.
        pub fn header_table_size(&mut self, size: u32) -> &mut Self {
            self.setup.header_table_size = Some(size);
            self
        }

        /// Changes nothing here: how a stream ended that was reset is remembered in two bits, for as long
        /// as the connection lives, so that frames that come late are never an error.
        pub fn max_concurrent_reset_streams(&mut self, max: usize) -> &mut Self {
            self.setup.max_concurrent_reset_streams = Some(max);
            self
        }

        /// Changes nothing here, for the reason that
        /// [`max_concurrent_reset_streams`](Self::max_concurrent_reset_streams) gives.
        pub fn reset_stream_duration(&mut self, dur: core::time::Duration) -> &mut Self {
            self.setup.reset_stream_duration = Some(dur);
            self
        }

        /// Sets how many streams the peer may make us reset by breaking rules, over the life of the
        /// connection. One more ends it at once with ENHANCE_YOUR_CALM; `None` lets there be any number.
        /// Otherwise they are 200 in a burst and 33 a second, and what runs then has 5 seconds to finish.
        pub fn max_local_error_reset_streams(&mut self, max: Option<usize>) -> &mut Self {
            self.setup.max_local_error_reset_streams = Some(max);
            self
        }

        /// Sets how many streams may wait that the peer has reset before they were accepted: requests, or
        /// promises. One more ends the connection at once with ENHANCE_YOUR_CALM. Otherwise what is bounded
        /// is how many it opens and resets in all.
        pub fn max_pending_accept_reset_streams(&mut self, max: usize) -> &mut Self {
            self.setup.max_pending_accept_reset_streams = Some(max);
            self
        }

        /// Sets how many octets of content a stream is offered to queue at most: 400 KiB otherwise.
        ///
        /// # Panics
        ///
        /// Above 2^32-1.
        pub fn max_send_buffer_size(&mut self, max: usize) -> &mut Self {
            assert!(
                u32::try_from(max).is_ok(),
                "a buffer has at most 2^32-1 octets"
            );
            self.setup.max_send_buffer_size = max;
            self
        }

        /// Sets what DATA frames of less than 256 octets may cost that were not taken yet: each the octets
        /// that it is shorter than that, unless it is empty or ends its stream. Longer ones give back what
        /// they have above it, and what is taken or dropped gives back its cost. One that costs too much
        /// ends the connection at once with ENHANCE_YOUR_CALM. Otherwise such frames end nothing, and are
        /// read no faster than a budget of `tress` refills.
        pub fn data_frame_budget(&mut self, budget: usize) -> &mut Self {
            self.setup.data_frame_budget = Some(budget);
            self
        }

        /// Shows all that happens on each connection to an observer, which `make` makes for it: see
        /// [`Observe`](proto::Observe). It is called in the middle of a turn, and asks its connection for
        /// nothing. An [extension](crate::extensions).
        pub fn observe<O, M>(&mut self, make: M) -> &mut Self
        where
            O: proto::Observe + 'static,
            M: Fn() -> O + Send + Sync + core::panic::UnwindSafe,
            M: core::panic::RefUnwindSafe + 'static,
        {
            self.setup.observers = Some(crate::extensions::Observers::new(make));
            self
        }

        /// Sends urgent content first, as the fields `priority` of requests and responses and
        /// PRIORITY_UPDATE say, and says that it does not follow the priorities of RFC 7540
        /// (RFC 9218 §2.1, RFC 9218 §10). Otherwise all content leaves in turn. An
        /// [extension](crate::extensions).
        pub fn priorities(&mut self) -> &mut Self {
            self.setup.has_priorities = true;
            self
        }

        /// Returns the connection's credit when content comes, and a stream's when it is taken, so that
        /// streams that nobody reads stop no others (RFC 9113 §6.9.1). Then what is
        /// [released](crate::FlowControl::release_capacity) returns nothing, and the window of the
        /// connection is not set: it follows from the window of a stream, times the limit on
        /// [streams](Self::max_concurrent_streams), which is 100 and announced unless it is set. Together
        /// they must not exceed the largest window there is, or the handshake fails. An
        /// [extension](crate::extensions).
        pub fn credit_on_receipt(&mut self) -> &mut Self {
            self.setup.credits_on_receipt = true;
            self
        }

        /// Lets the windows of streams grow by so many octets together, as far as the path and each
        /// stream's reader take as much, which is measured by PINGs (RFC 9113 §6.9.1). They are as they
        /// were set otherwise. The window of the connection does not grow: set it for as much as streams
        /// may have under way together, unless [credit returns on receipt](Self::credit_on_receipt). An
        /// [extension](crate::extensions).
        pub fn window_growth(&mut self, octets: u32) -> &mut Self {
            self.setup.window_growth = octets;
            self
        }
    };
}
pub(crate) use setters;
