//! Which change records are dropped for what happened.

use nozzle_sdk::cdc::{Change, Op, Source};
use nozzle_sdk::{Result, count, log};

use crate::setting::refused;
use crate::unchanged::is_unchanged;

/// Counts the updates that were kept because they do not show the item before and after.
pub const NO_BEFORE_IMAGE: &str = "no-before-image";

/// Which events are kept, or which are dropped.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawEvents {
    keep: Option<Vec<Op>>,
    drop: Option<Vec<Op>>,
}

/// What becomes of change records of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// They are kept. The default.
    #[default]
    Keep,
    /// They are dropped.
    Drop,
}

/// Says at the start which settings need the row before the change: neither a stream's view type nor a table's replica
/// identity is known before the first record.
pub(crate) fn warn_of_before_images(settings: &[&str]) {
    if settings.is_empty() {
        return;
    }
    log::warn(format!(
        "cdc.no-before-image: `{}` needs the row before the change; a record that does not show it (view type \
         NEW_IMAGE, replica identity DEFAULT) is kept and counted as {NO_BEFORE_IMAGE}",
        settings.join("`, `")
    ));
}

/// What the settings say about events.
#[derive(Debug)]
pub struct EventFilter {
    events: RawEvents,
    ttl_deletes: Fate,
    unchanged: Fate,
}

impl EventFilter {
    /// The filter that the settings say.
    ///
    /// # Errors
    ///
    /// Where events are both kept and dropped.
    pub fn new(events: RawEvents, ttl_deletes: Fate, unchanged: Fate) -> Result<Self> {
        if events.keep.is_some() && events.drop.is_some() {
            return Err(refused("events", "says both `keep` and `drop`: one of them is enough"));
        }
        warn_of_before_images(if unchanged == Fate::Drop { &["unchanged"] } else { &[] });
        Ok(EventFilter { events, ttl_deletes, unchanged })
    }

    /// Why a change is dropped, `None` when it is kept. A plain row is no change.
    ///
    /// # Errors
    ///
    /// The failures of images that are compared.
    pub fn drop_reason(&self, change: &Change<'_>) -> Result<Option<&'static str>> {
        if change.source == Source::Row {
            return Ok(None);
        }
        if self.drops_event(change.op) {
            return Ok(Some("event"));
        }
        if self.ttl_deletes == Fate::Drop && change.is_ttl_delete {
            return Ok(Some("ttl-delete"));
        }
        Ok(self.drops_unchanged(change)?.then_some("unchanged"))
    }

    fn drops_event(&self, op: Op) -> bool {
        let RawEvents { keep, drop } = &self.events;
        match (keep, drop) {
            (Some(kept), _) => !kept.contains(&op),
            (None, Some(dropped)) => dropped.contains(&op),
            (None, None) => false,
        }
    }

    fn drops_unchanged(&self, change: &Change<'_>) -> Result<bool> {
        if self.unchanged == Fate::Keep || change.op != Op::Update {
            return Ok(false);
        }
        match (&change.before, &change.after) {
            (Some(old), Some(new)) => is_unchanged(old, new),
            _ => {
                count(NO_BEFORE_IMAGE, 1);
                Ok(false)
            }
        }
    }
}
