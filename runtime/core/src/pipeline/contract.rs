//! What a plugin made of a row, held to the contract.

use super::rows::too_many_partition_keys;
use crate::host::{HostState, wit};
use crate::limits::{PARTITION_KEY_BYTES, PARTITION_KEYS, REASON_BYTES};
use crate::plugin::{Plugin, is_kebab};
use crate::{Failure, Operation, Route};

/// What a plugin made of a row: the outcome, and the parts that it has set aside, each with its failure.
pub(super) struct Made {
    pub(super) outcome: Outcome,
    pub(super) rejected: Vec<(Vec<u8>, Failure)>,
}

impl Made {
    /// Holds a plugin to the contract; its `fail` becomes the record's failure.
    pub(super) fn of(plugin: &Plugin, outcome: wit::Outcome, state: &mut HostState) -> Result<Self, Failure> {
        let (rejected, bytes) =
            (std::mem::take(&mut state.rejected), std::mem::take(&mut state.rejected_bytes));
        let outcome = checked(plugin, outcome)?;
        if bytes > plugin.limits.output {
            return Err(too_large(plugin));
        }
        let reject = |(row, failure)| Ok((row, failed(plugin, failure)?));
        Ok(Self { outcome, rejected: rejected.into_iter().map(reject).collect::<Result<_, Failure>>()? })
    }

    /// Passes all that the plugin itself has said through `hide`.
    pub(super) fn hiding(mut self, hide: impl Fn(&str) -> String) -> Self {
        let hiding = |(row, failure): (_, Failure)| (row, failure.hiding(&hide));
        self.rejected = self.rejected.into_iter().map(hiding).collect();
        self
    }
}

/// What a plugin made of a row, once it is known to keep the contract.
pub(super) enum Outcome {
    Rows(Vec<wit::Row>),
    Drop(Option<String>),
}

fn checked(plugin: &Plugin, outcome: wit::Outcome) -> Result<Outcome, Failure> {
    match outcome {
        wit::Outcome::Deliver(row) => rows(plugin, vec![row]),
        wit::Outcome::Explode(all) if !all.is_empty() => rows(plugin, all),
        wit::Outcome::Explode(_) => {
            Err(bad_outcome(plugin, "it exploded the row into none; say drop instead"))
        }
        wit::Outcome::Drop(reason) if reason.as_deref().is_none_or(is_kebab) => Ok(Outcome::Drop(reason)),
        wit::Outcome::Drop(_) => {
            Err(bad_outcome(plugin, "its reason for a drop is not kebab-case, 1 to 64 bytes"))
        }
        wit::Outcome::Fail(failure) => Err(failed(plugin, failure).unwrap_or_else(|bad| bad)),
    }
}

fn rows(plugin: &Plugin, rows: Vec<wit::Row>) -> Result<Outcome, Failure> {
    if rows.iter().map(|row| row.data.len()).sum::<usize>() > plugin.limits.output {
        return Err(too_large(plugin));
    }
    check_partition_keys(plugin, &rows)?;
    let mut routes = rows.iter().filter_map(|row| row.route.as_ref());
    if routes.any(|to| to.database.is_empty() || to.table.is_empty()) {
        return Err(bad_outcome(plugin, "its route has no database or no table"));
    }
    Ok(Outcome::Rows(rows))
}

/// A failure as the plugin tells it.
///
/// # Errors
///
/// The failure of a plugin that does not keep the contract even there.
fn failed(plugin: &Plugin, failure: wit::Failure) -> Result<Failure, Failure> {
    if !is_kebab(&failure.code) {
        return Err(bad_outcome(plugin, "its failure's code is not kebab-case, 1 to 64 bytes"));
    }
    Ok(Failure {
        code: format!("plugin.failed/{}", failure.code).into(),
        path: failure.path.map(cut),
        ..Failure::in_plugin(&plugin.description.name, "", cut(failure.reason))
    })
}

fn bad_outcome(plugin: &Plugin, reason: &str) -> Failure {
    Failure::in_plugin(&plugin.description.name, "plugin.bad-outcome", reason)
}

fn too_large(plugin: &Plugin) -> Failure {
    let reason = format!("it made more than {} bytes of one row", plugin.limits.output);
    Failure::in_plugin(&plugin.description.name, "plugin.output-too-large", reason)
}

/// What is kept of a text that a plugin wrote.
fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(REASON_BYTES));
    text
}

/// Here, before keys of several plugins are merged, so that a hundred thousand of them cost nothing.
fn check_partition_keys(plugin: &Plugin, rows: &[wit::Row]) -> Result<(), Failure> {
    if rows.iter().any(|row| row.partition_keys.len() > PARTITION_KEYS) {
        return Err(too_many_partition_keys());
    }
    if !rows.iter().all(|row| row.partition_keys.iter().all(is_partition_key)) {
        let reason = format!("a partition key's name or value is empty or over {PARTITION_KEY_BYTES} bytes");
        return Err(Failure::in_plugin(&plugin.description.name, "plugin.partition-key", reason));
    }
    Ok(())
}

fn is_partition_key((name, value): &(String, String)) -> bool {
    [name, value].iter().all(|text| (1..=PARTITION_KEY_BYTES).contains(&text.len()))
}

impl From<wit::Route> for Route {
    fn from(route: wit::Route) -> Self {
        let operation = match route.operation {
            wit::Operation::Insert => Operation::Insert,
            wit::Operation::Update => Operation::Update,
            wit::Operation::Delete => Operation::Delete,
        };
        Self { database: route.database, table: route.table, operation }
    }
}
