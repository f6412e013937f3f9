//! A slice in the making: its rows by partition, its errors, its counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use rayon::prelude::*;

use super::batch::{Answered, Delivered};
use super::partition::{Gzip, Partition};
use super::{SliceDone, errors};
use crate::parquet::ParquetConfig;

/// What a slice has come to so far.
#[derive(Default)]
pub(super) struct Slice {
    pub(super) number: u32,
    /// Where it begins, in bytes of unpacked text.
    pub(super) first: u64,
    pub(super) done: SliceDone,
    /// Rows by the folder that they go to.
    partitions: BTreeMap<Arc<str>, Partition>,
    errors: Gzip,
}

/// A failed record: its batch and its place in there, the code, the line of the error object.
type Failed = ((usize, usize), String, Vec<u8>);

impl Slice {
    pub(super) fn new(number: u32, first: u64) -> Self {
        Self { number, first, ..Self::default() }
    }

    /// Whether nothing has been added yet.
    pub(super) fn is_untouched(&self) -> bool {
        self.done.records == 0
    }

    /// Adds the answers to batches, each partition on a thread of its own.
    pub(super) fn add(&mut self, batches: &[Answered], parquet: Option<&ParquetConfig>, time_ms: u64) {
        let by_partition = by_partition(batches);
        for folder in by_partition.keys() {
            let partition = || Partition::new(parquet);
            self.partitions.entry(Arc::clone(folder)).or_insert_with(partition);
        }
        let partitions: Vec<_> = self.partitions.iter_mut().collect();
        let added = partitions.into_par_iter().filter_map(|(folder, partition)| {
            Some(add(partition, by_partition.get(folder)?, batches, time_ms))
        });
        let mut failed = Vec::new();
        for (rows, misfits) in added.collect::<Vec<_>>() {
            self.done.rows += rows;
            failed.extend(misfits);
        }
        self.count(batches, failed);
    }

    /// Counts records, and puts the lines of those that failed into the order in which they were read.
    fn count(&mut self, batches: &[Answered], mut failed: Vec<Failed>) {
        for (index, batch) in batches.iter().enumerate() {
            self.done.records += batch.records;
            self.done.dropped += batch.dropped;
            let of_batch = batch.failed.iter();
            failed.extend(of_batch.map(|it| ((index, it.number), it.code.clone(), it.line.clone())));
        }
        failed.sort_by_key(|(at, _, _)| *at);
        for (_, code, line) in failed {
            *self.done.failed.entry(code).or_default() += 1;
            self.errors.add(&line, false);
        }
    }

    /// What is to be put: rows by the folder of their partition, and errors.
    pub(super) fn finish(&mut self) -> (Vec<(Arc<str>, Bytes)>, Option<Bytes>) {
        let partitions: Vec<_> = std::mem::take(&mut self.partitions).into_iter().collect();
        let rows = partitions.into_par_iter().filter_map(|(folder, partition)| {
            let object = partition.finish()?;
            Some((folder, Bytes::from(object)))
        });
        (rows.collect(), std::mem::take(&mut self.errors).finish().map(Bytes::from))
    }
}

/// The records of each partition in their order, each with its batch.
fn by_partition(batches: &[Answered]) -> BTreeMap<&Arc<str>, Vec<(usize, &Delivered)>> {
    let mut by_partition: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (index, batch) in batches.iter().enumerate() {
        for delivered in &batch.delivered {
            by_partition.entry(&delivered.partition).or_default().push((index, delivered));
        }
    }
    by_partition
}

/// Adds records to their partition: how many rows that makes, and which of them do not fit its schema.
fn add(
    partition: &mut Partition,
    records: &[(usize, &Delivered)],
    batches: &[Answered],
    time_ms: u64,
) -> (u64, Vec<Failed>) {
    let (mut rows, mut failed) = (0, Vec::new());
    for &(batch, delivered) in records {
        let data = batches[batch].data(delivered);
        match partition.add(data) {
            Ok(()) => rows += delivered.rows,
            Err(failure) => {
                let line = errors::line(data, &failure, time_ms);
                failed.push(((batch, delivered.number), failure.code, line));
            }
        }
    }
    (rows, failed)
}
