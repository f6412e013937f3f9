//! Change data capture: one normal form for the change records of DynamoDB, Debezium and AWS DMS.
//!
//! A plugin that is written for [`Change`] takes every shape that [`Source`] lists:
//!
//! ```
//! use nozzle_sdk::cdc::{Change, Op};
//!
//! let dynamodb = r#"{"eventName":"MODIFY","dynamodb":{"ApproximateCreationDateTime":1755693000,
//!     "Keys":{"id":{"S":"42"}},"NewImage":{"id":{"S":"42"},"price":{"N":"19.99"}}}}"#;
//! let debezium = r#"{"before":null,"after":{"id":"42","price":19.99},"op":"u",
//!     "source":{"ts_ms":1755693000000,"table":"orders"}}"#;
//! for record in [dynamodb, debezium] {
//!     let change = Change::parse(record)?;
//!     assert_eq!(change.op, Op::Update);
//!     assert_eq!(change.at.unwrap().to_string(), "2025-08-20T12:30:00Z");
//!     assert_eq!(change.after.unwrap().plain()?, r#"{"id":"42","price":19.99}"#);
//! }
//! # Ok::<(), nozzle_sdk::Failure>(())
//! ```
//!
//! Three things are kept apart: a column that is absent from an image is not there, one that is null holds null, and
//! a row that is deleted has no image after the change.

mod change;
mod debezium;
mod dms;
mod dynamodb;
mod image;
mod op;
mod outline;
mod reader;
mod sequence;
mod source;

pub use change::Change;
pub use image::{Image, Notation};
pub use op::Op;
pub use reader::{Reader, Shape};
pub use sequence::Sequence;
pub use source::Source;

#[cfg(test)]
mod tests;
