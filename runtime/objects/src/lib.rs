//! Objects of Amazon S3, or files of a folder: what their names are, how rows become them, and where they are put.
//!
//! The local Firehose delivers with it as AWS does: [`Prefix`] and [`Keys`] are its partitions, [`parquet`] its format conversion,
//! [`Store`] its buckets.

mod compression;
mod failure;
pub mod parquet;
mod partition;
mod path;
pub mod prefix;
mod store;

pub use compression::Compression;
pub use failure::{ErrorOutput, Failure};
pub use partition::{Keys, NULL_OR_EMPTY, not_extracted, too_many};
pub use prefix::Prefix;
pub use store::{Bucket, Store};
