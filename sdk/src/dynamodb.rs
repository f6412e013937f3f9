//! DynamoDB: change records and attribute values.
//!
//! ```
//! use nozzle_sdk::dynamodb::{AttributeValue, Change, Event};
//!
//! let text = r#"{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1755693000,
//!     "Keys":{"orderid":{"S":"42"}},"NewImage":{"orderid":{"S":"42"},"price":{"N":"19.99"}}}}"#;
//! let change = Change::parse(text)?;
//! assert_eq!(change.event()?, Event::Insert);
//! assert_eq!(change.created_at()?.unwrap().to_string(), "2025-08-20T12:30:00Z");
//! let attributes = change.new_image.unwrap().attributes()?;
//! let (name, AttributeValue::N(price)) = &attributes[1] else { panic!() };
//! assert_eq!((name.as_ref(), price.as_str()), ("price", "19.99"));
//! # Ok::<(), nozzle_sdk::Failure>(())
//! ```

mod change;
mod image;
mod text;
mod value;

pub use change::{Change, Event};
pub use image::Image;
pub use value::{AttributeValue, Attributes};
