//! The host's stand-in.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::log::Level;
use crate::{Failure, LookupError, json};

/// A stand-in for the host: what a plugin can ask, and what it has said.
#[derive(Debug, Clone, Default)]
pub struct Host {
    context: BTreeMap<String, String>,
    tables: BTreeMap<String, Table>,
    heard: Rc<RefCell<Heard>>,
}

impl Host {
    /// A host without tables that knows nothing about its record.
    #[must_use]
    pub fn new() -> Self {
        Host::default()
    }

    /// The host of the innermost [`Host::run`].
    pub(super) fn current() -> Option<Self> {
        with_host(Clone::clone)
    }

    /// Lets the plugin ask for a fact about the record, such as `arrival-time-ms`.
    #[must_use]
    pub fn context(mut self, key: &str, value: &str) -> Self {
        self.context.insert(key.to_owned(), value.to_owned());
        self
    }

    /// Says when Firehose received the record, in milliseconds since 1970 UTC.
    #[must_use]
    pub fn arrival_time_ms(self, millis: i64) -> Self {
        self.context("arrival-time-ms", &millis.to_string())
    }

    /// Lets the record come from a Kinesis source, with this partition key and sequence number.
    #[must_use]
    pub fn kinesis(self, partition_key: &str, sequence_number: &str) -> Self {
        self.context("source", "kinesis")
            .context("partition-key", partition_key)
            .context("sequence-number", sequence_number)
    }

    /// Lets the record come from an MSK source, of this partition and offset.
    #[must_use]
    pub fn msk(self, partition_id: u32, offset: u64) -> Self {
        self.context("source", "msk")
            .context("partition-id", &partition_id.to_string())
            .context("offset", &offset.to_string())
    }

    /// Gives the plugin a reference table: the names of its key columns, and its rows as a JSON array of
    /// objects.
    ///
    /// # Panics
    ///
    /// When `rows` is no such text.
    #[must_use]
    pub fn table(mut self, name: &str, key: &[&str], rows: &str) -> Self {
        let rows = serde_json::from_str(rows).expect("rows are a JSON array of objects");
        let key = key.iter().map(|&column| column.to_owned()).collect();
        self.tables.insert(name.to_owned(), Table { key, rows });
        self
    }

    /// Runs `body` with this host under it, on this thread.
    pub fn run<T>(&self, body: impl FnOnce() -> T) -> T {
        let before = HOST.replace(Some(self.clone()));
        let _restored = Restore(before);
        body()
    }

    /// What was logged so far.
    #[must_use]
    pub fn logs(&self) -> Vec<(Level, String)> {
        self.heard.borrow().logs.clone()
    }

    /// What was counted so far under this name, whether or not the plugin declares it.
    #[must_use]
    pub fn counter(&self, name: &str) -> u64 {
        self.heard.borrow().counters.get(name).copied().unwrap_or_default()
    }

    /// The rows that were set aside so far, each with its failure.
    #[must_use]
    pub fn rejected(&self) -> Vec<(Vec<u8>, Failure)> {
        self.heard.borrow().rejected.clone()
    }
}

/// What a plugin has said.
#[derive(Debug, Default)]
struct Heard {
    logs: Vec<(Level, String)>,
    counters: BTreeMap<String, u64>,
    rejected: Vec<(Vec<u8>, Failure)>,
}

#[derive(Debug, Clone)]
struct Table {
    key: Vec<String>,
    rows: Vec<Map<String, Value>>,
}

impl Table {
    fn lookup(&self, keys: &[&str], columns: &[&str]) -> Result<Option<Vec<u8>>, LookupError> {
        if keys.len() != self.key.len() {
            return Err(LookupError::KeyCount(self.key.len().try_into().unwrap_or(u32::MAX)));
        }
        let holds =
            |row: &&Map<String, Value>| self.key.iter().zip(keys).all(|(column, key)| row[column] == *key);
        self.rows.iter().find(holds).map(|row| project(row, columns)).transpose()
    }
}

/// The asked columns of a row, as the host writes them.
fn project(row: &Map<String, Value>, columns: &[&str]) -> Result<Vec<u8>, LookupError> {
    let cell = |column: &&str| match row.get(*column) {
        Some(value) => Ok(format!("{}:{value}", json::to_raw(column))),
        None => Err(LookupError::NoSuchColumn((*column).to_owned())),
    };
    let all: Vec<&str> = row.keys().map(String::as_str).collect();
    let asked = if columns.is_empty() { &all } else { columns };
    let cells: Vec<String> = asked.iter().map(cell).collect::<Result<_, _>>()?;
    Ok(format!("{{{}}}", cells.join(",")).into_bytes())
}

thread_local! {
    static HOST: RefCell<Option<Host>> = const { RefCell::new(None) };
}

/// Puts the host of an outer [`Host::run`] back, after a panic too.
struct Restore(Option<Host>);

impl Drop for Restore {
    fn drop(&mut self) {
        HOST.set(self.0.take());
    }
}

