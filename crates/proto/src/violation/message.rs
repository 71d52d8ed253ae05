//! Rules of messages (RFC 9113 §8).
//!
//! All end the stream with PROTOCOL_ERROR (RFC 9113 §8.1.1), and all bind the application too.

super::rules! {
    /// A rule of messages.
    pub enum MessageRule {
        /// A field has a name.
        NameEmpty: "a field without a name", "RFC 9113 §8.2.1", Stream, PROTOCOL_ERROR;
        /// Field names are in lower case.
        NameUpperCase: "a field name in upper case", "RFC 9113 §8.2", Stream, PROTOCOL_ERROR;
        /// A field name is a token.
        NameSyntax: "a field name with a character that no name has", "RFC 9113 §8.2.1", Stream, PROTOCOL_ERROR;
        /// A field value has no CR, LF or NUL.
        ValueDelimiter: "a field value with CR, LF or NUL", "RFC 9113 §8.2.1", Stream, PROTOCOL_ERROR;
        /// A field value has no control characters but HTAB.
        ValueControl: "a field value with a control character", "RFC 9110 §5.5", Stream, PROTOCOL_ERROR;
        /// A field value neither starts nor ends with white space.
        ValueWhitespace: "a field value that starts or ends with white space", "RFC 9113 §8.2.1", Stream, PROTOCOL_ERROR;
        /// Fields that are about one connection of HTTP/1.1 do not exist here.
        ConnectionSpecific: "a connection-specific field", "RFC 9113 §8.2.2", Stream, PROTOCOL_ERROR;
        /// The one value of `te` is `trailers`.
        TeValue: "te with a value other than trailers", "RFC 9113 §8.2.2", Stream, PROTOCOL_ERROR;
        /// Only the header section of a request has `te`.
        TeMisplaced: "te outside the head of a request", "RFC 9113 §8.2.2", Stream, PROTOCOL_ERROR;
        /// Pseudo-header fields are a closed set.
        PseudoUnknown: "an unknown pseudo-header field", "RFC 9113 §8.3", Stream, PROTOCOL_ERROR;
        /// Requests and responses have their own pseudo-header fields.
        PseudoMisplaced: "a pseudo-header field of the other kind of message", "RFC 9113 §8.3", Stream, PROTOCOL_ERROR;
        /// Trailers have no pseudo-header fields.
        PseudoInTrailers: "a pseudo-header field in trailers", "RFC 9113 §8.1", Stream, PROTOCOL_ERROR;
        /// Pseudo-header fields come before the others.
        PseudoLate: "a pseudo-header field after a regular field", "RFC 9113 §8.3", Stream, PROTOCOL_ERROR;
        /// A pseudo-header field comes once.
        PseudoRepeated: "a pseudo-header field for the second time", "RFC 9113 §8.3", Stream, PROTOCOL_ERROR;
        /// A request has a method.
        MethodMissing: "a request without :method", "RFC 9113 §8.3.1", Stream, PROTOCOL_ERROR;
        /// A request has a scheme, unless its method is CONNECT.
        SchemeMissing: "a request without :scheme", "RFC 9113 §8.3.1", Stream, PROTOCOL_ERROR;
        /// A request has a path, unless its method is CONNECT.
        PathMissing: "a request without :path", "RFC 9113 §8.3.1", Stream, PROTOCOL_ERROR;
        /// A method is a token.
        MethodSyntax: "a method that is not a token", "RFC 9110 §9.1", Stream, PROTOCOL_ERROR;
        /// A scheme is a letter, followed by letters, digits, `+`, `-` and `.`.
        SchemeSyntax: "a scheme that is not valid", "RFC 9113 §8.3.1", Stream, PROTOCOL_ERROR;
        /// A path starts with a slash and is visible ASCII without a fragment.
        PathSyntax: "a path that is not valid", "RFC 9113 §8.3.1", Stream, PROTOCOL_ERROR;
        /// The path of `http` and `https` is not empty.
        PathEmpty: "an empty path", "RFC 9113 §8.3.1", Stream, PROTOCOL_ERROR;
        /// Only OPTIONS is asked of `*`.
        PathAsterisk: "the path * with a method other than OPTIONS", "RFC 9113 §8.3.1", Stream, PROTOCOL_ERROR;
        /// An authority is a host and perhaps a port.
        AuthoritySyntax: "an authority that is not valid", "RFC 9113 §8.3.1", Stream, PROTOCOL_ERROR;
        /// The authority of `http` and `https` names a host.
        AuthorityEmpty: "an authority without a host", "RFC 9113 §8.3.1", Stream, PROTOCOL_ERROR;
        /// The authority of `http` and `https` names no user.
        AuthorityUserinfo: "an authority that names a user", "RFC 9113 §8.3.1", Stream, PROTOCOL_ERROR;
        /// `host` says nothing else than `:authority`.
        HostDiffers: "host differs from :authority", "RFC 9113 §8.3.1", Stream, PROTOCOL_ERROR;
        /// A request has one `host`.
        HostRepeated: "host for the second time", "RFC 9110 §7.2", Stream, PROTOCOL_ERROR;
        /// A response has a status.
        StatusMissing: "a response without :status", "RFC 9113 §8.3.2", Stream, PROTOCOL_ERROR;
        /// A status has three digits, and the first is not zero.
        StatusSyntax: "a status that is not valid", "RFC 9113 §8.3.2", Stream, PROTOCOL_ERROR;
        /// The status 101 has no meaning here.
        SwitchingProtocols: "the status 101", "RFC 9113 §8.6", Stream, PROTOCOL_ERROR;
        /// Informational responses come before the final one and are not it.
        StatusMisplaced: "an informational status in place of a final one, or a final one in place of an informational", "RFC 9113 §8.1", Stream, PROTOCOL_ERROR;
        /// `content-length` is a number of octets below 2^64.
        ContentLengthSyntax: "content-length that is not a number", "RFC 9110 §8.6", Stream, PROTOCOL_ERROR;
        /// A message says its length once. Equal ones that arrive count as one.
        ContentLengthRepeated: "more than one content-length", "RFC 9110 §8.6", Stream, PROTOCOL_ERROR;
        /// Responses of status 1xx and 204 have no `content-length`.
        ContentLengthForbidden: "content-length with a status that has none", "RFC 9110 §8.6", Stream, PROTOCOL_ERROR;
        /// The content is not longer than `content-length` says.
        ContentTooLong: "more content than content-length says", "RFC 9113 §8.1.1", Stream, PROTOCOL_ERROR;
        /// The content is not shorter than `content-length` says.
        ContentTooShort: "less content than content-length says", "RFC 9113 §8.1.1", Stream, PROTOCOL_ERROR;
        /// Responses to HEAD and of status 204 and 304 have no content; ours of status 205 neither
        /// (RFC 9110 §15.3.6).
        ContentForbidden: "content in a response that has none", "RFC 9113 §8.1.1", Stream, PROTOCOL_ERROR;
        /// A CONNECT request has neither a scheme nor a path.
        ConnectTarget: "CONNECT with :scheme or :path", "RFC 9113 §8.5", Stream, PROTOCOL_ERROR;
        /// A CONNECT request names the host and the port to connect to.
        ConnectAuthority: "CONNECT without a host and a port", "RFC 9113 §8.5", Stream, PROTOCOL_ERROR;
        /// A tunnel carries nothing but DATA.
        TunnelFields: "a field section in a tunnel", "RFC 9113 §8.5", Stream, PROTOCOL_ERROR;
        /// Extended CONNECT is for servers that announced it.
        ProtocolNotAllowed: ":protocol without SETTINGS_ENABLE_CONNECT_PROTOCOL", "RFC 8441 §3", Stream, PROTOCOL_ERROR;
        /// Only CONNECT has a protocol.
        ProtocolMisplaced: ":protocol with a method other than CONNECT", "RFC 8441 §4", Stream, PROTOCOL_ERROR;
        /// A protocol is a name from the registry of upgrade tokens.
        ProtocolSyntax: "a protocol that is not a token", "RFC 8441 §4", Stream, PROTOCOL_ERROR;
        /// A promised request has a method that is known to be safe and cacheable.
        PromisedMethod: "a promised request whose method is not GET or HEAD", "RFC 9113 §8.4.1", Stream, PROTOCOL_ERROR;
        /// A promised request names its authority.
        PromisedAuthority: "a promised request without :authority", "RFC 9113 §8.4", Stream, PROTOCOL_ERROR;
        /// A promised request has no content.
        PromisedContent: "a promised request with content", "RFC 9113 §8.4.1", Stream, PROTOCOL_ERROR;
    }
}
