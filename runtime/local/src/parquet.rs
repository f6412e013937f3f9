//! Firehose's format conversion: JSON rows to one Parquet file, by the schema of a table of Glue.
//! <https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html>

use crate::Failure;
use crate::config::ParquetConfig;

/// What became of the records of an object.
#[derive(Debug)]
pub struct Converted {
    /// The file; none where no record could be converted.
    pub file: Option<Vec<u8>>,
    /// What could not be converted, by the record's place.
    pub failed: Vec<(usize, Failure)>,
}

/// Converts records, each of one or several JSON documents. A record with a document that does not fit fails as a whole.
pub fn convert<'a>(config: &ParquetConfig, records: impl Iterator<Item = &'a [u8]>) -> Converted {
    let _ = (config, records.count());
    unimplemented!("parquet")
}
