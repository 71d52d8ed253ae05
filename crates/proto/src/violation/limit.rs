//! What we are not ready to tolerate (RFC 9113 §10.5).

super::rules! {
    /// A limit of ours that the peer went over.
    pub enum Limit {
        /// The peer opens no more streams than SETTINGS_MAX_CONCURRENT_STREAMS.
        ConcurrentStreams: "more concurrent streams than allowed", "RFC 9113 §5.1.2", Stream, REFUSED_STREAM;
        /// A field section is no longer than SETTINGS_MAX_HEADER_LIST_SIZE.
        FieldSection: "the field section is too long", "RFC 9113 §10.5.1", Stream, ENHANCE_YOUR_CALM;
        /// A field section of four times the limit is not worth its decoding.
        FieldSectionHard: "the field section is far too long", "RFC 9113 §10.5.1", Connection, ENHANCE_YOUR_CALM;
        /// A field section holds a bounded number of fields.
        Fields: "too many fields", "RFC 9113 §10.5.1", Stream, ENHANCE_YOUR_CALM;
        /// A field section of several times as many fields is not worth its decoding.
        FieldsHard: "far too many fields", "RFC 9113 §10.5.1", Connection, ENHANCE_YOUR_CALM;
        /// A field block is no longer than a field section that is not worth its decoding.
        FieldBlock: "the field block is too long", "RFC 9113 §10.5.1", Connection, ENHANCE_YOUR_CALM;
        /// A field block comes in a bounded number of CONTINUATION frames.
        Continuations: "too many CONTINUATION frames in a field block", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// A field block comes in frames that carry some of it.
        EmptyContinuations: "more than one CONTINUATION frame without content in a field block", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// A field block is complete within a while.
        SlowFieldBlock: "a field block was not completed in time", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// Content that waits for a stream's window gets credit.
        StreamCredit: "too little credit for a stream in time", "RFC 9113 §10.5", Stream, CANCEL;
        /// What is left of a request that is answered gets credit.
        AnsweredCredit: "no credit in time for a request that was answered", "RFC 9113 §8.1", Stream, CANCEL;
        /// Content that waits for the connection's window gets credit.
        ConnectionCredit: "too little credit for the connection in time", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// A PING behind content that waits for credit is answered.
        Unanswered: "a PING was not answered in time, and what waits for credit did not move", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// The transport takes what is to be written. Nothing is said where it does not.
        TransportIdle: "the transport took nothing in time", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// The transport takes enough of what is to be written.
        TransportProgress: "the transport took too little in time", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// Fields that the application has not taken use a bounded amount of memory.
        DecodedFields: "too many fields that were not taken yet", "RFC 9113 §10.5.1", Stream, ENHANCE_YOUR_CALM;
        /// A SETTINGS frame holds a bounded number of settings.
        SettingsEntries: "too many settings in a frame", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// Replies that the peer does not read pile up to a bounded number.
        Replies: "too many replies that are not read", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// The application takes a request on within a while.
        NotStarted: "no request could be started in time", "RFC 9113 §8.7", Stream, REFUSED_STREAM;
        /// The peer opens and resets a bounded number of streams.
        ResetsReceived: "too many streams opened and reset", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// A bounded number of streams waits that the peer opened and reset before they were taken on.
        ResetsUnaccepted: "too many streams opened and reset before they were accepted", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// The peer opens no more streams while content of many that are over waits to be taken.
        Untaken: "too much content that was not taken yet", "RFC 9113 §10.5", Stream, REFUSED_STREAM;
        /// The peer makes us reset a bounded number of streams.
        ResetsSent: "too many streams that had to be reset", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// The peer makes us reset a bounded number of streams over the life of a connection.
        ResetsSentInAll: "too many streams that had to be reset in all", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// Content in small frames waits to a bounded cost.
        SmallDataHeld: "too many small DATA frames that were not taken yet", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
        /// A response has a bounded number of informational ones before it.
        Informational: "too many informational responses", "RFC 9113 §10.5", Stream, ENHANCE_YOUR_CALM;
        /// Frames that are allowed but suspicious come in a bounded number.
        SuspiciousFrames: "too many suspicious frames", "RFC 9113 §10.5", Connection, ENHANCE_YOUR_CALM;
    }
}

impl Limit {
    /// Says whether a connection that ends because of it lets finish what was begun.
    pub(crate) const fn lets_finish(self) -> bool {
        matches!(self, Self::ResetsReceived | Self::ResetsSent)
    }

    /// Says whether time passed in which the peer, or the way to it, was to do something.
    #[must_use]
    pub const fn is_timeout(self) -> bool {
        matches!(
            self,
            Self::SlowFieldBlock
                | Self::StreamCredit
                | Self::AnsweredCredit
                | Self::ConnectionCredit
                | Self::Unanswered
                | Self::TransportIdle
                | Self::TransportProgress
        )
    }
}
