//! One record on its way in.

use serde::Deserialize;

use crate::json::{self, Documents, Scanner};
use crate::outcome::Outcomes;
use crate::{Failure, Outcome, Result, host};

/// The row to transform: the record's bytes in the first plugin of a pipeline, one delivered row in each
/// later one.
///
/// Facts about the record, such as its arrival time, are asked from the host only when a getter is called;
/// each is `None` where the source does not know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    data: Vec<u8>,
}

impl Record {
    /// A record of these bytes, for tests.
    #[must_use]
    pub fn new(data: impl Into<Vec<u8>>) -> Self {
        Record { data: data.into() }
    }

    /// The record's bytes.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The record's bytes, without a copy.
    #[must_use]
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }

    /// The record as text.
    ///
    /// # Errors
    ///
    /// `not-utf8`.
    pub fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.data).map_err(|error| {
            Failure::new("not-utf8", format!("malformed UTF-8 at byte {}", error.valid_up_to()))
        })
    }

    /// The record as one JSON document. `T` may borrow from the record.
    ///
    /// # Errors
    ///
    /// `not-json` when the record is not one well-formed document; `mistyped` when it does not fit `T`, with
    /// the path of the value that does not.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T> {
        json::parse(&self.data)
    }

    /// The JSON documents in the record: one, or several back to back or on lines of their own.
    #[must_use]
    pub fn documents(&self) -> Documents<'_> {
        Documents::new(&self.data)
    }

    /// Transforms the JSON documents in the record one by one: their rows take the record's place, in the order
    /// of the documents, as [`Outcomes`] says.
    ///
    /// ```
    /// use nozzle_sdk::prelude::*;
    ///
    /// let record = Record::new("1 2\n3");
    /// let outcome = record.transform_documents(|text| match text {
    ///     "2" => Ok(Outcome::drop("even")),
    ///     _ => Ok(Outcome::deliver(text)),
    /// });
    /// assert_eq!(outcome?, Outcome::rows(vec![Row::new("1"), Row::new("3")]));
    /// # Ok::<(), Failure>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first failure of `transform` where no document is left to deliver, its path within `[1]` for the second of
    /// several; `not-json` where one is none, since nothing tells where the next begins; `empty-record` where there is no
    /// document at all.
    pub fn transform_documents(&self, transform: impl Fn(&str) -> Result<Outcome>) -> Result<Outcome> {
        self.transform_values(|scanner, outcomes| {
            let document = scanner.value()?;
            outcomes.add(transform(document)?);
            Ok(())
        })
    }

    /// Transforms the JSON values in the record one by one: `transform` goes over one at a time.
    pub(crate) fn transform_values<'a>(
        &'a self,
        mut transform: impl FnMut(&mut Scanner<'a>, &mut Outcomes<'a>) -> Result<()>,
    ) -> Result<Outcome> {
        let text = json::utf8(&self.data)?;
        let (mut scanner, mut outcomes) = (Scanner::new(text), Outcomes::default());
        if scanner.is_at_end() {
            return Err(Failure::new("empty-record", "record holds no JSON document"));
        }
        for index in 0.. {
            if scanner.is_at_end() {
                break;
            }
            let (begun, rows) = (scanner.clone(), outcomes.len());
            if let Err(failure) = transform(&mut scanner, &mut outcomes) {
                let is_alone = index == 0 && is_one_document(text);
                let failure = if is_alone { failure } else { failure.within(&format!("[{index}]")) };
                scanner = begun;
                let Ok(document) = scanner.value() else {
                    return Err(outcomes.first_failure().unwrap_or(failure));
                };
                outcomes.truncate(rows);
                outcomes.reject(document.as_bytes(), failure);
            }
        }
        outcomes.finish()
    }

    /// When Firehose received the record, in milliseconds since 1970 UTC.
    #[must_use]
    pub fn arrival_time_ms(&self) -> Option<i64> {
        self.context("arrival-time-ms")?.parse().ok()
    }

    /// What the stream reads from: `direct`, `kinesis` or `msk`.
    #[must_use]
    pub fn source(&self) -> Option<String> {
        self.context("source")
    }

    /// The partition key of a Kinesis source.
    #[must_use]
    pub fn partition_key(&self) -> Option<String> {
        self.context("partition-key")
    }

    /// The sequence number of a Kinesis source.
    #[must_use]
    pub fn sequence_number(&self) -> Option<String> {
        self.context("sequence-number")
    }

    /// The subsequence number of a Kinesis source whose producer aggregates records.
    #[must_use]
    pub fn subsequence_number(&self) -> Option<String> {
        self.context("subsequence-number")
    }

    /// Any fact about the record by its key in the contract, such as `shard-id`. Those about reference tables are asked
    /// by [`table`](crate::table).
    #[must_use]
    pub fn context(&self, key: &str) -> Option<String> {
        host::context(key)
    }
}

/// Whether there is no document behind the first one. What is no JSON has none behind it.
fn is_one_document(text: &str) -> bool {
    let mut scanner = Scanner::new(text);
    scanner.value().is_err() || scanner.is_at_end()
}

impl From<Record> for Vec<u8> {
    fn from(record: Record) -> Self {
        record.data
    }
}
