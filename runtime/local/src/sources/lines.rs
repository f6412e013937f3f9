//! Lines of a file that grows, or of standard input.

mod split;
mod tail;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::Arrival;
use crate::stream::Stream;
use split::{Batch, Lines};
use tail::Tail;

/// How often a file is looked at that does not grow.
const POLL: Duration = Duration::from_millis(200);

/// How long lines wait that could not be accepted.
const PAUSE: Duration = Duration::from_secs(1);

/// The position of a file that was taken to its end: the next time it is taken anew.
const TAKEN: &str = "taken";

/// What is read at once, in bytes.
const PIECE: usize = 1 << 18;

/// How many pieces of standard input are read ahead.
const PIECES: usize = 4;

/// Accepts the lines of a file (`-` for standard input), each as one record with its newline. With `follow`, a file's end is waited
/// at; without, that is the end, and a last line without a newline is taken as it is. A file is read on from where the last process
/// stopped, but one that is another file by now, or shorter than what was read of it, or that was taken to its end without `follow`, from
/// its beginning.
///
/// A line that is longer than a record may be is left out, and told with its number.
///
/// # Errors
///
/// When it cannot be read.
pub async fn follow(stream: Arc<Stream>, file: &Path, follow: bool) -> io::Result<()> {
    if file == Path::new("-") {
        standard_input(&stream).await
    } else {
        Followed { stream: &stream, file, source: format!("file {}", file.canonicalize()?.display()) }
            .read(follow)
            .await
    }
}

/// A file whose lines are accepted.
struct Followed<'a> {
    stream: &'a Stream,
    file: &'a Path,
    /// What its positions are kept under.
    source: String,
}

impl Followed<'_> {
    async fn read(&self, follow: bool) -> io::Result<()> {
        let mut tail = Tail::open(self.file).await?;
        if let Some(position) = self.stream.position(&self.source).filter(|position| position != TAKEN)
            && !tail.resume(&position).await?
        {
            self.begins_anew(&tail).await;
        }
        loop {
            while let Some(batch) = tail.whole().await? {
                self.accept(&tail, batch).await;
            }
            if !follow {
                self.finish(&mut tail).await?;
                self.accept_at(Batch::default(), Some(TAKEN.to_owned())).await;
                return Ok(());
            }
            if let Some(next) = tail.anew().await? {
                self.finish(&mut tail).await?;
                tail = next;
                self.begins_anew(&tail).await;
            } else {
                sleep(POLL).await;
            }
        }
    }

    /// Accepts what is left of a file that grows no more.
    async fn finish(&self, tail: &mut Tail) -> io::Result<()> {
        while let Some(batch) = tail.last().await? {
            self.accept(tail, batch).await;
        }
        Ok(())
    }

    async fn accept(&self, tail: &Tail, batch: Batch) {
        let position = tail.position(batch.behind);
        self.accept_at(batch, position).await;
    }

    async fn accept_at(&self, batch: Batch, position: Option<String>) {
        let position = position.map(|position| (self.source.clone(), position));
        accept(self.stream, &self.file.display().to_string(), batch, position.as_slice()).await;
    }

    /// From here on, positions are those of this file.
    async fn begins_anew(&self, tail: &Tail) {
        let file = self.file.display();
        self.stream.trouble(format!(
            "`{file}` is another file, or shorter, than when it was read last: it is read from its beginning"
        ));
        self.accept(tail, Batch::default()).await;
    }
}

/// Standard input has no position: what a killed process had not accepted is gone with it.
async fn standard_input(stream: &Stream) -> io::Result<()> {
    let (sender, mut pieces) = mpsc::channel(PIECES);
    // A read of standard input cannot be given up: a thread of its own does not keep the process.
    thread::spawn(move || read_pieces(&mut io::stdin(), &sender));
    let mut lines = Lines::default();
    while let Some(piece) = pieces.recv().await {
        lines.buffer.extend_from_slice(&piece?);
        while let Some(batch) = lines.whole() {
            accept(stream, "standard input", batch, &[]).await;
        }
    }
    if let Some(batch) = lines.rest() {
        accept(stream, "standard input", batch, &[]).await;
    }
    Ok(())
}

/// Reads until the end, or until nobody wants more.
fn read_pieces(input: &mut impl io::Read, pieces: &mpsc::Sender<io::Result<Vec<u8>>>) {
    let mut buffer = vec![0; PIECE];
    loop {
        let piece = match input.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => Ok(buffer[..read].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        if pieces.blocking_send(piece).is_err() {
            return;
        }
    }
}

/// Accepts lines, however often that takes.
async fn accept(stream: &Stream, name: &str, batch: Batch, positions: &[(String, String)]) {
    for line in batch.too_long {
        stream.trouble(format!(
            "`{name}:{line}` is over 1,024,000 bytes, which Firehose refuses: the line is left out"
        ));
    }
    let arrivals = Arrival::now(batch.lines);
    while let Err(error) = stream.accept(&arrivals, positions) {
        stream.trouble(format!("the journal: {error}"));
        sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests;
