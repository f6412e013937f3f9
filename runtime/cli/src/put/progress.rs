//! How far a run is, on a terminal.

use indicatif::ProgressBar;

use crate::progress;

/// A bar over all files, where their sizes are known.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Bytes of the files before the present one.
    before: u64,
    rows: u64,
}

impl Progress {
    /// A bar over so many bytes; a count of rows where that is not known, as with standard input and gzip.
    pub(crate) fn new(bytes: Option<u64>) -> Self {
        let template = match bytes {
            Some(_) => "{wide_bar} {binary_bytes} of {binary_total_bytes}, {eta} left, {msg}",
            None => "{spinner} {binary_bytes}, {msg}",
        };
        Self { bar: progress::bar(bytes, template), before: 0, rows: 0 }
    }

    /// So many more rows are put, up to a position of the present file.
    pub(super) fn put(&mut self, rows: u64, position: u64) {
        self.rows += rows;
        self.bar.set_position(self.before + position);
        self.bar.set_message(format!("{} rows", self.rows));
    }

    /// The present file is put.
    pub(super) fn file(&mut self, position: u64) {
        self.before += position;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