fn with_host<T>(ask: impl FnOnce(&Host) -> T) -> Option<T> {
    HOST.with_borrow(|host| host.as_ref().map(ask))
}

pub(crate) fn log(level: Level, message: &str) {
    with_host(|host| host.heard.borrow_mut().logs.push((level, message.to_owned())));
}

pub(crate) fn count(counter: &str, n: u64) {
    with_host(|host| *host.heard.borrow_mut().counters.entry(counter.to_owned()).or_default() += n);
}

pub(crate) fn reject(row: &[u8], failure: Failure) {
    with_host(|host| host.heard.borrow_mut().rejected.push((row.to_owned(), failure)));
}

pub(crate) fn lookup(table: &str, keys: &[&str], columns: &[&str]) -> Result<Option<Vec<u8>>, LookupError> {
    let found = with_host(|host| host.tables.get(table).map(|table| table.lookup(keys, columns)));
    found.flatten().unwrap_or(Err(LookupError::NoSuchTable))
}

pub(crate) fn context(key: &str) -> Option<String> {
    with_host(|host| host.context.get(key).cloned()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::transform;
    use crate::{Outcome, Plugin, Record, Result, count, log, lookup, lookup_text};

    fn regions() -> Host {
        Host::new().table("regions", &["Country"], r#"[{"Country":"France","Region":"Europe","Rank":2}]"#)
    }

    #[test]
    fn a_lookup_gives_the_asked_columns_in_the_asked_order() {
        let found = |columns: &[&str]| regions().run(|| lookup_text("regions", &["France"], columns));
        assert_eq!(found(&["Region", "Rank"]).unwrap().unwrap(), r#"{"Region":"Europe","Rank":2}"#);
        let all: Value = serde_json::from_str(&found(&[]).unwrap().unwrap()).unwrap();
        assert_eq!(all.as_object().unwrap().len(), 3);
        assert_eq!(found(&["Population"]), Err(LookupError::NoSuchColumn("Population".to_owned())));
    }

    #[test]
    fn a_lookup_tells_a_miss_from_an_error() {
        regions().run(|| {
            assert_eq!(lookup::<Value>("regions", &["Atlantis"], &[]), Ok(None));
            assert_eq!(lookup::<Value>("regions", &[], &[]), Err(LookupError::KeyCount(1)));
            assert_eq!(lookup::<Value>("customers", &["1"], &[]), Err(LookupError::NoSuchTable));
            assert!(matches!(lookup::<Vec<u8>>("regions", &["France"], &[]), Err(LookupError::Mistyped(_))));
        });
    }

    #[test]
    fn what_a_plugin_says_is_kept() {
        let host = regions();
        host.run(|| {
            log::warn("first");
            count("seen", 1);
            count("seen", 2);
        });
        assert_eq!(host.logs(), [(Level::Warn, "first".to_owned())]);
        assert_eq!(host.counter("seen"), 3);
    }

    #[test]
    fn a_rejected_row_fails_its_record() {
        struct Even;

        impl Plugin for Even {
            type Settings = Value;

            fn configure(_: crate::Config<Value>) -> Result<Self> {
                Ok(Even)
            }

            fn transform(&self, record: Record) -> Result<Outcome> {
                record.transform_documents(|text| match text {
                    "1" => Err(Failure::new("odd", "is odd")),
                    _ => Ok(Outcome::deliver(text)),
                })
            }
        }

        assert_eq!(transform(&Even, Record::new("2 4")), Even.transform(Record::new("2 4")));
        let failure = Failure::new("odd", "is odd").at("[1]");
        assert_eq!(transform(&Even, Record::new("2 1")), Err(failure.clone()));
        let host = Host::new();
        assert_eq!(host.run(|| Even.transform(Record::new("2 1 4"))), Even.transform(Record::new("2 4")));
        assert_eq!(host.rejected(), [("1".into(), failure)]);
    }

    #[test]
    fn a_record_knows_its_source() {
        let record = Record::new("");
        let kinesis = Host::new().arrival_time_ms(1_755_693_000_000).kinesis("42", "4959");
        kinesis.run(|| {
            assert_eq!(record.arrival_time_ms(), Some(1_755_693_000_000));
            assert_eq!(record.source().as_deref(), Some("kinesis"));
            assert_eq!(record.partition_key().as_deref(), Some("42"));
            assert_eq!(record.sequence_number().as_deref(), Some("4959"));
        });
        Host::new().msk(3, 17).run(|| {
            assert_eq!(record.source().as_deref(), Some("msk"));
            assert_eq!(record.context("partition-id").as_deref(), Some("3"));
            assert_eq!(record.context("offset").as_deref(), Some("17"));
        });
    }

    #[test]
    fn a_host_ends_with_its_run() {
        let inner = Host::new().context("source", "msk");
        Host::new().context("source", "direct").run(|| {
            let record = Record::new("");
            assert_eq!(inner.run(|| record.source()).as_deref(), Some("msk"));
            assert_eq!(record.source().as_deref(), Some("direct"));
        });
        assert_eq!(Record::new("").source(), None);
    }
}
