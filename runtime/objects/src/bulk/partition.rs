//! A partition of a slice: rows on their way into one object.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Failure;
use crate::parquet::{Conversion, ParquetConfig};

/// How much JSON Lines waits to be compressed, in bytes: what a compressor takes for itself is worth it from here on.
const WAITING: usize = 1 << 20;

/// An object in the making.
pub(super) enum Partition {
    Parquet(Box<Conversion>),
    Lines(Box<Gzip>),
}

/// Bytes that are compressed in steps which depend on them alone.
#[derive(Default)]
pub(super) struct Gzip {
    waiting: Vec<u8>,
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl Partition {
    /// The schema is one that was checked.
    pub(super) fn new(parquet: Option<&ParquetConfig>) -> Self {
        match parquet {
            Some(config) => {
                let conversion = Conversion::new(config).expect("the schema was checked at the start");
                Self::Parquet(Box::new(conversion))
            }
            None => Self::Lines(Box::default()),
        }
    }

    /// Adds the rows of a record, all or none.
    pub(super) fn add(&mut self, data: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Parquet(conversion) => return conversion.add(data),
            Self::Lines(gzip) => gzip.add(data, !data.is_empty() && !data.ends_with(b"\n")),
        }
        Ok(())
    }

    /// The object; none where nothing was added.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        match self {
            Self::Parquet(conversion) => conversion.finish(),
            Self::Lines(gzip) => gzip.finish(),
        }
    }
}

impl Gzip {
    /// Adds bytes, and a newline behind them where that is wanted.
    pub(super) fn add(&mut self, data: &[u8], newline: bool) {
        self.waiting.extend_from_slice(data);
        if newline {
            self.waiting.push(b'\n');
        }
        if self.waiting.len() >= WAITING {
            self.compress();
        }
    }

    pub(super) fn finish(mut self) -> Option<Vec<u8>> {
        if self.encoder.is_none() && self.waiting.is_empty() {
            return None;
        }
        self.compress();
        self.encoder.map(|encoder| encoder.finish().expect(WRITES))
    }

    fn compress(&mut self) {
        let encoder = self.encoder.get_or_insert_with(|| GzEncoder::new(Vec::new(), Compression::default()));
        encoder.write_all(&self.waiting).expect(WRITES);
        self.waiting.clear();
    }
}

const WRITES: &str = "memory takes what is written";
