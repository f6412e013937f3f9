//! What a plugin counts.

use crate::host;

/// Adds `n` to one of the plugin's [counters](crate::Plugin::COUNTERS). The host ignores a name that is not
/// among them.
pub fn count(counter: &str, n: u64) {
    host::count(counter, n);
}
