//! DynamoDB: attribute values. Its change records are read by [`cdc`](crate::cdc).
//!
//! ```
//! use nozzle_sdk::dynamodb::{self, AttributeValue};
//! use nozzle_sdk::json::Scanner;
//!
//! let item = r#"{"orderid":{"S":"42"},"price":{"N":"19.990"},"tags":{"SS":["a","b"]}}"#;
//! let attributes = dynamodb::attributes(item)?;
//! let (name, AttributeValue::N(price)) = &attributes[1] else { panic!() };
//! assert_eq!((name.as_ref(), price.as_str()), ("price", "19.990"));
//!
//! let mut plain = Vec::new();
//! dynamodb::write_plain_members(&mut Scanner::new(item), &mut plain)?;
//! assert_eq!(plain, br#"{"orderid":"42","price":19.990,"tags":["a","b"]}"#);
//! # Ok::<(), nozzle_sdk::Failure>(())
//! ```

mod nested;
mod number;
mod plain;
mod scalar;
mod tag;
mod value;

pub use number::number;
pub use plain::{write_plain, write_plain_members, write_plain_of};
pub use scalar::{base64, boolean, null, text};
pub use tag::Tag;
pub use value::{AttributeValue, Attributes, attributes};
