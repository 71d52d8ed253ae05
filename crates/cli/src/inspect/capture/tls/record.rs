//! Records of TLS (RFC 8446 §5.1).

/// A record of a handshake.
pub(super) const HANDSHAKE: u8 = 22;

/// The octets before what a record holds.
pub(super) const HEAD: usize = 5;

/// A record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) kind: u8,
    pub(super) head: [u8; HEAD],
    pub(super) body: &'a [u8],
    /// Where it ends in what its side has sent.
    pub(super) end: usize,
}

/// All records that are whole.
pub(super) fn records(octets: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut end = 0;
    core::iter::from_fn(move || {
        let (head, rest) = octets.get(end..)?.split_first_chunk::<HEAD>()?;
        let [kind, _, _, high, low] = *head;
        let body = rest.get(..u16::from_be_bytes([high, low]).into())?;
        end += HEAD + body.len();
        Some(Record {
            kind,
            head: *head,
            body,
            end,
        })
    })
}
