//! Lines about objects.

use std::time::Duration;

use nozzle_objects::bulk::{Done, SliceDone};
use tracing::{error, info, warn};

use super::Ids;

/// What became of an object. In the place of each failed record stands how often its code came: error objects have the rest.
pub(crate) fn done(ids: Ids<'_>, object: &str, done: &Done, duration: Duration) {
    let Ids { request_id, xray_trace_id } = ids;
    let Done { complete, total } = done;
    let SliceDone { records, rows, dropped, .. } = *total;
    let failed: u64 = total.failed.values().sum();
    let codes: Vec<String> = total.failed.iter().map(|(code, count)| format!("{code} {count}")).collect();
    let (failures, objects) = (codes.join(", "), total.objects.len());
    let duration_us = duration.as_micros() as u64;
    macro_rules! line {
        ($level:ident) => {
            $level!(
                request_id,
                xray_trace_id,
                object,
                records,
                rows,
                dropped,
                failed,
                failures,
                objects,
                complete,
                duration_us,
                "object done"
            )
        };
    }
    if failed > 0 || !complete { line!(warn) } else { line!(info) }
}

/// An object that nothing is done with.
pub(crate) fn passed_over(ids: Ids<'_>, object: &str, reason: &str) {
    let Ids { request_id, xray_trace_id } = ids;
    info!(request_id, xray_trace_id, object, reason, "object passed over");
}

/// An object that was not brought to its end by a fault of its own, or of where it is put.
pub(crate) fn failed(ids: Ids<'_>, object: &str, error: &str) {
    let Ids { request_id, xray_trace_id } = ids;
    error!(request_id, xray_trace_id, object, error, "object failed");
}
