//! What is gzip, unpacked.

use std::io::{self, BufRead, BufReader, Cursor, Read as _};

use flate2::bufread::MultiGzDecoder;

/// How gzip begins.
const GZIP: &[u8] = b"\x1f\x8b";

/// How a text may begin that says that it is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How often something is packed at most: a backup of CloudWatch Logs' records, which are gzip, may be packed itself.
const LAYERS: usize = 2;

/// How much is unpacked at once, in bytes.
const BUFFER: usize = 256 << 10;

/// The text of an object: unpacked where it is gzip, twice where that is gzip again, without a byte order mark.
///
/// # Errors
///
/// Those of the reader.
pub fn unpacked(mut reader: Box<dyn BufRead + Send>) -> io::Result<Box<dyn BufRead + Send>> {
    for _ in 0..LAYERS {
        let (is_gzip, whole) = begins_with(GZIP, reader)?;
        reader = whole;
        if !is_gzip {
            break;
        }
        reader = Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(reader)));
    }
    let (is_marked, mut reader) = begins_with(BYTE_ORDER_MARK, reader)?;
    if is_marked {
        reader.read_exact(&mut [0; BYTE_ORDER_MARK.len()])?;
    }
    Ok(reader)
}

/// Whether it begins so, and the reader from its beginning.
fn begins_with(
    mark: &[u8],
    mut reader: Box<dyn BufRead + Send>,
) -> io::Result<(bool, Box<dyn BufRead + Send>)> {
    let buffered = reader.fill_buf()?;
    if buffered.len() >= mark.len() || !mark.starts_with(buffered) {
        return Ok((buffered.starts_with(mark), reader));
    }
    // A pipe may hand out a byte at a time.
    let mut head = Vec::new();
    ahead(&mut reader, mark.len(), &mut head)?;
    Ok((head == mark, behind(head, reader)))
}

/// Reads on until `head` has so many bytes, fewer at the end, and gives how many it has.
pub(super) fn ahead(
    reader: &mut Box<dyn BufRead + Send>,
    wanted: usize,
    head: &mut Vec<u8>,
) -> io::Result<usize> {
    reader.take((wanted - head.len()) as u64).read_to_end(head)?;
    Ok(head.len())
}

/// The reader from its beginning, which was read ahead.
pub(super) fn behind(head: Vec<u8>, reader: Box<dyn BufRead + Send>) -> Box<dyn BufRead + Send> {
    if head.is_empty() { reader } else { Box::new(Cursor::new(head).chain(reader)) }
}
