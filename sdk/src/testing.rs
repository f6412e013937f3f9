//! Tests of a plugin as an ordinary function: a stand-in for the host, and assertions on outcomes.
//!
//! ```
//! use nozzle_sdk::prelude::*;
//! use nozzle_sdk::testing::Host;
//!
//! fn region(country: &str) -> Result<Option<serde_json::Value>> {
//!     let row = lookup("regions", &[country], &["Region"])?;
//!     if row.is_none() {
//!         count("lookup-missed", 1);
//!     }
//!     Ok(row)
//! }
//!
//! let host = Host::new().table("regions", &["Country"], r#"[{"Country":"France","Region":"Europe"}]"#);
//! let (found, missed) = host.run(|| (region("France"), region("Atlantis")));
//! assert_eq!(found.unwrap().unwrap()["Region"], "Europe");
//! assert_eq!(missed.unwrap(), None);
//! assert_eq!(host.counter("lookup-missed"), 1);
//! ```
//!
//! What comes of a record is asserted by value; the message of a failed assertion says what differs and where:
//!
//! ```
//! use nozzle_sdk::prelude::*;
//! use nozzle_sdk::testing::{assert_delivered, assert_dropped, assert_failed};
//!
//! fn big_orders(record: Record) -> Result<Outcome> {
//!     let order: serde_json::Value = record.json()?;
//!     match order["price"].as_f64() {
//!         None => Err(Failure::new("no-price", "is no number").at("price")),
//!         Some(price) if price < 100.0 => Ok(Outcome::drop("small-order")),
//!         Some(_) => Outcome::json(&order),
//!     }
//! }
//!
//! assert_delivered(big_orders(Record::new(r#"{"price":489.9}"#)), r#"{ "price": 489.90 }"#);
//! assert_dropped(big_orders(Record::new(r#"{"price":14.5}"#)), "small-order");
//! let failure = assert_failed(big_orders(Record::new("{}")), "no-price");
//! assert_eq!(failure.path.as_deref(), Some("price"));
//! ```
//!
//! Outside of [`Host::run`] there is no table and no context, and what is logged or counted goes nowhere.
//! Nothing of this exists in WebAssembly.

mod assert;
mod difference;
mod host;

use serde::de::DeserializeOwned;

pub use self::assert::{assert_delivered, assert_dropped, assert_failed, assert_rows};
pub use self::host::Host;
pub(crate) use self::host::{context, count, log, lookup, reject};
use crate::{__private, Outcome, Plugin, Record, Result};

/// Makes a plugin from its settings as JSON text, as the host does.
///
/// # Errors
///
/// What the host would show when it refuses to start.
pub fn configure<P: Plugin>(settings: &str) -> Result<P, String> {
    P::configure(__private::read_config(&config(settings))?).map_err(|failure| failure.to_string())
}

fn config(settings: &str) -> String {
    format!(r#"{{"settings":{settings},"output":{{"for":"json"}}}}"#)
}

/// Reads settings from JSON text, as the host does.
///
/// # Errors
///
/// What the host would show when it refuses to start.
pub fn settings<S: DeserializeOwned>(settings: &str) -> Result<S, String> {
    Ok(__private::read_config(&config(settings))?.settings)
}

/// Transforms a record as the host does unless nozzle.toml says otherwise: one row that is
/// [rejected](crate::Outcomes::reject) fails its record. Within [`Host::run`] that host is asked.
///
/// # Errors
///
/// The failure of the record.
pub fn transform<P: Plugin>(plugin: &P, record: Record) -> Result<Outcome> {
    let host = Host::current().unwrap_or_default();
    let before = host.rejected().len();
    let outcome = host.run(|| plugin.transform(record))?;
    match host.rejected().into_iter().nth(before) {
        Some((_, failure)) => Err(failure),
        None => Ok(outcome),
    }
}
