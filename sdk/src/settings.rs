//! What a plugin can be told: settings that say themselves what they are.
//!
//! [`#[derive(Settings)]`](macro@crate::Settings) makes a struct readable from what nozzle.toml says under `settings`, and
//! tells its names, types, defaults, ranges and doc comments as JSON Schema, which `nozzle inspect` shows.
//!
//! ```
//! use nozzle_sdk::prelude::*;
//! use nozzle_sdk::{settings, testing};
//!
//! /// What `big-orders` can be told.
//! #[derive(Debug, Settings)]
//! struct Settings {
//!     /// The least price that is kept, in `currency`.
//!     #[setting(default = 100, min = 0)]
//!     least: f64,
//!     /// What prices are in.
//!     currency: Currency,
//!     /// Columns that are left out.
//!     #[setting(default)]
//!     drop_columns: Vec<String>,
//!     /// The table with the rates.
//!     rates: Option<String>,
//! }
//!
//! /// A currency.
//! #[derive(Debug, PartialEq, Settings)]
//! enum Currency {
//!     Euro,
//!     Yen,
//! }
//!
//! let settings: Settings = testing::settings(r#"{"currency":"yen"}"#).unwrap();
//! assert_eq!((settings.least, settings.currency, settings.rates), (100.0, Currency::Yen, None));
//!
//! let refused = testing::settings::<Settings>(r#"{"currency":"euro","leest":1}"#).unwrap_err();
//! assert!(refused.starts_with("`settings.leest`: unknown setting `leest`\n  hint: did you mean `least`?"));
//! let refused = testing::settings::<Settings>(r#"{"currency":"euro","least":-1}"#).unwrap_err();
//! assert_eq!(refused, "`settings`: `least` must be at least 0");
//!
//! let schema = settings::schema::<Settings>();
//! assert!(schema.contains(r#""currency":{"enum":["euro","yen"],"description":"What prices are in."}"#));
//! ```
//!
//! A setting can be of these types, and of those made of them:
//!
//! | type | in nozzle.toml |
//! |---|---|
//! | `bool`, integers, `f32`, `f64`, `String` | the same |
//! | `Option<T>` | may be left out |
//! | `Vec<T>` | a list |
//! | `BTreeMap<String, T>`, [`Ordered<T>`] | a table whose names are free |
//! | an enum without fields that derives `Settings` | one of its names, kebab-case |
//! | a struct that derives `Settings` | a table with these settings |
//!
//! Settings of another type can derive serde's `Deserialize` instead, as a whole: the plugin then says no more about
//! them than that they are an object.

mod field;
mod kind;
mod nearest;
mod number;
mod ordered;
mod read;
mod schema;
mod types;
mod word;

use serde::de::DeserializeOwned;

#[doc(hidden)]
pub use self::field::{Field, Limit, Range};
#[doc(hidden)]
pub use self::kind::{Kind, Literal, Table};
#[doc(hidden)]
pub use self::number::Number;
pub use self::ordered::Ordered;
#[doc(hidden)]
pub use self::read::{Slots, read};
#[doc(hidden)]
pub use self::word::{Word, read_word};

/// What can stand in settings. [`#[derive(Settings)]`](macro@crate::Settings) implements it, and nothing else should.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a setting",
    label = "not a type that settings are made of",
    note = "a struct or an enum of your own derives `Settings`; the other types stand in the page of `nozzle_sdk::settings`"
)]
pub trait Setting: DeserializeOwned {
    /// What it is.
    #[doc(hidden)]
    const KIND: Kind;
}

/// JSON Schema (2020-12) of settings, as JSON text: what the plugin's `describe` tells.
#[must_use]
pub fn schema<S: Setting>() -> String {
    schema::of(&S::KIND)
}
