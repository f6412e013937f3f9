//! What is in an object.

use bytes::Bytes;
use nozzle_objects::parquet;

use super::{Kind, compression};
use crate::config::StreamConfig;
use crate::{Failure, Record, RecordId};

/// An object that is about to be put.
pub(crate) struct Body {
    pub(crate) bytes: Bytes,
    /// What is in it.
    pub(crate) ids: Vec<RecordId>,
    /// What could not be put into it.
    pub(crate) failed: Vec<(Record, Failure)>,
}

impl Body {
    /// Rows as Parquet where the stream asks for it, else records one behind the other with nothing between them.
    pub(crate) fn of(stream: &StreamConfig, kind: &Kind, records: Vec<Record>) -> Self {
        let data = records.iter().map(|record| &record.data[..]);
        let (bytes, failures) = match (kind, &stream.parquet) {
            (Kind::Rows(_), Some(parquet)) => {
                let converted = parquet::convert(parquet, data);
                (converted.file.unwrap_or_default(), converted.failed)
            }
            _ => (compression(stream, kind).compress(data.collect::<Vec<_>>().concat()), Vec::new()),
        };
        let mut failures = failures.into_iter().peekable();
        let (mut ids, mut failed) = (Vec::new(), Vec::new());
        for (index, record) in records.into_iter().enumerate() {
            match failures.next_if(|(at, _)| *at == index) {
                Some((_, failure)) => failed.push((record, failure)),
                None => ids.push(record.id),
            }
        }
        Self { bytes: bytes.into(), ids, failed }
    }
}
