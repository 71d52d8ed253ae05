//! The shape shared by the open registries of codes (RFC 9113 §5.5, RFC 9113 §7).

/// Defines an open newtype: any value is legal, the registered ones have names.
macro_rules! open_codes {
    (
        $(#[$type_docs:meta])*
        $name:ident($repr:ty), $hex:literal;
        $($(#[$docs:meta])* $code:ident = $value:literal,)*
    ) => {
        $(#[$type_docs])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $repr);

        impl $name {
            $($(#[$docs])* pub const $code: Self = Self($value);)*

            /// The name that the RFC gives this value; `None` if it gives none.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$code => Some(stringify!($code)),)*
                    _ => None,
                }
            }
        }

        /// Writes the registered name, or the value in hexadecimal.
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => f.pad(name),
                    None => write!(f, $hex, self.0),
                }
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }

        impl From<$repr> for $name {
            fn from(value: $repr) -> Self {
                Self(value)
            }
        }

        impl From<$name> for $repr {
            fn from(code: $name) -> Self {
                code.0
            }
        }
    };
}

pub(crate) use open_codes;
