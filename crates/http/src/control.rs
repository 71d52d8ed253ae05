//! The control data of a request, found in one walk (RFC 9113 §8.3.1).

use proto::{Fields, Request};

/// What the pseudo-header fields say. They come before all others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Control<'r> {
    pub(crate) method: &'r [u8],
    pub(crate) scheme: Option<&'r [u8]>,
    pub(crate) authority: Option<&'r [u8]>,
    pub(crate) path: Option<&'r [u8]>,
    pub(crate) protocol: Option<&'r [u8]>,
}

impl<'r> Control<'r> {
    /// The values of which a URI is made, in the order in which it takes them.
    pub(crate) fn parts_of_uri(&self) -> impl Iterator<Item = &'r [u8]> + Clone + use<'r> {
        self.authority.into_iter().chain(self.path)
    }

    /// Reads them; what follows them is returned, too.
    pub(crate) fn of(request: &'r Request) -> (Self, Fields<'r>) {
        let mut control = Self::default();
        let mut rest = request.section().iter();
        loop {
            let behind = rest.clone();
            let Some(field) = rest.next() else {
                return (control, behind);
            };
            let place = match field.name {
                b":method" => {
                    control.method = field.value;
                    continue;
                }
                b":scheme" => &mut control.scheme,
                b":authority" => &mut control.authority,
                b":path" => &mut control.path,
                b":protocol" => &mut control.protocol,
                _ => return (control, behind),
            };
            *place = Some(field.value);
        }
    }
}
