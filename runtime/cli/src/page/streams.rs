//! `GET /page/streams`: each stream, its figures and its tables.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use nozzle_local::{Stream, now_ms};
use nozzle_runtime::Summary;
use nozzle_runtime::telemetry::TableUse;
use serde_json::{Value, json};

use super::Served;
use super::figures::Figures;
use super::refusal::answer;
use crate::dev::{objects, source};

pub(super) async fn all(State(served): State<Arc<Served>>) -> impl IntoResponse {
    let now = now_ms();
    let seen = served.page.seen();
    let nothing = Figures::default();
    let streams = served.streams.iter().zip(&served.functions).map(|(stream, function)| {
        let figures = seen.figures.get(&stream.config().name).unwrap_or(&nothing);
        of_stream(stream, function.as_deref(), figures, now)
    });
    let streams: Vec<Value> = streams.collect();
    answer(&json!({ "version": env!("CARGO_PKG_VERSION"), "now": now, "streams": streams }))
}

fn of_stream(stream: &Stream, function: Option<&str>, figures: &Figures, now: u64) -> Value {
    let config = stream.config();
    let mut json = figures.as_json(now);
    json["name"] = config.name.as_str().into();
    json["source"] = source(&config.source).into();
    json["function"] = function.into();
    json["destination"] = objects(config).into();
    json["pipeline"] = config.transform.as_ref().map(|it| it.config.display().to_string()).into();
    json["pending"] = stream.pending().into();
    json["tables"] = tables(stream, &figures.total).into();
    json
}

/// The tables in use, as old as they are now, with what was asked of them so far.
fn tables(stream: &Stream, total: &Summary) -> Vec<Value> {
    let now = stream.pipeline().map(|pipeline| pipeline.tables()).unwrap_or_default();
    let with_lookups = |table: TableUse| {
        let asked = total.tables.iter().find(|asked| asked.name == table.name);
        let lookups = asked.map(|asked| asked.lookups).unwrap_or_default();
        json!({
            "name": table.name,
            "version": table.version,
            "rows": table.rows,
            "ageS": table.age.as_secs_f64(),
            "refreshes": table.refreshes,
            "lookups": lookups.asked,
            "misses": lookups.missed,
        })
    };
    now.into_iter().map(with_lookups).collect()
}
