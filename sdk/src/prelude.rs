//! What nearly every plugin needs, for `use nozzle_sdk::prelude::*`.

pub use crate::{
    Config, Failure, Operation, Outcome, Outcomes, Plugin, Record, Result, Route, Row, Settings, count, log,
    lookup, plugin,
};
