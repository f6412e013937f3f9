//! Hashes that only who has the key can make: HMAC-SHA-256, <https://www.rfc-editor.org/rfc/rfc2104>.

use std::fmt;

use nozzle_sdk::json;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// The least length of a key, in bytes. A shorter one can be found by trying.
const KEY_BYTES: usize = 16;
/// What SHA-256 takes in at once, in bytes.
const BLOCK_BYTES: usize = 64;

/// A key, as the two states of SHA-256 that it leads to.
#[derive(Clone)]
pub(crate) struct HashKey {
    inner: Sha256,
    outer: Sha256,
}

impl HashKey {
    fn new(key: &[u8]) -> Self {
        let mut block = [0; BLOCK_BYTES];
        match block.get_mut(..key.len()) {
            Some(start) => start.copy_from_slice(key),
            None => block[..32].copy_from_slice(&Sha256::digest(key)),
        }
        let state = |pad: u8| Sha256::new_with_prefix(block.map(|byte| byte ^ pad));
        HashKey { inner: state(0x36), outer: state(0x5c) }
    }

    /// The hash of a text, as 64 digits of lower-case hex.
    pub(crate) fn hash(&self, text: &str) -> String {
        let inner = self.inner.clone().chain_update(text).finalize();
        let outer = self.outer.clone().chain_update(inner).finalize();
        outer.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey")
    }
}

// Of its own, because serde's messages quote what does not fit.
impl<'de> Deserialize<'de> for HashKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let key = json::string_value(raw.get()).filter(|key| key.len() >= KEY_BYTES);
        let trouble = || D::Error::custom(format!("`hash-key` is a string of {KEY_BYTES} bytes or more"));
        key.map(|key| HashKey::new(key.as_bytes())).ok_or_else(trouble)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test cases of <https://www.rfc-editor.org/rfc/rfc4231> whose data is text; the fifth is cut to 128 bits.
    #[test]
    fn hashes_are_those_of_rfc_4231() {
        for (key, text, hash) in [
            (vec![0x0b; 20], "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe".to_vec(),
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            ((0..20).map(|_| 0x0c).collect(), "Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
            (
                vec![0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                vec![0xaa; 131],
                "This is a test using a larger than block-size key and a larger than block-size data. \
                 The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ] {
            let made = HashKey::new(&key).hash(text);
            assert!(made.len() == 64 && made.starts_with(hash), "{text}");
        }
    }

    #[test]
    fn a_key_is_shown_nowhere() {
        let key: HashKey = serde_json::from_str(r#""0123456789abcdef""#).unwrap();
        assert_eq!(format!("{key:?}"), "HashKey");
        for short in [r#""0123456789abcde""#, "1234567890123456789", "null"] {
            let trouble = serde_json::from_str::<HashKey>(short).unwrap_err().to_string();
            assert!(trouble.starts_with("`hash-key` is a string of 16 bytes or more"), "{trouble}");
        }
    }
}
