//! A Parquet file as it is written, row group by row group.

use std::sync::Arc;

use nozzle_rows::schema::Schema;
use parquet::basic::Compression;
use parquet::errors::Result;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;

use super::node::Members;
use super::schema;

/// How much is collected for a row group, in bytes of memory. AWS's are of 256 MiB; less is held here at once.
const ROW_GROUP: usize = 64 << 20;
/// And how many rows at most, so that a group of tiny values stays small while it is written.
const ROWS: usize = 1 << 20;

/// In memory nothing goes wrong with writing, and the columns are those of the schema.
const WRITES: &str = "a file is written into memory";

pub(super) struct File {
    writer: SerializedFileWriter<Vec<u8>>,
    /// How many rows the columns hold that are not written yet.
    rows: usize,
    is_empty: bool,
}

impl File {
    pub(super) fn new(schema: &Schema) -> Self {
        let properties = WriterProperties::builder()
            // Firehose's default, `ParquetSerDe.Compression`.
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let writer = SerializedFileWriter::new(Vec::new(), schema::of_table(schema), Arc::new(properties));
        Self { writer: writer.expect(WRITES), rows: 0, is_empty: true }
    }

    /// Counts rows that were added to the columns, and writes these where that is enough.
    pub(super) fn added(&mut self, rows: usize, columns: &mut Members) {
        self.rows += rows;
        self.is_empty = false;
        let mut size = 0;
        columns.each_leaf(&mut |leaf| size += leaf.size());
        if self.rows >= ROWS || size >= ROW_GROUP {
            self.write(columns).expect(WRITES);
        }
    }

    /// The whole file; none without rows.
    pub(super) fn finish(mut self, columns: &mut Members) -> Option<Vec<u8>> {
        if self.is_empty {
            return None;
        }
        if self.rows > 0 {
            self.write(columns).expect(WRITES);
        }
        Some(self.writer.into_inner().expect(WRITES))
    }

    /// Writes what the columns hold as a row group.
    fn write(&mut self, columns: &mut Members) -> Result<()> {
        let mut group = self.writer.next_row_group()?;
        let mut written = Ok(());
        columns.each_leaf(&mut |leaf| {
            if written.is_ok() {
                written = group.next_column().and_then(|column| leaf.write(column.expect(WRITES)));
            }
        });
        written?;
        self.rows = 0;
        group.close().map(drop)
    }
}
