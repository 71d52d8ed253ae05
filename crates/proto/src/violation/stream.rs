//! Rules of the life of a stream (RFC 9113 §5.1, RFC 9113 §6.9, RFC 9113 §8.1).

super::rules! {
    /// A rule of the life of a stream.
    pub enum StreamRule {
        /// An idle stream takes HEADERS and PRIORITY only.
        Idle: "a frame on an idle stream", "RFC 9113 §5.1", Connection, PROTOCOL_ERROR;
        /// A stream that the peer reserved takes HEADERS, RST_STREAM and PRIORITY only.
        ReservedRemote: "a frame on a reserved stream that may not carry it", "RFC 9113 §5.1", Connection, PROTOCOL_ERROR;
        /// A stream that we reserved takes RST_STREAM, PRIORITY and WINDOW_UPDATE only.
        ReservedLocal: "a frame on a stream that its receiver reserved", "RFC 9113 §5.1", Connection, PROTOCOL_ERROR;
        /// Once the peer has ended its side, it sends no more HEADERS or DATA.
        HalfClosed: "HEADERS or DATA after END_STREAM", "RFC 9113 §5.1", Stream, STREAM_CLOSED;
        /// Once both sides have ended a stream, no more HEADERS or DATA come.
        Closed: "HEADERS or DATA on a closed stream", "RFC 9113 §5.1", Connection, STREAM_CLOSED;
        /// Once the peer has reset a stream, it sends no more on it.
        Reset: "HEADERS or DATA on a stream that its sender reset", "RFC 9113 §5.1", Stream, STREAM_CLOSED;
        /// The peer sends no more than a stream's window lets it.
        WindowExceeded: "DATA exceeds the stream's window", "RFC 9113 §6.9.1", Stream, FLOW_CONTROL_ERROR;
        /// A stream's window does not exceed 2^31-1.
        WindowOverflow: "WINDOW_UPDATE takes the stream's window above 2^31-1", "RFC 9113 §6.9.1", Stream, FLOW_CONTROL_ERROR;
        /// DATA comes after the final HEADERS.
        DataBeforeHead: "DATA before the final HEADERS", "RFC 9113 §8.1", Stream, PROTOCOL_ERROR;
        /// Trailers end the stream.
        TrailersNotLast: "a second field section without END_STREAM", "RFC 9113 §8.1", Stream, PROTOCOL_ERROR;
        /// An informational response does not end the stream.
        InformationalLast: "an informational response with END_STREAM", "RFC 9113 §8.1", Stream, PROTOCOL_ERROR;
    }
}
