//! Dates and points in time: read as their sources write them, written as rows want them.
//!
//! ```
//! use nozzle_sdk::time::Format;
//!
//! let format: Format = "%d/%m/%Y %I:%M %p".parse()?;
//! let time = format.read("20/08/2025 2:30 PM").unwrap();
//! assert_eq!(time.to_string(), "2025-08-20T14:30:00Z");
//! assert_eq!(time.date().unwrap().to_string(), "2025-08-20");
//! # Ok::<(), nozzle_sdk::Failure>(())
//! ```

mod civil;
mod date;
mod epoch;
mod field;
mod format;
mod iso;
mod pattern;
mod reader;
mod timestamp;

pub use date::Date;
pub use format::Format;
pub use pattern::Pattern;
pub use timestamp::Timestamp;

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;

#[cfg(test)]
mod tests;
