//! What requests, responses and trailers have in common: regular fields (RFC 9113 §8.2).

/// Gives a wrapper of a [`FieldSection`](crate::FieldSection) the methods for its regular fields.
macro_rules! regular_fields {
    ($message:ident) => {
        impl $message {
            /// Adds a field, whose name is sent in lower case, however it is given (RFC 9113 §8.2).
            #[must_use]
            pub fn field(mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
                self.section
                    .push_named(hpack::HeaderField::new(name.as_ref(), value.as_ref()));
                self
            }

            /// Adds a field whose name was judged when the program was compiled, so that only its value
            /// is looked at.
            #[must_use]
            pub fn with(mut self, name: crate::FieldName, value: impl AsRef<[u8]>) -> Self {
                let field = hpack::HeaderField::new(name.as_ref(), value.as_ref());
                self.section.push_judged(field, name.class(field.value));
                self
            }

            /// Adds a field whose value is known to be valid: no octet in it is a control character but
            /// HTAB, and neither end is white space (RFC 9113 §8.2.1). That is what a value of the crate
            /// `http` is, once white space is cut off. Only the name is looked at.
            ///
            /// For adapters. A value that is not so would be sent as it is, and could become two fields
            /// behind a gateway to HTTP/1.1; with debug assertions it panics. Any other caller takes
            /// [`field`](Self::field).
            #[must_use]
            pub fn valid_field(mut self, field: hpack::HeaderField<'_>) -> Self {
                let class = crate::message::class::Class::of_valid_value(field.name, field.value);
                self.section.push_judged(field, class);
                self
            }

            /// Adds a field that is never compressed against a table, on no hop
            /// (RFC 7541 §7.1.3). Its name is sent in lower case, too.
            #[must_use]
            pub fn sensitive_field(
                mut self,
                name: impl AsRef<[u8]>,
                value: impl AsRef<[u8]>,
            ) -> Self {
                self.section
                    .push_named(hpack::HeaderField::sensitive(name.as_ref(), value.as_ref()));
                self
            }

            /// Walks through the regular fields, in order.
            #[must_use]
            pub fn fields(&self) -> crate::message::Fields<'_> {
                self.section.iter().regular()
            }

            /// Returns the value of the first field of that name, which is in lower case.
            #[must_use]
            pub fn field_value(&self, name: impl AsRef<[u8]>) -> Option<&[u8]> {
                self.section.get(name.as_ref())
            }

            /// Returns all fields, the pseudo-header fields among them, in the order in which they
            /// came or were set.
            #[must_use]
            pub const fn section(&self) -> &crate::message::FieldSection {
                &self.section
            }

            /// Hands all fields over in memory that others may share.
            #[must_use]
            pub fn into_shared(self) -> crate::message::SharedSection {
                self.section.into()
            }

            pub(crate) fn into_section(self) -> crate::message::FieldSection {
                self.section
            }

            pub(crate) const fn from_section(section: crate::message::FieldSection) -> Self {
                Self { section }
            }
        }
    };
}
pub(super) use regular_fields;
