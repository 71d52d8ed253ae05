//! Rules of the connection as a whole (RFC 9113 §3.4, RFC 9113 §5.1.1, RFC 9113 §6).

super::rules! {
    /// A rule of the connection as a whole.
    pub enum ConnectionRule {
        /// The client's first octets are the connection preface.
        Preface: "the connection preface is wrong", "RFC 9113 §3.4", Connection, PROTOCOL_ERROR;
        /// The first frame is SETTINGS, and no acknowledgment.
        FirstFrame: "the first frame is not SETTINGS", "RFC 9113 §3.4", Connection, PROTOCOL_ERROR;
        /// A field block is contiguous: nothing but its own CONTINUATION follows.
        BlockInterrupted: "a field block was interrupted", "RFC 9113 §6.10", Connection, PROTOCOL_ERROR;
        /// CONTINUATION follows a field block that is not ended.
        Continuation: "CONTINUATION without a field block to continue", "RFC 9113 §6.10", Connection, PROTOCOL_ERROR;
        /// A SETTINGS acknowledgment answers SETTINGS.
        SettingsAck: "a SETTINGS acknowledgment that nothing asked for", "RFC 9113 §6.5.3", Connection, PROTOCOL_ERROR;
        /// SETTINGS are acknowledged within a reasonable time.
        SettingsTimeout: "SETTINGS were not acknowledged in time", "RFC 9113 §6.5.3", Connection, SETTINGS_TIMEOUT;
        /// A change of SETTINGS_INITIAL_WINDOW_SIZE takes no window above 2^31-1.
        InitialWindowOverflow: "SETTINGS_INITIAL_WINDOW_SIZE takes a window above 2^31-1", "RFC 9113 §6.9.2", Connection, FLOW_CONTROL_ERROR;
        /// A server does not enable push.
        PushEnabledByServer: "a server may not set SETTINGS_ENABLE_PUSH to 1", "RFC 9113 §6.5.2", Connection, PROTOCOL_ERROR;
        /// SETTINGS_ENABLE_CONNECT_PROTOCOL is 0 or 1, and never goes back to 0.
        ConnectProtocolWithdrawn: "SETTINGS_ENABLE_CONNECT_PROTOCOL went back to 0", "RFC 8441 §3", Connection, PROTOCOL_ERROR;
        /// SETTINGS_NO_RFC7540_PRIORITIES is 0 or 1, and does not change after the first SETTINGS.
        PrioritiesChanged: "SETTINGS_NO_RFC7540_PRIORITIES changed", "RFC 9218 §2.1", Connection, PROTOCOL_ERROR;
        /// The connection window does not exceed 2^31-1.
        WindowOverflow: "WINDOW_UPDATE takes the connection window above 2^31-1", "RFC 9113 §6.9.1", Connection, FLOW_CONTROL_ERROR;
        /// The peer sends no more than the connection window lets it.
        WindowExceeded: "DATA exceeds the connection window", "RFC 9113 §6.9.1", Connection, FLOW_CONTROL_ERROR;
        /// The last stream identifier of a GOAWAY does not grow.
        GoAwayGrew: "the last stream identifier of GOAWAY grew", "RFC 9113 §6.8", Connection, PROTOCOL_ERROR;
        /// A client opens streams with odd identifiers, a server with even ones.
        IdParity: "a stream identifier of the wrong parity", "RFC 9113 §5.1.1", Connection, PROTOCOL_ERROR;
        /// The identifier of a new stream is greater than all before it.
        IdNotIncreasing: "a stream identifier that is not greater than those before it", "RFC 9113 §5.1.1", Connection, PROTOCOL_ERROR;
        /// Only a server promises, and only where the client allows it.
        PushNotAllowed: "PUSH_PROMISE where push is not allowed", "RFC 9113 §8.4", Connection, PROTOCOL_ERROR;
        /// A server sends HEADERS on its own streams only after it has promised them.
        NotPromised: "HEADERS on a stream that the server has not promised", "RFC 9113 §5.1", Connection, PROTOCOL_ERROR;
        /// A prioritized stream is a request stream, or a push that was promised.
        PrioritizedId: "PRIORITY_UPDATE names a stream that cannot be prioritized", "RFC 9218 §7.1", Connection, PROTOCOL_ERROR;
        /// Idle streams that have a priority count towards the streams that may be open at once.
        PrioritizedTooMany: "PRIORITY_UPDATE for more streams than may be open at once", "RFC 9218 §7.1", Connection, PROTOCOL_ERROR;
        /// Only a client sends PRIORITY_UPDATE.
        PriorityUpdateByServer: "PRIORITY_UPDATE from a server", "RFC 9218 §7.1", Connection, PROTOCOL_ERROR;
    }
}
