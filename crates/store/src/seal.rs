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
    /// Keys from before: they open and do not close.
    before: Vec<Prk>,
}

impl Seal {
    pub(crate) fn with(key: &[u8; 32], before: &[[u8; 32]]) -> Self {
        let prk = |key: &[u8; 32]| Prk::new_less_safe(HKDF_SHA256, key);
        Self {
            key: prk(key),
            before: before.iter().map(prk).collect(),
        }
    }

    pub(crate) fn close(&self, name: &str, text: &str) -> Vec<u8> {
        close(&self.key, name, text)
    }

    /// The same text as each key has sealed it: what stands in Redis may be from before.
    pub(crate) fn closed_before(&self, name: &str, text: &str) -> impl Iterator<Item = Vec<u8>> {
        self.before.iter().map(move |key| close(key, name, text))
    }

    /// `None`: it was not sealed by us for this name.
    pub(crate) fn open(&self, name: &str, sealed: &[u8]) -> Option<String> {
        let mut keys = std::iter::once(&self.key).chain(&self.before);
        keys.find_map(|key| {
            let mut bytes = sealed.to_vec();
            let text = key_for(key, name).open_in_place(nonce(), Aad::from(name), &mut bytes);
            String::from_utf8(text.ok()?.to_vec()).ok()
        })
    }
}

fn close(key: &Prk, name: &str, text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    key_for(key, name)
        .seal_in_place_append_tag(nonce(), Aad::from(name), &mut bytes)
        .expect("a session is shorter than 64 GiB");
    bytes
}

fn key_for(key: &Prk, name: &str) -> LessSafeKey {
    let info = [&b"store: seal of a session "[..], name.as_bytes()];
    let key = key.expand(&info, &AES_256_GCM_SIV);
    LessSafeKey::new(UnboundKey::from(key.expect("32 bytes are not too many")))
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
        let seal = Seal::with(&[7; 32], &[]);
        let sealed = seal.close("statelab:session:a", "{\"account\":1}");
        assert_eq!(sealed.len(), "{\"account\":1}".len() + 16);
        let open = |seal: &Seal, name: &str, sealed: &[u8]| seal.open(name, sealed);
        let text = open(&seal, "statelab:session:a", &sealed);
        assert_eq!(text.as_deref(), Some("{\"account\":1}"));
        assert_eq!(open(&seal, "statelab:session:b", &sealed), None);
        assert_eq!(
            open(&Seal::with(&[8; 32], &[]), "statelab:session:a", &sealed),
            None
        );
        let next = Seal::with(&[8; 32], &[[9; 32], [7; 32]]);
        let text = open(&next, "statelab:session:a", &sealed);
        assert_eq!(text.as_deref(), Some("{\"account\":1}"));
        assert_ne!(next.close("statelab:session:a", "{\"account\":1}"), sealed);
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
