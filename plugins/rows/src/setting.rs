//! Settings that do not fit.

use nozzle_sdk::Failure;

/// The failure that refuses one setting.
#[must_use]
pub fn refused(setting: &str, trouble: impl Into<String>) -> Failure {
    Failure::new("settings", trouble).at(format!("settings.{setting}"))
}
