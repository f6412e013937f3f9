//! Bytes that come from S3 while they are read.

use std::io::{self, BufRead, Read};

use bytes::{Buf as _, Bytes};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use nozzle_runtime::one_line;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{Receiver, channel};

/// How many pieces wait to be read, some tens of kilobytes each: what comes on while the ones before are worked on.
const AHEAD: usize = 64;

/// An object on its way.
#[derive(Debug)]
pub(super) struct Download {
    pieces: Receiver<Piece>,
    piece: Bytes,
    is_end: bool,
}

#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    Problem(io::Error),
    End,
}

impl Download {
    pub(super) fn begin(
        runtime: &Runtime,
        mut stream: BoxStream<'static, object_store::Result<Bytes>>,
    ) -> Self {
        let (sender, pieces) = channel(AHEAD);
        runtime.spawn(async move {
            while let Some(piece) = stream.next().await {
                let (piece, is_last) = match piece {
                    Ok(bytes) => (Piece::Bytes(bytes), false),
                    Err(error) => (Piece::Problem(io::Error::other(one_line(&error))), true),
                };
                if sender.send(piece).await.is_err() || is_last {
                    return;
                }
            }
            // Nobody reads on where this cannot be sent.
            let _ = sender.send(Piece::End).await;
        });
        Self { pieces, piece: Bytes::new(), is_end: false }
    }
}

impl BufRead for Download {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.piece.is_empty() && !self.is_end {
            match self.pieces.blocking_recv() {
                Some(Piece::Bytes(bytes)) => self.piece = bytes,
                Some(Piece::End) => self.is_end = true,
                Some(Piece::Problem(problem)) => return Err(problem),
                // Behind a problem there is no end: what came is not all of it.
                None => return Err(io::Error::other("the download was broken off")),
            }
        }
        Ok(&self.piece)
    }

    fn consume(&mut self, bytes: usize) {
        self.piece.advance(bytes);
    }
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
