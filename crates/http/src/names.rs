//! Names of fields that are known when the program is compiled.

use http::header::{self, HeaderName};

macro_rules! known {
    ($($octets:literal => $name:ident,)+) => {
        /// The name, if it is one of those that most messages have: to look it up here costs less than to
        /// have it read.
        pub(crate) const fn known(octets: &[u8]) -> Option<HeaderName> {
            Some(match octets {
                $($octets => header::$name,)+
                _ => return None,
            })
        }

        #[cfg(test)]
        const ALL: &[(&[u8], HeaderName)] = &[$(($octets, header::$name)),+];
    };
}

known! {
    b"accept" => ACCEPT,
    b"accept-encoding" => ACCEPT_ENCODING,
    b"accept-language" => ACCEPT_LANGUAGE,
    b"accept-ranges" => ACCEPT_RANGES,
    b"access-control-allow-origin" => ACCESS_CONTROL_ALLOW_ORIGIN,
    b"age" => AGE,
    b"authorization" => AUTHORIZATION,
    b"cache-control" => CACHE_CONTROL,
    b"content-encoding" => CONTENT_ENCODING,
    b"content-length" => CONTENT_LENGTH,
    b"content-type" => CONTENT_TYPE,
    b"cookie" => COOKIE,
    b"date" => DATE,
    b"etag" => ETAG,
    b"expires" => EXPIRES,
    b"host" => HOST,
    b"if-modified-since" => IF_MODIFIED_SINCE,
    b"if-none-match" => IF_NONE_MATCH,
    b"last-modified" => LAST_MODIFIED,
    b"location" => LOCATION,
    b"origin" => ORIGIN,
    b"pragma" => PRAGMA,
    b"range" => RANGE,
    b"referer" => REFERER,
    b"server" => SERVER,
    b"set-cookie" => SET_COOKIE,
    b"strict-transport-security" => STRICT_TRANSPORT_SECURITY,
    b"te" => TE,
    b"upgrade-insecure-requests" => UPGRADE_INSECURE_REQUESTS,
    b"user-agent" => USER_AGENT,
    b"vary" => VARY,
    b"via" => VIA,
    b"x-content-type-options" => X_CONTENT_TYPE_OPTIONS,
}

#[cfg(test)]
mod tests {
    use super::{ALL, known};

    #[test]
    fn each_is_the_name_that_its_octets_say() {
        for (octets, name) in ALL {
            assert_eq!(name.as_str().as_bytes(), *octets);
            assert_eq!(known(octets).as_ref(), Some(name));
        }
        assert_eq!(known(b"accep"), None);
        assert_eq!(known(b"x-request-id"), None);
    }
}
