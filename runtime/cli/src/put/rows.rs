//! Rows of an input, read ahead by a thread of their own: a request does not wait for the disk, nor Ctrl-C for a standard input that
//! says nothing.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use nozzle_runtime::firehose::Source;

use crate::input::{Format, Input};

/// How many rows are read ahead.
const AHEAD: usize = 64;

/// How long a row is waited for until something else is looked at.
const LATE: Duration = Duration::from_millis(100);

/// Where rows come from.
#[derive(Debug, Clone)]
pub(super) struct Begin {
    /// A file, or `-`.
    pub(super) path: PathBuf,
    pub(super) format: Format,
    /// The first row is left out.
    pub(super) header: bool,
    /// The byte to go on at.
    pub(super) position: u64,
}

/// A row, with its newline: Firehose puts records one behind the other.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) bytes: Vec<u8>,
    /// Where it ends in the input, unpacked.
    pub(super) end: u64,
}

/// What comes next.
pub(super) enum Next<T> {
    Here(T),
    /// Nothing yet.
    Late,
    /// Nothing any more.
    End,
}

/// Rows as they are read.
pub(super) struct Rows(Receiver<anyhow::Result<Row>>);

impl Rows {
    pub(super) fn read(begin: Begin) -> Self {
        let (rows, receiver) = sync_channel(AHEAD);
        thread::spawn(move || {
            if let Err(error) = read(&begin, &rows) {
                let _ = rows.send(Err(error)); // Nobody may want to know any more.
            }
        });
        Self(receiver)
    }

    pub(super) fn next(&mut self) -> anyhow::Result<Next<Row>> {
        match self.0.recv_timeout(LATE) {
            Ok(row) => row.map(Next::Here),
            Err(RecvTimeoutError::Timeout) => Ok(Next::Late),
            Err(RecvTimeoutError::Disconnected) => Ok(Next::End),
        }
    }
}

/// Reads to the end, or until nobody wants more.
fn read(begin: &Begin, rows: &SyncSender<anyhow::Result<Row>>) -> anyhow::Result<()> {
    let mut input = Input::open(&begin.path, begin.format, Source::Direct)?;
    if begin.position > 0 {
        input.skip_to(begin.position)?;
    } else if begin.header {
        input.next_record()?;
    }
    while let Some(mut bytes) = input.next_record()? {
        if !input.has_originals() {
            bytes.push(b'\n');
        }
        if rows.send(Ok(Row { bytes, end: input.position })).is_err() {
            break;
        }
    }
    Ok(())
}
