//! Sealed values: who reads Redis, a dump or a replica learns nothing from a session, and who
//! writes there cannot move one visitor's session to another visitor's key.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk};

/// Seals with AES-256-GCM-SIV (RFC 8452) under a key of its own for each key in Redis.
///
/// There is no nonce to keep: GCM-SIV stays secure when one is used twice, and gives away no more
/// than that two values of one session are the same. So the same text is sealed to the same bytes,
/// compare and set works on what is sealed, and sealing costs 16 bytes.
pub(crate) struct Seal {
    key: Prk,
}

impl Seal {
    pub(crate) fn with(key: &[u8; 32]) -> Self {
        Self {
            key: Prk::new_less_safe(HKDF_SHA256, key),
        }
    }

    pub(crate) fn close(&self, name: &str, text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        self.key_for(name)
            .seal_in_place_append_tag(nonce(), Aad::from(name), &mut bytes)
            .expect("a session is shorter than 64 GiB");
        bytes
    }

    /// `None`: it was not sealed by us for this name.
    pub(crate) fn open(&self, name: &str, mut sealed: Vec<u8>) -> Option<String> {
        let text = self
            .key_for(name)
            .open_in_place(nonce(), Aad::from(name), &mut sealed)
            .ok()?;
        String::from_utf8(text.to_vec()).ok()
    }

    fn key_for(&self, name: &str) -> LessSafeKey {
        let info = [&b"store: seal of a session "[..], name.as_bytes()];
        let key = self.key.expand(&info, &AES_256_GCM_SIV);
        LessSafeKey::new(UnboundKey::from(key.expect("32 bytes are not too many")))
    }
}

/// Always the same, see [`Seal`].
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_name_and_key_alone() {
        let seal = Seal::with(&[7; 32]);
        let sealed = seal.close("statelab:session:a", "{\"account\":1}");
        assert_eq!(sealed.len(), "{\"account\":1}".len() + 16);
        let open = |seal: &Seal, name: &str, sealed: &[u8]| seal.open(name, sealed.to_vec());
        let text = open(&seal, "statelab:session:a", &sealed);
        assert_eq!(text.as_deref(), Some("{\"account\":1}"));
        assert_eq!(open(&seal, "statelab:session:b", &sealed), None);
        assert_eq!(
            open(&Seal::with(&[8; 32]), "statelab:session:a", &sealed),
            None
        );
        assert_eq!(open(&seal, "statelab:session:a", b"{\"account\":1}"), None);
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert_eq!(open(&seal, "statelab:session:a", &bent), None, "{at}");
        }
        assert_eq!(open(&seal, "statelab:session:a", &sealed[1..]), None);
        // Two sessions that hold the same do not look the same.
        assert_ne!(sealed, seal.close("statelab:session:b", "{\"account\":1}"));
    }
}
