//! What goes into one request.

use super::key::PartitionKeys;

/// What fits into a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Records.
    pub(super) records: usize,
    /// Bytes of all records, before base64.
    pub(super) bytes: usize,
    /// Bytes of one record.
    pub(super) record: usize,
}

impl Limits {
    /// <https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html>
    pub(super) const FIREHOSE: Self = Self { records: 500, bytes: 4 << 20, record: 1_024_000 };
    /// Partition keys count. <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>
    pub(super) const KINESIS: Self = Self { records: 500, bytes: 5 << 20, record: 1 << 20 };
}

/// Records that go out in one request: at most 500, and 4 MiB for Firehose (1,000 KiB a record), 5 MiB for Kinesis (1 MiB a record with
/// its partition key).
#[derive(Debug)]
pub(crate) struct Batch {
    limits: Limits,
    /// None for Firehose, which has no partition keys.
    partition: Option<PartitionKeys>,
    records: Vec<Vec<u8>>,
    keys: Vec<String>,
    bytes: usize,
}

impl Batch {
    /// An empty one.
    pub(super) fn new(limits: Limits, partition: Option<PartitionKeys>) -> Self {
        Self { limits, partition, records: Vec::new(), keys: Vec::new(), bytes: 0 }
    }

    /// Adds a record.
    ///
    /// # Errors
    ///
    /// The record, where it does not fit. One that does not fit into an empty batch is too large for the stream.
    pub(crate) fn push(&mut self, record: Vec<u8>) -> Result<(), Vec<u8>> {
        if self.records.len() == self.limits.records || record.len() > self.limits.record {
            return Err(record);
        }
        let key = self.partition.as_ref().map(|keys| keys.of(&record));
        let bytes = record.len() + key.as_ref().map_or(0, String::len);
        if bytes > self.limits.record || self.bytes + bytes > self.limits.bytes {
            return Err(record);
        }
        self.bytes += bytes;
        self.records.push(record);
        self.keys.extend(key);
        Ok(())
    }

    /// How many records it has.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it has none.
    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Its records, by their places.
    pub(crate) fn records(&self) -> &[Vec<u8>] {
        &self.records
    }

    /// The partition key of a record; empty for Firehose.
    pub(super) fn key(&self, place: usize) -> &str {
        self.keys.get(place).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records of some lengths, each as often as it says; those that do not fit.
    fn fill(
        limits: Limits,
        partition: Option<PartitionKeys>,
        lengths: &[(usize, usize)],
    ) -> (Batch, Vec<usize>) {
        let mut batch = Batch::new(limits, partition);
        let mut refused = Vec::new();
        for &(count, length) in lengths {
            let records = std::iter::repeat_n(vec![b'a'; length], count);
            refused.extend(records.filter_map(|record| batch.push(record).err()).map(|record| record.len()));
        }
        (batch, refused)
    }

    #[test]
    fn firehose_takes_500_records_of_1000_kib_and_4_mib_together() {
        let of = |lengths: &[(usize, usize)]| fill(Limits::FIREHOSE, None, lengths);
        assert_eq!(of(&[(500, 0), (1, 0)]).1, [0]);
        assert_eq!(of(&[(1, 1_024_000), (1, 1_024_001)]).1, [1_024_001]);
        let full = [(4, 1_024_000), (1, (4 << 20) - 4 * 1_024_000)];
        let (batch, refused) = of(&full);
        assert_eq!((batch.len(), refused), (5, vec![]));
        assert_eq!(of(&[full[0], full[1], (1, 1)]).1, [1]);
        assert_eq!(of(&[full[0], (1, full[1].1 + 1)]).1, [full[1].1 + 1]);
    }

    #[test]
    fn kinesis_counts_partition_keys_in() {
        // A hash has 32 characters.
        let of = |lengths: &[(usize, usize)]| {
            fill(Limits::KINESIS, Some(PartitionKeys { pointer: None }), lengths)
        };
        assert_eq!(of(&[(1, (1 << 20) - 32), (1, (1 << 20) - 31)]).1, [(1 << 20) - 31]);
        assert_eq!(of(&[(5, (1 << 20) - 32), (1, 0)]).1, [0]);
        assert_eq!(of(&[(500, 1), (1, 1)]).1, [1]);
    }
}
