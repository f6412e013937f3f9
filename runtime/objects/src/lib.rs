//! Objects of Amazon S3, or files of a folder: what their names are, what records are in them, how rows become them, and where they are
//! put.
//!
//! The local Firehose delivers with it as AWS does: [`Prefix`] and [`Keys`] are its partitions, [`parquet`] its format conversion,
//! [`Store`] its buckets. [`Source`] finds objects that are there already, and [`Records`] reads what is in them.

pub mod bulk;
mod error_line;
mod export;
mod failure;
mod keys;
mod object;
pub mod parquet;
mod path;
mod plan;
pub mod prefix;
pub mod records;
mod source;
mod store;

pub use export::Export;
pub use failure::{ErrorOutput, Failure};
pub use keys::{Keys, NULL_OR_EMPTY, not_extracted};
pub use object::Object;
pub use plan::Plan;
pub use prefix::Prefix;
pub use records::{Format, Records};
pub use source::{Source, SourceError};
pub use store::{Bucket, Store};
