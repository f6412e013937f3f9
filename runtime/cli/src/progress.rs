//! How far something is, on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar in this style over a length; without one where that is not known.
pub(crate) fn bar(length: Option<u64>, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    length.map_or_else(ProgressBar::no_length, ProgressBar::new).with_style(style)
}

/// The style of a bar over bytes.
pub(crate) const BYTES: &str = "{wide_bar} {binary_bytes} of {binary_total_bytes}, {eta} left";

/// The style of a bar over objects.
pub(crate) const OBJECTS: &str = "{wide_bar} {pos} of {len} objects, {eta} left";
