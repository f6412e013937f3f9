//! What a run has done.

use std::path::PathBuf;

use indicatif::BinaryBytes;
use serde_json::{Value, json};

use super::kept::Why;
use super::state::State;
use crate::send::Tally;
use crate::show;

/// What a run has done.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Rows that were acknowledged.
    pub(super) rows: u64,
    /// Records that they are in.
    pub(super) records: u64,
    /// Their bytes, before base64.
    pub(super) bytes: u64,
    /// Requests, and what was sent again.
    pub(crate) tally: Tally,
    /// Records that are too large for the stream.
    pub(super) too_large: u64,
    /// Records that are kept apart because their request had no answer.
    pub(super) unsure: u64,
    /// Records that were read and not put when the run ended.
    pub(super) not_put: u64,
    /// Where records are kept apart, those of earlier runs too.
    pub(super) kept: Vec<PathBuf>,
    /// Files of which earlier runs had put everything.
    pub(super) done_before: u64,
    /// Rows that earlier runs had put, or kept apart.
    pub(super) rows_before: u64,
    /// Where the run ended early: of how many rows of that file it is known what became of them, and whether the same command goes on
    /// behind them.
    pub(super) goes_on: Option<(u64, bool)>,
}

impl Report {
    /// A file that an earlier run has put to its end.
    pub(crate) fn passed_over(&mut self, state: &State) {
        self.done_before += 1;
        self.rows_before += state.told.rows;
        self.kept.extend(state.kept().file());
    }

    /// How many records are kept apart for a reason.
    pub(super) fn kept_apart(&mut self, why: Why) -> &mut u64 {
        match why {
            Why::TooLarge => &mut self.too_large,
            Why::Unsure => &mut self.unsure,
            Why::NotPut => &mut self.not_put,
        }
    }

    /// Whether records are kept apart.
    pub(crate) fn has_kept(&self) -> bool {
        !self.kept.is_empty()
    }

    /// On standard error for people, on standard output as JSON.
    pub(crate) fn show(&self, stream: &str, json: bool) -> anyhow::Result<()> {
        if json {
            return show::line(self.json(stream));
        }
        let Self { rows, records, bytes, tally, .. } = self;
        if self.done_before > 0 {
            let files = show::plural(self.done_before, "file");
            show::note(&format!(
                "{files} put to the end before, and passed over\n  hint: `--restart` puts all rows again"
            ));
        }
        if self.tally.requests > 0 {
            anstream::eprintln!(
                "{} in {}, {}, put into {stream}: {}, {} refused and sent again",
                show::plural(*rows, "row"),
                show::plural(*records, "record"),
                BinaryBytes(*bytes),
                show::plural(tally.requests, "request"),
                tally.refused
            );
        }
        self.show_notes();
        Ok(())
    }

    fn show_notes(&self) {
        self.tally.show_unsure();
        for (records, why) in [
            (self.too_large, "too large for the stream"),
            (self.unsure, "there or not, as their request had no answer"),
            (self.not_put, "read and not put"),
        ] {
            if records > 0 {
                show::note(&format!("{} kept apart: {why}", show::plural(records, "record")));
            }
        }
        for path in &self.kept {
            show::note(&format!("records that are kept apart are in `{}`", path.display()));
        }
        match self.goes_on {
            Some((_, true)) => show::note("the same command goes on behind what was put"),
            Some((rows, false)) => show::note(&format!(
                "the first {} of the standard input are put or kept apart, the others are not",
                show::plural(rows, "row")
            )),
            None => {}
        }
    }

    fn json(&self, stream: &str) -> Value {
        json!({
            "stream": stream,
            "rows": self.rows,
            "records": self.records,
            "bytes": self.bytes,
            "requests": self.tally.requests,
            "refused": self.tally.refused,
            "maybeTwice": self.tally.unsure,
            "tooLarge": self.too_large,
            "unsure": self.unsure,
            "notPut": self.not_put,
            "kept": self.kept,
            "filesDoneBefore": self.done_before,
            "rowsPutBefore": self.rows_before,
        })
    }
}
