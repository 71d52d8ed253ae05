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
        /// connection, before that ends with ENHANCE_YOUR_CALM; `None` for any number. Otherwise they are
        /// 200 in a burst and 33 a second.
        pub fn max_local_error_reset_streams(&mut self, max: Option<usize>) -> &mut Self {
            self.setup.max_local_error_reset_streams = Some(max);
            self
        }

        /// Is kept, and changes nothing yet: streams that the peer has reset before they were accepted are
        /// forgotten at once, and what bounds them is how many it opens and resets in all.
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

        /// Is kept, and changes nothing yet: DATA frames of less than 256 octets are read no faster than a
        /// budget of `tress` refills, and end nothing.
        pub fn data_frame_budget(&mut self, budget: usize) -> &mut Self {
            self.setup.data_frame_budget = Some(budget);
            self
        }
    };
}
pub(crate) use setters;
