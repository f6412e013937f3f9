//! Write Amazon Data Firehose transforms as WebAssembly plugins for Nozzle.
//!
//! A plugin is one ordinary Rust function: a [`Record`] comes in, an [`Outcome`] goes out. It reaches nothing
//! but this page: no files, no network, no clock. So the same record, settings and tables always give the
//! same outcome, and a plugin can be tested like any other function.
//!
//! [The guide](guide) leads from nothing to a deployed plugin. This page tells what there is.
//!
//! # A first plugin
//!
//! ```toml
//! # Cargo.toml
//! [lib]
//! crate-type = ["cdylib", "rlib"]
//!
//! [dependencies]
//! nozzle-sdk = "0.1"    # or { path = ".../sdk" } of a checkout
//! serde = { version = "1", features = ["derive"] }
//! ```
//!
//! ```
//! use nozzle_sdk::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize, Serialize)]
//! struct Order {
//!     orderid: String,
//!     price: f64,
//! }
//!
//! #[plugin]
//! fn big_orders(record: Record) -> Result<Outcome> {
//!     let order: Order = record.json()?;
//!     if order.price < 100.0 {
//!         return Ok(Outcome::drop("small-order"));
//!     }
//!     Outcome::json(&order)
//! }
//! # fn main() {}
//! ```
//!
//! `nozzle build` makes a component of it, `nozzle run` sends records through it. The plugin's name, version
//! and summary are those of its package; a package holds one plugin. The macros call the crate by its name: do not rename
//! `nozzle-sdk` in Cargo.toml.
//!
//! # Outcomes
//!
//! - [`Outcome::deliver`] and [`Outcome::json`]: one row takes the record's place.
//! - [`Outcome::rows`]: several rows take its place.
//! - [`Outcome::drop`]: nothing takes its place, counted by the reason. Drop only what the settings ask to
//!   drop.
//! - `Err(failure)`: it cannot be transformed. Firehose keeps the original bytes under the error prefix. `?`
//!   works with any error; [`Failure::new`] names a code of your own. Reasons name the place and the type of
//!   trouble, never the value.
//!
//! The host ends each row with a newline where the output wants one: do not write it yourself.
//!
//! # Settings
//!
//! A second parameter receives what nozzle.toml says under `settings`. [`#[derive(Settings)]`](macro@Settings) reads it:
//! names in kebab-case, defaults, ranges, and an error at the start for whatever does not fit, so that a misspelt
//! setting is told with the name that was meant. The doc comments and all the rest go into the schema that `nozzle
//! inspect` shows; [`settings`] has more about it.
//!
//! ```
//! use nozzle_sdk::prelude::*;
//!
//! /// What `short-lines` can be told.
//! #[derive(Settings)]
//! struct Settings {
//!     /// The length that a line may have, in bytes.
//!     #[setting(default = 4096, min = 1)]
//!     longest: usize,
//! }
//!
//! #[plugin]
//! fn short_lines(record: Record, settings: &Settings) -> Result<Outcome> {
//!     if record.data().len() > settings.longest {
//!         return Err(Failure::new("too-long", format!("line is longer than {} bytes", settings.longest)));
//!     }
//!     Ok(Outcome::deliver(record))
//! }
//! # fn main() {}
//! ```
//!
//! # Tables, counters and work done once
//!
//! A type that implements [`Plugin`] can prepare things in `configure`, look rows up in the reference tables
//! of nozzle.toml, and add to counters that it has named:
//!
//! ```
//! use nozzle_sdk::prelude::*;
//! # use serde::{Deserialize, Serialize};
//!
//! #[derive(Settings)]
//! struct Settings {
//!     /// The table that knows regions by country.
//!     table: String,
//! }
//!
//! #[derive(Deserialize, Serialize)]
//! struct Sale {
//!     country: String,
//!     #[serde(default)]
//!     region: Option<String>,
//! }
//!
//! #[derive(Deserialize)]
//! struct Region {
//!     region: String,
//! }
//!
//! struct AddRegion {
//!     table: String,
//! }
//!
//! #[plugin]
//! impl Plugin for AddRegion {
//!     type Settings = Settings;
//!     const COUNTERS: &'static [&'static str] = &["lookup-missed"];
//!
//!     fn configure(config: Config<Settings>) -> Result<Self> {
//!         Ok(AddRegion { table: config.settings.table })
//!     }
//!
//!     fn tables(&self) -> Vec<String> {
//!         vec![self.table.clone()]
//!     }
//!
//!     fn transform(&self, record: Record) -> Result<Outcome> {
//!         let mut sale: Sale = record.json()?;
//!         let found: Option<Region> = lookup(&self.table, &[&sale.country], &["region"])?;
//!         if found.is_none() {
//!             count("lookup-missed", 1);
//!         }
//!         sale.region = found.map(|row| row.region);
//!         Outcome::json(&sale)
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! `transform` takes `&self` on purpose: an outcome must not depend on rows seen before, because Firehose
//! repeats batches and the host replaces instances.
//!
//! # Several documents in one record
//!
//! Producers pack JSON documents into one record, back to back or one a line:
//!
//! ```
//! use nozzle_sdk::prelude::*;
//!
//! #[plugin]
//! fn unpack(record: Record) -> Result<Outcome> {
//!     record.transform_documents(|document| Ok(Outcome::deliver(document)))
//! }
//! # fn main() {}
//! ```
//!
//! # Change records
//!
//! [`cdc::Reader`] reads the change records of DynamoDB, Debezium and AWS DMS in one normal form, so that a plugin
//! serves all of them:
//!
//! ```
//! use nozzle_sdk::cdc::{Op, Reader};
//! use nozzle_sdk::prelude::*;
//! # use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize, Serialize)]
//! struct Order {
//!     orderid: String,
//!     price: f64,
//! }
//!
//! #[plugin]
//! fn current_orders(record: Record) -> Result<Outcome> {
//!     Reader::new().transform(&record, |change| match (change.op, change.after) {
//!         (Op::Delete, _) => Ok(Outcome::drop("deleted")),
//!         (_, Some(row)) => Outcome::json(&row.json::<Order>()?),
//!         (_, None) => Err(Failure::new("no-row", "change shows no row")),
//!     })
//! }
//! # fn main() {
//! #     let debezium = r#"{"op":"u","before":null,"after":{"orderid":"42","price":19.99},"source":{}}"#;
//! #     let row = r#"{"orderid":"42","price":19.99}"#;
//! #     assert_eq!(current_orders(Record::new(debezium)).unwrap(), Outcome::deliver(row));
//! # }
//! ```
//!
//! # Typed rows
//!
//! A row that is read as a type of the author's, changed and given back takes three lines. `json_rows` makes several rows
//! of one:
//!
//! ```
//! use nozzle_sdk::prelude::*;
//! # use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize)]
//! struct Order {
//!     orderid: String,
//!     items: Vec<Item>,
//! }
//!
//! #[derive(Deserialize, Serialize)]
//! struct Item {
//!     #[serde(default)]
//!     orderid: String,
//!     sku: String,
//! }
//!
//! #[plugin]
//! fn items(record: Record) -> Result<Outcome> {
//!     let Order { orderid, items } = record.json()?;
//!     if items.is_empty() {
//!         return Ok(Outcome::drop("no-items"));
//!     }
//!     Outcome::json_rows(items.into_iter().map(|item| Item { orderid: orderid.clone(), ..item }))
//! }
//! # fn main() {
//! #     let record = Record::new(r#"{"orderid":"42","items":[{"sku":"a"},{"sku":"b"}]}"#);
//! #     let rows = [r#"{"orderid":"42","sku":"a"}"#, r#"{"orderid":"42","sku":"b"}"#];
//! #     nozzle_sdk::testing::assert_rows(items(record), &rows);
//! # }
//! ```
//!
//! Such a type loses what it does not name: members that it lacks, the order of members, digits of a number that
//! an `f64` does not keep. Where that matters, the next section has the exact way.
//!
//! # Rows that mostly stay as they are
//!
//! [`json::Object`] changes some members and leaves the others byte for byte:
//!
//! ```
//! use nozzle_sdk::json::Object;
//! use nozzle_sdk::prelude::*;
//!
//! #[plugin]
//! fn hide_email(record: Record) -> Result<Outcome> {
//!     let mut row = Object::parse(record.data())?;
//!     row.remove("email");
//!     Ok(Outcome::deliver(row))
//! }
//! # fn main() {}
//! ```
//!
//! # Partition keys and routes
//!
//! A row can name the values that dynamic partitioning puts into the S3 prefix, and the Iceberg table it goes
//! to:
//!
//! ```
//! # use nozzle_sdk::prelude::*;
//! let row = Row::new(r#"{"orderid":"42"}"#)
//!     .partition_key("year", "2026")
//!     .route(Route::new("sales", "orders").operation(Operation::Update));
//! # assert_eq!(row.partition_keys.len(), 1);
//! ```
//!
//! # Tests
//!
//! Natively a plugin is an ordinary function. [`testing`] has assertions on outcomes, and a [`testing::Host`] that
//! stands in for the host where the plugin asks it for something. `nozzle test` runs the built plugin as production
//! does, over folders of cases.
//!
//! # Limits
//!
//! A panic, a trap, an endless loop or too much memory costs the record in hand and no other one. The host
//! reports the panic's message and place, so a message must not hold values of a record.
//!
//! # Versions
//!
//! A plugin runs on every later host of its contract line, 0.1.x, as it is. What may change within a line, what semver
//! means here, the oldest Rust that builds the crate, and how to upgrade, stands in `sdk/COMPATIBILITY.md`.

#[doc(hidden)]
pub mod __private;
pub mod base64;
pub mod cdc;
mod count;
pub mod dynamodb;
#[cfg(target_family = "wasm")]
mod exports;
mod failure;
#[cfg(any(doc, doctest))]
pub mod guide;
mod host;
pub mod json;
pub mod log;
mod lookup;
pub mod number;
mod outcome;
mod output;
#[cfg(target_family = "wasm")]
mod panic;
mod path;
mod plugin;
pub mod prelude;
mod record;
mod row;
pub mod settings;
pub mod table;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
pub mod time;

pub use count::count;
pub use failure::{Failure, Result};
pub use lookup::{LookupError, lookup, lookup_text};
pub use nozzle_sdk_macros::{Settings, plugin};
pub use outcome::{Outcome, Outcomes};
pub use output::{Destination, Names, Output, Times};
pub use plugin::{Config, Plugin};
pub use record::Record;
pub use row::{Operation, Route, Row};
