//! The wire edge: the only place that knows Firehose's JSON and base64.

mod budget;
mod event;
mod reply;
mod request;
mod response;

use base64::Engine as _;
use base64::engine::general_purpose::GeneralPurposeConfig;
use base64::engine::{DecodePaddingMode, Simd};

pub use budget::{RESPONSE_BUDGET, answer_bytes, record_bytes};
pub use event::{Event, Record};
pub use reply::{Claim, Data, Reply};
pub use request::{Envelope, EventWriter, Metadata};
pub use response::ResponseWriter;

/// Where a stream's records come from. It decides which fields the event has, and which key an answer's data goes under.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// `PutRecord` and `PutRecordBatch`.
    #[default]
    Direct,
    /// A Kinesis data stream.
    Kinesis,
    /// An Amazon MSK topic.
    Msk,
}

impl Source {
    /// The name that plugins see and that the CLI takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Kinesis => "kinesis",
            Self::Msk => "msk",
        }
    }
}

/// Bytes as standard base64, for people and tools that look at payloads.
pub fn to_base64(bytes: &[u8]) -> String {
    base64_engine().encode(bytes)
}

/// The bytes of standard base64, padded or not; `None` when it is not that.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    base64_engine().decode(text).ok()
}

/// Standard base64 on the widest registers of this CPU; written with padding, read with or without.
fn base64_engine() -> Simd {
    Simd::standard(GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent))
}
