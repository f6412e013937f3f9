//! How much longer rows are than records, held against what Firehose takes back.

use super::Finding;
use crate::schema::{Growth, Sample};

/// What an event and what a response may have, in bytes of JSON text.
const PAYLOAD: f64 = 6_291_556.0;

/// The buffer hint of a stream for its function, in MB: the least, the default, the most.
const HINTS: [f64; 3] = [0.2, 1.0, 3.0];

/// A batch is as long as its last record makes it, and no two are alike: a tenth is kept free.
const FREE: f64 = 0.9;

/// Says which buffer hint a stream of records like those of the sample can have.
pub(crate) fn growth(sample: &Sample) -> Option<Finding> {
    let Growth { bytes_in, bytes_out, event_bytes, response_bytes } = sample.growth;
    if bytes_out == 0 {
        return None;
    }
    let [least, default, most] = HINTS;
    let per_byte = |bytes: u64| bytes as f64 / bytes_in as f64;
    let text = format!("growth: {bytes_out} bytes out of {bytes_in} in, {:.2} times", per_byte(bytes_out));
    let fits = FREE * PAYLOAD / per_byte(response_bytes) / f64::from(1 << 20);
    let hint = (fits.min(most) * 10.0).floor() / 10.0;
    // An event that is full has no room for the records that a response could not answer.
    if hint >= most || response_bytes <= event_bytes {
        return Some(Finding::ok("growth", format!("{text}; any buffer hint will do, up to {most} MB")));
    }
    if hint >= default {
        return Some(Finding::ok(
            "growth",
            format!("{text}; the stream's buffer hint may be up to {hint} MB"),
        ));
    }
    let text = format!(
        "{text}; the response to 1 MB of such records has {:.1} MB, over the 6,291,556 bytes that a function may answer",
        per_byte(response_bytes) * f64::from(1 << 20) / 1e6
    );
    Some(if hint >= least {
        let way = format!(
            "set `BufferSizeInMBs` of the stream's Lambda processor to {hint} at most; its default is 1"
        );
        Finding::note("growth", text, way)
    } else {
        Finding::error(
            "growth",
            text,
            "deliver less of a record: even the smallest buffer hint, 0.2 MB, is too large",
        )
    })
}
