//! Where a line goes, by what becomes of its record today.

use super::entry::Entry;
use super::judge::Outcome;
use super::kind::Raw;
use super::ledger::Ledger;
use super::line::Mark;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wants {
    /// To be told what would become of records.
    Report,
    /// Rows in a file.
    Out,
    /// Records into a stream, as they once came there.
    Records,
    /// Rows into a stream.
    Rows,
}

/// Where a line goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// On: these bytes to the file or the stream.
    On(Vec<u8>),
    /// Nowhere, as the pipeline asks.
    Dropped,
    /// To the lines that are kept apart.
    Kept(Mark),
}

impl Fate {
    /// That of a line.
    pub(crate) fn of(entry: &Entry, outcome: Outcome, wants: Wants, came_back: Option<&Ledger>) -> Self {
        let is_put = matches!(wants, Wants::Records | Wants::Rows);
        let has_come_back = || {
            let arrival_ms = entry.line.as_ref().ok()?.arrival_ms?;
            came_back?.sent_ms(entry.bytes()).filter(|sent_ms| arrival_ms >= *sent_ms)
        };
        match outcome {
            Outcome::Fails(mark) if entry.line.is_err() => Self::Kept(mark),
            _ if is_put && has_come_back().is_some() => Self::Kept(entry.mark("Replay.CameBack", CAME_BACK)),
            Outcome::Fails(mark) => Self::Kept(mark),
            Outcome::Dropped => Self::Dropped,
            Outcome::Rows(_) if wants == Wants::Records && entry.raw() == Raw::Row => {
                Self::Kept(entry.mark("Replay.Row", ROW))
            }
            Outcome::Rows(_) if wants == Wants::Records => Self::On(entry.bytes().to_owned()),
            Outcome::Rows(rows) => Self::On(rows),
        }
    }
}

const CAME_BACK: &str = "an earlier replay has sent it, and it came back: `--again` sends it once more";

const ROW: &str = "`rawData` is a row, which no transform takes: `--out` writes it into a file, `--send rows` puts it into a stream";
