//! The keys of one direction, and what they open (RFC 8446 §5.2).

use alloc::vec::Vec;

use ring::aead::{self, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{self, KeyType, Prk};

use super::record::Record;

/// A cipher suite (RFC 8446 §9.1).
#[derive(Clone, Copy)]
pub(super) struct Suite {
    pub(super) name: &'static str,
    aead: &'static aead::Algorithm,
    hkdf: hkdf::Algorithm,
}

impl Suite {
    pub(super) fn of(code: u16) -> Option<Self> {
        let (name, aead, hkdf) = match code {
            0x1301 => (
                "TLS_AES_128_GCM_SHA256",
                &aead::AES_128_GCM,
                hkdf::HKDF_SHA256,
            ),
            0x1302 => (
                "TLS_AES_256_GCM_SHA384",
                &aead::AES_256_GCM,
                hkdf::HKDF_SHA384,
            ),
            0x1303 => (
                "TLS_CHACHA20_POLY1305_SHA256",
                &aead::CHACHA20_POLY1305,
                hkdf::HKDF_SHA256,
            ),
            _ => return None,
        };
        Some(Self { name, aead, hkdf })
    }
}

/// Opens records, one after the other.
pub(super) struct Opener {
    suite: Suite,
    secret: Vec<u8>,
    key: LessSafeKey,
    iv: [u8; NONCE_LEN],
    /// How many records were opened.
    sequence: u64,
}

impl Opener {
    /// `None` if the secret is not one of this suite.
    pub(super) fn new(suite: Suite, secret: &[u8]) -> Option<Self> {
        if secret.len() != suite.hkdf.hmac_algorithm().digest_algorithm().output_len() {
            return None;
        }
        let key = expand(suite, secret, b"key", suite.aead.key_len())?;
        let iv = expand(suite, secret, b"iv", NONCE_LEN)?;
        Some(Self {
            suite,
            secret: secret.to_vec(),
            key: LessSafeKey::new(UnboundKey::new(suite.aead, &key).ok()?),
            iv: iv.try_into().ok()?,
            sequence: 0,
        })
    }

    /// The keys behind an update (RFC 8446 §7.2).
    pub(super) fn updated(&self) -> Option<Self> {
        let secret = expand(self.suite, &self.secret, b"traffic upd", self.secret.len())?;
        Self::new(self.suite, &secret)
    }

    /// Whether nothing was opened yet.
    pub(super) const fn is_new(&self) -> bool {
        self.sequence == 0
    }

    /// The type of what a record holds, and that.
    pub(super) fn open(&mut self, record: &Record<'_>) -> Option<(u8, Vec<u8>)> {
        let mut nonce = self.iv;
        let sequence = self.sequence.to_be_bytes();
        for (octet, of_sequence) in nonce.iter_mut().rev().zip(sequence.iter().rev()) {
            *octet ^= of_sequence;
        }
        let nonce = Nonce::assume_unique_for_key(nonce);
        let mut body = record.body.to_vec();
        let plain = self
            .key
            .open_in_place(nonce, Aad::from(record.head), &mut body);
        let length = plain.ok()?.len();
        self.sequence += 1;
        body.truncate(length);
        // RFC 8446 §5.4: zeros behind the type are padding.
        while body.last() == Some(&0) {
            body.pop();
        }
        Some((body.pop()?, body))
    }
}

/// HKDF-Expand-Label without a context (RFC 8446 §7.1).
fn expand(suite: Suite, secret: &[u8], label: &[u8], length: usize) -> Option<Vec<u8>> {
    struct Length(usize);
    impl KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    let [.., high, low] = length.to_be_bytes();
    let name = [b"tls13 ", label].concat();
    let info: [&[u8]; 4] = [&[high, low], &[u8::try_from(name.len()).ok()?], &name, &[0]];
    let prk = Prk::new_less_safe(suite.hkdf, secret);
    let mut okm = alloc::vec![0; length];
    prk.expand(&info, Length(length))
        .ok()?
        .fill(&mut okm)
        .ok()?;
    Some(okm)
}
