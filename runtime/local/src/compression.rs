//! How objects are compressed.

use std::io::Write as _;

use flate2::write::GzEncoder;

/// How an object is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip; keys end in `.gz`.
    Gzip,
}

impl Compression {
    /// The bytes of an object whose parts are joined.
    pub(crate) fn compress(self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Self::None => bytes,
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                let written = encoder.write_all(&bytes).and_then(|()| encoder.finish());
                written.expect("memory takes what is written")
            }
        }
    }
}
