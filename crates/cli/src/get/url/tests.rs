//! What is a URL, and what it says.

use super::{Scheme, Url, UrlError};

fn parts(text: &str) -> (Scheme, String, u16, String, String) {
    let url = Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let authority = url.origin.authority();
    (
        url.origin.scheme,
        url.origin.host,
        url.origin.port,
        authority,
        url.path,
    )
}

#[test]
fn a_url_has_an_origin_and_a_path() {
    let check = |text, scheme, host: &str, port, authority: &str, path: &str| {
        let expected = (scheme, host.into(), port, authority.into(), path.into());
        assert_eq!(parts(text), expected, "{text}");
    };
    check(
        "http://localhost:8080/a?b=c#d",
        Scheme::Http,
        "localhost",
        8080,
        "localhost:8080",
        "/a?b=c",
    );
    check(
        "HTTPS://Example.COM",
        Scheme::Https,
        "example.com",
        443,
        "example.com",
        "/",
    );
    check("http://h?x", Scheme::Http, "h", 80, "h", "/?x");
    check("http://h:80/", Scheme::Http, "h", 80, "h", "/");
    check("https://h:80/", Scheme::Https, "h", 80, "h:80", "/");
    check("http://h:/x", Scheme::Http, "h", 80, "h", "/x");
    check("http://[::1]:9/x", Scheme::Http, "::1", 9, "[::1]:9", "/x");
    check("http://[0:0::1]", Scheme::Http, "::1", 80, "[::1]", "/");
    check("http://h#/x@y:z", Scheme::Http, "h", 80, "h", "/");
}

#[test]
fn what_may_not_stand_in_a_path_is_encoded_and_the_rest_is_not() {
    assert_eq!(
        parts("http://h/a b/ü?%20=\"x\"").4,
        "/a%20b/%C3%BC?%20=%22x%22"
    );
    assert_eq!(parts("http://h/a\r\nb").4, "/a%0D%0Ab");
    assert_eq!(parts("http://h//evil/../x").4, "//evil/../x");
}

#[test]
fn what_is_wrong_is_said() {
    for (text, expected) in [
        ("", UrlError::NoScheme),
        ("localhost:8080", UrlError::NoScheme),
        ("file:///etc/passwd", UrlError::OtherScheme),
        ("http:///x", UrlError::Host),
        ("http://a b/", UrlError::Host),
        ("http://[::1/", UrlError::Host),
        ("http://[x]/", UrlError::Host),
        ("http://user:pw@h/", UrlError::UserInfo),
        ("http://h:0/", UrlError::Port),
        ("http://h:65536/", UrlError::Port),
        ("http://h:+1/", UrlError::Port),
        ("http://[::1]8/", UrlError::Port),
    ] {
        assert_eq!(Url::parse(text), Err(expected), "{text}");
    }
}

#[test]
fn a_url_is_shown_as_it_is_fetched() {
    assert_eq!(Url::parse("http://H:80").unwrap().to_string(), "http://h/");
    assert_eq!(
        Url::parse("https://[::1]:1/a?b#c").unwrap().to_string(),
        "https://[::1]:1/a?b"
    );
}

#[test]
fn a_reference_leads_where_rfc_3986_says() {
    let base = Url::parse("http://a/b/c/d;p?q").unwrap();
    // RFC 3986 §5.4, without what has no scheme that can be fetched; fragments are left out.
    for (reference, expected) in [
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g/"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q"),
        ("g#s", "http://a/b/c/g"),
        (";x", "http://a/b/c/;x"),
        ("g;x?y#s", "http://a/b/c/g;x?y"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"),
        ("./", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../..", "http://a/"),
        ("../../g", "http://a/g"),
        ("../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."),
        ("..g", "http://a/b/c/..g"),
        ("./../g", "http://a/b/g"),
        ("./g/.", "http://a/b/c/g/"),
        ("g/../h", "http://a/b/c/h"),
        ("g;x=1/../y", "http://a/b/c/y"),
        ("g?y/../x", "http://a/b/c/g?y/../x"),
        ("https://other:8443/x y", "https://other:8443/x%20y"),
        ("a:b/../c", "error"),
        ("ftp://x/", "error"),
    ] {
        let joined = base.join(reference).map(|url| url.to_string());
        assert_eq!(
            joined.as_deref().unwrap_or("error"),
            expected,
            "{reference}"
        );
    }
}
