//! Every limit, one line each: its setter, its kind, and what it is unless told otherwise.

use core::time::Duration;

use super::budget::{Budget, Least, Most, PerStream, Sections, Streams};

limits! {
    /// Sets how many streams the peer may have open at once: N. It is announced
    /// (RFC 9113 §5.1.2), and most budgets are multiples of it. Of a client's limits, it is about the
    /// streams that a server promises.
    #[doc(alias("max_concurrent_streams"))]
    concurrent_streams(streams): Streams = Some(100);
    /// Sets what stands for N where no limit on open streams is announced
    /// ([`unlimited_streams`](Self::unlimited_streams)): for the budgets, and for the requests that
    /// the application is notified of at once. No stream is refused for it.
    assumed_streams(streams): u32 = 1000;
    /// Sets the octets of a field section, 32 more for each field; announced to the peer
    /// (RFC 9113 §6.5.2). A server answers a longer request with the status 431, and the application
    /// never hears of it unless it [asks to](crate::Config::receive_malformed); any other message ends
    /// its stream. Four times as many end the connection.
    #[doc(alias("max_header_list_size"))]
    field_section_octets(octets): u32 = 32 * 1024, client 64 * 1024;
    /// Sets the fields of a section, adjacent cookie pairs counted as one. More have the same
    /// consequences as more octets (RFC 9113 §10.5.1).
    fields(fields): u32 = 256;
    /// Sets the fields of a section, every cookie pair counted. More end the connection
    /// (RFC 9113 §10.5.1).
    fields_hard(fields): u32 = 1000;
    /// Sets the CONTINUATION frames that a field block may come in, if its octets need no more
    /// (RFC 9113 §6.10).
    #[doc(alias("nghttp2_option_set_max_continuations"))]
    continuations(frames): u32 = 8;
    /// Sets the octets of memory of all field sections that the application has not taken. A stream
    /// whose section has no place ends (RFC 9113 §10.5.1). `None` is place for a section as long as
    /// announced for each stream that is announced, and for a hundred at least, with the memory that it
    /// has to grow, as much again: no client that keeps to what it was told loses a stream.
    decoded_octets(octets): Sections = None;
    /// Sets the octets of the dynamic table that our encoder uses, if the peer allows as many
    /// (RFC 7541 §4.2).
    encoder_table_octets(octets): u32 = 4096;
    /// Sets the octets of replies that the peer made us queue and does not read, above which we stop
    /// reading until it does (RFC 9113 §10.5).
    replies_octets(octets): usize = 64 * 1024;
    /// Sets the frames of unread replies at which the connection ends. At half of them we stop
    /// reading (RFC 9113 §10.5).
    replies(frames): u32 = 1000;
    /// Sets the settings in one frame (RFC 9113 §6.5).
    #[doc(alias("nghttp2_option_set_max_settings"))]
    settings_entries(settings): usize = 32;
    /// Sets the requests that the peer may reset after the application was notified of them: `depth`
    /// in a burst and `per_second`, each times N; finished exchanges refill it, too. When it is
    /// spent, further requests are passed on only as it refills (RFC 9113 §10.5).
    started_resets(depth, per_second): PerStream = PerStream::new(2, 1);
    /// Sets the streams that the peer may open and reset: `depth` in a burst and `per_second`, each
    /// times N. When it is spent, the connection ends once what was begun has finished, or after
    /// [`closing`](Self::closing) (RFC 9113 §10.5).
    #[doc(alias("max_concurrent_reset_streams", "nghttp2_option_set_stream_reset_rate_limit"))]
    resets(depth, per_second): PerStream = PerStream::new(100, 10);
    /// Sets how many streams may wait that the peer opened and reset before the application took them
    /// on ([`accepted`](crate::Connection::accepted)), or promised and reset
    /// ([`promise_withdrawn`](crate::Connection::promise_withdrawn)). One more ends the connection at
    /// once (RFC 9113 §10.5).
    #[doc(alias("max_pending_accept_reset_streams"))]
    resets_unaccepted(streams): Most = None;
    /// Sets the streams that the peer may make us reset, or refuse with an answer: `depth` in a burst
    /// and `per_second`. When it is spent, the connection ends as for [`resets`](Self::resets)
    /// (RFC 9113 §10.5).
    resets_sent(depth, per_second): Budget = Budget::new(200, 33);
    /// Sets the same over the life of the connection, besides. One more ends it at once, and what was
    /// begun with it (RFC 9113 §10.5).
    #[doc(alias("max_local_error_reset_streams"))]
    resets_sent_in_all(streams): Most = None;
    /// Sets what DATA frames of a few octets may cost: `depth` in a burst and `per_second`. A frame
    /// costs 256 less its octets of content, also one of padding alone; one that ends its stream or
    /// fills a window is free, and so are tunnels. When it is spent, we read no faster than it refills,
    /// as far as the driver tells the time (RFC 9113 §10.5).
    small_data(depth, per_second): Budget = Budget::new(512_000, 51_200);
    /// Sets how many of these frames a second give back what they cost, because the application took
    /// the content of each on its own: those of an interactive peer (RFC 9113 §10.5).
    small_pieces(pieces): u32 = 2000;
    /// Sets what DATA frames of a few octets may cost while their content waits to be taken. A frame
    /// costs 256 less its octets of content until the application takes or drops them, and a longer one
    /// gives as much back as it has more than 256; one without content, and one that ends its stream,
    /// cost nothing. One that costs too much ends the connection at once (RFC 9113 §10.5). Where this is
    /// set, only frames without content count for [`small_data`](Self::small_data).
    #[doc(alias("data_frame_budget"))]
    small_data_held(octets): Most = None;
    /// Sets the WINDOW_UPDATE frames of less than a hundredth of a window that pass for each DATA
    /// frame that we send; one more passes for each 8 octets in it. All others are suspicious
    /// (RFC 9113 §10.5).
    window_updates(frames): u32 = 10;
    /// Sets the informational responses before a final one. Together they have no more octets than
    /// one field section (RFC 9113 §8.1).
    informational(responses): u32 = 16;
    /// Sets the suspicious frames: PRIORITY, unknown types, frames that come late, and the like;
    /// `depth` in a burst and `per_second`. A finished exchange makes up for ten (RFC 9113 §10.5).
    suspicious_frames(depth, per_second): Budget = Budget::new(1000, 100);
    /// Sets the octets that are kept of the debug data in GOAWAY (RFC 9113 §6.8).
    debug_data(octets): usize = 256;
    /// Sets the time for the peer's preface (RFC 9113 §3.4). A phone may be without a network for half
    /// of it.
    handshake(limit): Duration = Duration::from_secs(60);
    /// Sets the time for the peer to acknowledge our settings (RFC 9113 §6.5.3), from when it has
    /// acknowledged a PING that we sent behind them. Before that it may not have got them.
    settings_ack(limit): Duration = Duration::from_secs(10);
    /// Sets the same time from when the peer has answered anything else that left behind our
    /// settings: a PING that had another purpose, or a request.
    settings_ack_hinted(limit): Duration = Duration::from_secs(60);
    /// Sets the time for a field block to be completed (RFC 9113 §4.3).
    field_block(limit): Duration = Duration::from_secs(60);
    /// Sets the octets that must move within the times below, if as many are left: credit that comes
    /// drop by drop holds what waits for it no longer than none (RFC 9113 §10.5). A preset leaves
    /// them alone.
    progress_octets(octets): Least = Least(16 * 1024);
    /// Sets the time for which content may wait for a stream's window without
    /// [progress](Self::progress_octets), from when the peer has shown that it has all that was sent.
    /// Then the stream is reset (RFC 9113 §10.5). The preset `strict` makes it a fifth.
    stream_credit(limit): Duration = Duration::from_secs(300);
    /// Sets the same time where a thread waits for each stream: see
    /// [`Config::threads`](crate::Config::threads).
    thread_credit(limit): Duration = Duration::from_secs(60);
    /// Sets the time for which content may wait for the connection's window in the same way, or a PING
    /// that was sent behind content that waits for an answer. Then the connection ends
    /// (RFC 9113 §10.5).
    connection_credit(limit): Duration = Duration::from_secs(300);
    /// Sets the time for which a server that has answered a request in full may grant no credit for
    /// the rest of it. Then the rest is not sent (RFC 9113 §8.1).
    answered_credit(limit): Duration = Duration::from_secs(10);
    /// Sets the time for which the transport may take nothing. Then the connection ends without
    /// another word (RFC 9113 §10.5). Linux calls a transport ready only once a third of its buffer
    /// is free: that must drain within this time.
    transport_idle(limit): Duration = Duration::from_secs(120);
    /// Sets the time for which the transport may have something to take all the while without
    /// [progress](Self::progress_octets).
    transport_progress(limit): Duration = Duration::from_secs(300);
    /// Sets the time for which requests wait while none is passed on to the application, because as
    /// many as it may be notified of at once are not finished or released. Then they are refused
    /// (RFC 9113 §8.7).
    start(limit): Duration = Duration::from_secs(30);
    /// Sets the time for what was begun to finish on a connection that ends because a budget is
    /// spent (RFC 9113 §6.8).
    closing(limit): Duration = Duration::from_secs(5);
}
