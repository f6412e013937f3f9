//! `GET /page/records`: the last records, those that are looked for, and one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use nozzle_local::now_ms;
use nozzle_runtime::artefact;
use serde::Deserialize;
use serde_json::{Value, json};

use super::kept::Entry;
use super::outcome::{OUTCOMES, of_entry};
use super::refusal::answer;
use super::{Refusal, Served};
use crate::show;

/// How many are shown where the page does not say.
const SHOWN: usize = 200;

/// What is seen of a record in the list, in characters.
const PREVIEW: usize = 160;

/// Which records are looked for. What is empty or left out asks for nothing.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    stream: String,
    outcome: String,
    code: String,
    /// Found in what came or in what became of it, whatever the case.
    text: String,
    limit: usize,
}

impl Default for Filter {
    fn default() -> Self {
        let [stream, outcome, code, text] = Default::default();
        Self { stream, outcome, code, text, limit: SHOWN }
    }
}

impl Filter {
    /// Whether it takes a record, whatever its outcome.
    fn takes(&self, entry: &Entry) -> bool {
        let is = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        is(&self.stream, &entry.stream)
            && is(&self.code, entry.fate().code.unwrap_or_default())
            && (self.text.is_empty()
                || [&entry.record().data, entry.after()].into_iter().any(|bytes| self.finds(bytes)))
    }

    /// `text` is in lower case by now.
    fn finds(&self, bytes: &[u8]) -> bool {
        String::from_utf8_lossy(bytes).to_lowercase().contains(&self.text)
    }
}

pub(super) async fn some(
    State(served): State<Arc<Served>>,
    Query(mut filter): Query<Filter>,
) -> impl IntoResponse {
    served.page.asked_ms.store(now_ms(), Ordering::Relaxed);
    filter.text = filter.text.to_lowercase();
    let (entries, newest, changes) = {
        let kept = &served.page.seen().kept;
        (kept.entries(), kept.newest(), kept.changes())
    };
    let of_any: Vec<&Entry> = entries.iter().filter(|entry| filter.takes(entry)).collect();
    let counts = counts(&of_any);
    let is_wanted = |entry: &&&Entry| filter.outcome.is_empty() || filter.outcome == entry.fate().outcome;
    let matching: Vec<&Entry> = of_any.iter().filter(is_wanted).copied().collect();
    let codes: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.fate().code).collect();
    answer(&json!({
        "newest": newest,
        "changes": changes,
        "kept": entries.len(),
        "matching": matching.len(),
        "counts": counts,
        "codes": codes,
        "streams": served.streams.iter().map(|stream| &stream.config().name).collect::<Vec<_>>(),
        "records": matching.iter().take(filter.limit).map(|entry| in_list(entry)).collect::<Vec<_>>(),
    }))
}

/// How many there are of each outcome, and under the empty name of all.
fn counts(entries: &[&Entry]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::from([("", entries.len())]);
    counts.extend(OUTCOMES.map(|outcome| (outcome, 0)));
    for entry in entries {
        *counts.entry(entry.fate().outcome).or_default() += 1;
    }
    counts
}

fn in_list(entry: &Entry) -> Value {
    let fate = entry.fate();
    json!({
        "seq": entry.seq,
        "stream": entry.stream,
        "at": entry.at_ms,
        "outcome": fate.outcome,
        "plugin": fate.plugin,
        "code": fate.code,
        "preview": show::beginning(&entry.record().data, PREVIEW),
        "timeNs": entry.judged().told.as_ref().map(|told| told.time.as_nanos() as u64),
    })
}

pub(super) async fn one(
    State(served): State<Arc<Served>>,
    Path(seq): Path<u64>,
) -> Result<impl IntoResponse, Refusal> {
    let entry = served.record(seq)?;
    let data = &entry.record().data;
    let mut json = of_entry(&entry);
    json["seq"] = entry.seq.into();
    json["stream"] = entry.stream.as_str().into();
    json["at"] = entry.at_ms.into();
    let asked = Some(entry.judged().record_id.as_str()).filter(|id| !id.is_empty());
    json["recordId"] = asked.into();
    json["sha256"] = artefact::sha256(data).into();
    json["metadata"] = serde_json::to_value(&entry.record().metadata).unwrap_or_default();
    json["line"] = (!data.contains(&b'\n') && std::str::from_utf8(data).is_ok()).into();
    Ok(answer(&json))
}

impl Served {
    /// A record that is kept.
    pub(super) fn record(&self, seq: u64) -> Result<Entry, Refusal> {
        let kept = self.page.seen().kept.get(seq);
        kept.ok_or_else(|| Refusal::absent(format!("record {seq} is not kept any more")))
    }
}
