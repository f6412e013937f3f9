//! The native twin: a plugin's own code behind the same wire edge, without sandbox, limits and telemetry.

use nozzle_runtime::firehose::{Event, ResponseWriter};
use nozzle_runtime::{Answer, Delivery};
use nozzle_sdk::{Outcome, Plugin, Record};

/// The flow of `Transform::run` with nothing between the wire edge and the plugin.
///
/// # Panics
///
/// When the event is none, or a record does not become one row.
pub fn respond<P: Plugin>(plugin: &P, event: &[u8]) -> Vec<u8> {
    answered(event, |payload| {
        let mut row = row(plugin, payload);
        row.push(b'\n');
        row
    })
}

/// The wire edge alone: each record is decoded, encoded and answered as it came.
///
/// # Panics
///
/// When the event is none.
pub fn envelope(event: &[u8]) -> Vec<u8> {
    answered(event, <[u8]>::to_vec)
}

fn answered(event: &[u8], mut becomes: impl FnMut(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let event = Event::parse(event).expect("the event is one");
    let mut response = ResponseWriter::new(&event).expect("the response fits");
    let mut buffer = Vec::new();
    for record in &event.records {
        let data = becomes(event.decode(record, &mut buffer).expect("the data is base64"));
        response.append(record, Answer::Ok(Delivery { data, rows: 1, ..Delivery::default() }));
    }
    response.finish()
}

/// The one row of a record, without the newline that the host adds.
///
/// # Panics
///
/// When the record does not become one row.
pub fn row<P: Plugin>(plugin: &P, payload: &[u8]) -> Vec<u8> {
    let outcome = plugin.transform(Record::new(payload));
    let Ok(Outcome::Deliver(row)) = outcome else { panic!("every record delivers one row") };
    row.data
}
