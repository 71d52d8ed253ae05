//! The octets with which a client begins (RFC 9113 §3.4).

/// The first 24 octets that a client sends; its SETTINGS follow (RFC 9113 §3.4).
pub const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
