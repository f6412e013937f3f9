//! Signed calls of Amazon Data Firehose and of Kinesis Data Streams: what reading a stream and putting records takes.
//!
//! Credentials, region and endpoints are those of the environment, as AWS's tools read it. An endpoint on loopback is an emulator,
//! and content with made-up credentials.

mod call;
mod entry;
mod error;
pub mod firehose;
pub mod kinesis;

pub use entry::Refused;
pub use error::CallError;
