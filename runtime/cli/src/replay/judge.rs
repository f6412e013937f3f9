//! What becomes of records today: the pipeline as it is now, and the schema of the destination.

use nozzle_objects::parquet::{self, ParquetConfig};
use nozzle_runtime::firehose::{EventWriter, Metadata, Source};
use nozzle_runtime::{Answer, Failure, Seen, Transform};

use super::entry::Entry;
use super::kind::Raw;
use super::line::Mark;
use crate::show;

/// The failure of a record that is well by itself, and for which the response of its batch has no room.
const NO_ROOM: &str = "response.over-budget";

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Rows: the pipeline's, or what the line held as a row already.
    Rows(Vec<u8>),
    /// The pipeline drops it.
    Dropped,
    /// It fails.
    Fails(Mark),
}

/// What judges.
pub(crate) struct Judge {
    pub(crate) transform: Transform,
    /// What rows have to fit.
    pub(crate) schema: Option<ParquetConfig>,
    /// Whether each row is closed by a newline.
    pub(crate) newline: bool,
    /// Where records seem to come from.
    pub(crate) source: Source,
    /// How many records are shown before and after.
    pub(crate) show: usize,
    /// How many were.
    pub(crate) shown: usize,
}

impl Judge {
    /// Judges some lines, in their order. Those that hold rows already do not go through the pipeline.
    ///
    /// # Errors
    ///
    /// When the pipeline gives no answer that could be trusted.
    pub(crate) fn judge(&mut self, entries: &[Entry]) -> anyhow::Result<Vec<Outcome>> {
        let mut outcomes: Vec<Outcome> = entries.iter().map(|entry| self.untransformed(entry)).collect();
        let is_record = |place: &usize| entries[*place].raw() == Raw::Record;
        let places: Vec<usize> = (0..entries.len()).filter(is_record).collect();
        let no_room = self.transform(entries, &places, &mut outcomes)?;
        for place in no_room {
            self.transform(entries, &[place], &mut outcomes)?;
        }
        self.convert(entries, &mut outcomes);
        Ok(outcomes)
    }

    /// What becomes of a line without the pipeline.
    fn untransformed(&self, entry: &Entry) -> Outcome {
        match (&entry.line, entry.raw()) {
            (Err(problem), _) => Outcome::Fails(entry.mark("Replay.NoErrorLine", problem)),
            (Ok(line), Raw::Row) => {
                let mut row = line.raw.clone();
                if self.newline && !row.ends_with(b"\n") {
                    row.push(b'\n');
                }
                Outcome::Rows(row)
            }
            (Ok(_), Raw::Record) => Outcome::Rows(Vec::new()),
            (Ok(_), Raw::Unknown) => Outcome::Fails(entry.mark("Replay.Unknown", UNKNOWN)),
        }
    }

    /// Runs the records at these places, and gives those for which the response had no room.
    fn transform(
        &mut self,
        entries: &[Entry],
        places: &[usize],
        outcomes: &mut [Outcome],
    ) -> anyhow::Result<Vec<usize>> {
        let mut event = EventWriter::new(self.source);
        for entry in places.iter().map(|place| &entries[*place]) {
            let arrival_time_ms = entry.line.as_ref().ok().and_then(|line| line.arrival_ms);
            event.push_with(entry.bytes(), &Metadata { arrival_time_ms, ..Metadata::default() });
        }
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let (mut next, mut no_room, mut shown) = (places.iter().copied(), Vec::new(), String::new());
        let mut watch = |seen: Seen<'_>| {
            let place = next.next().expect("each record is answered once");
            match seen.answer {
                Answer::ProcessingFailed(failure) if failure.code == NO_ROOM && places.len() > 1 => {
                    no_room.push(place);
                    return;
                }
                answer => outcomes[place] = outcome(&entries[place], answer),
            }
            if self.shown < self.show {
                self.shown += 1;
                shown += &format!("{} {}", self.shown, show::Shown::of(&seen));
            }
        };
        self.transform.run_watched(&event.finish(), None, Some(&mut watch))?;
        show::output(shown.as_bytes())?;
        Ok(no_room)
    }

    /// Lets rows fail that do not fit the schema.
    fn convert(&self, entries: &[Entry], outcomes: &mut [Outcome]) {
        let Some(schema) = &self.schema else { return };
        let rows = |(place, outcome): (usize, &Outcome)| match outcome {
            Outcome::Rows(rows) => Some((place, rows.clone())),
            Outcome::Dropped | Outcome::Fails(_) => None,
        };
        let rows: Vec<(usize, Vec<u8>)> = outcomes.iter().enumerate().filter_map(rows).collect();
        let converted = parquet::convert(schema, rows.iter().map(|(_, rows)| &**rows));
        for (index, failure) in converted.failed {
            let place = rows[index].0;
            outcomes[place] = Outcome::Fails(entries[place].mark(&failure.code, &failure.message));
        }
    }
}

const UNKNOWN: &str = "neither its code nor its folder tells whether `rawData` is a record or a row: lay its object into a folder \
                       `processing-failed` or `format-conversion-failed`";

fn outcome(entry: &Entry, answer: &Answer) -> Outcome {
    match answer {
        Answer::Ok(delivery) => Outcome::Rows(delivery.data.clone()),
        Answer::Dropped { .. } => Outcome::Dropped,
        Answer::ProcessingFailed(Failure { code, plugin, path, reason, .. }) => Outcome::Fails(Mark {
            plugin: plugin.as_deref().map(str::to_owned),
            path: path.clone(),
            ..entry.mark(code, reason)
        }),
    }
}
