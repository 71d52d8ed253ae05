//! Which octets name a host and a port.

use super::*;

#[test]
fn an_authority_is_a_host_and_perhaps_a_port() {
    for (value, expected) in [
        ("", Authority::Empty),
        (":80", Authority::Empty),
        ("a", Authority::Host),
        ("a:", Authority::Host),
        ("example.com", Authority::Host),
        ("xn--bcher-kva.example", Authority::Host),
        ("a%20b", Authority::Host),
        ("a_b~c!$&'()*+;=", Authority::Host),
        ("127.0.0.1:8080", Authority::HostAndPort),
        ("example.com:443", Authority::HostAndPort),
        ("[::1]", Authority::Host),
        ("[::1]:", Authority::Host),
        ("[2001:db8::1]:8443", Authority::HostAndPort),
        ("[v1.a:b]:1", Authority::HostAndPort),
        ("[VF0.~!$&'()*+;=:-._]", Authority::Host),
        ("[1:2:3:4:5:6:7:8]", Authority::Host),
        ("[1:2:3:4:5:6:7::]", Authority::Host),
        ("[::FfFf:0001]", Authority::Host),
        ("[::ffff:192.0.2.1]", Authority::Host),
        ("[fe80::1]:443", Authority::HostAndPort),
        ("user@example.com", Authority::Userinfo),
        ("user:secret@example.com:80", Authority::Userinfo),
        ("@example.com", Authority::Userinfo),
    ] {
        assert_eq!(kind(value.as_bytes()), Ok(expected), "{value}");
    }
}

#[test]
fn an_authority_has_nothing_else() {
    for value in [
        "a b", "a/b", "a/", "a?b", "a#b", "a,b", "a\\b", "a<b", "a\"b", "a|b", "é", "a:b", "a:8x",
        "a:b:1", "a:-1", "[::1", "::1]", "[]", "[]:1", "[::1]x", "[::1]x:1", "x[::1]", "[[::1]]",
        "::1", "u@a/b", "u/v@a", "u@a:x",
    ] {
        assert_eq!(
            kind(value.as_bytes()),
            Err(MessageRule::AuthoritySyntax),
            "{value}"
        );
    }
}

#[test]
fn what_stands_in_brackets_is_an_address() {
    for value in [
        // RFC 3986 §3.2.2: neither an IPv6address nor an IPvFuture.
        "[zz]",
        "[1]",
        "[1::2::3]",
        "[1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:8:9]",
        "[12345::]",
        "[:1]",
        "[::1.2.3]",
        "[::1.2.3.256]",
        "[::01.2.3.4]",
        "[127.0.0.1]",
        "[ ::1]",
        // It has no zones, whatever RFC 6874 once added.
        "[fe80::1%25lo]",
        "[fe80::1%lo]",
        "[fe80::1%251]",
        "[v.a]",
        "[v1.]",
        "[v1]",
        "[vg.a]",
        "[v1.a%20]",
        "[v1.a@b]",
        "[1v.a]",
    ] {
        assert_eq!(
            kind(value.as_bytes()),
            Err(MessageRule::AuthoritySyntax),
            "{value}"
        );
    }
}

#[test]
fn host_and_authority_are_compared_after_normalization() {
    let (http, https) = (Some(Scheme::Http), Some(Scheme::Https));
    for (one, other, scheme, expected) in [
        ("example.com", "example.com", http, true),
        ("example.com", "EXAMPLE.com", http, true),
        ("example.com", "example.com:80", http, true),
        ("example.com:80", "example.com", http, true),
        ("example.com:", "example.com", http, true),
        ("example.com:443", "Example.com:", https, true),
        ("[::1]:443", "[::1]", https, true),
        ("example.com:8080", "example.com:8080", None, true),
        ("example.com:", "example.com", None, true),
        ("example.com", "example.com:80", https, false),
        ("example.com", "example.com:443", http, false),
        ("example.com", "example.com:80", None, false),
        ("example.com", "example.com:80", Some(Scheme::Other), false),
        ("example.com", "example.com:8080", http, false),
        ("example.com", "example.org", http, false),
        ("example.com", "example.com.", http, false),
        ("example.com", "", http, false),
        ("a:80:80", "a", http, false),
        ("[::1]", "[::1", http, false),
    ] {
        let same = is_same(one.as_bytes(), other.as_bytes(), scheme);
        assert_eq!(same, expected, "{one} and {other} by {scheme:?}");
    }
}
