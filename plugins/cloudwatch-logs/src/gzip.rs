//! Gzip, as RFC 1952 lays it down: <https://www.rfc-editor.org/rfc/rfc1952>.

mod header;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};
use nozzle_sdk::{Failure, Result};

use self::header::{MAGIC, body};

/// What a record may inflate to, in bytes: 8 MiB. Nearly twice what its rows may come to, and little enough for the
/// memory that a plugin has by default, rows included.
pub(crate) const MOST_BYTES: usize = 8 << 20;

/// What a first guess of the inflated size takes deflate to save: JSON shrinks to a tenth, more or less.
const GUESSED_RATIO: usize = 10;

/// What a record holds: itself, unless it is gzip, of one member or of several back to back.
///
/// # Errors
///
/// `bad-gzip` where it is cut off or corrupt, `too-large` where it inflates to more than [`MOST_BYTES`].
pub(crate) fn inflated(data: Vec<u8>) -> Result<Vec<u8>> {
    if !data.starts_with(&MAGIC) {
        return Ok(data);
    }
    let mut inflater = Inflater::new(data.len());
    let mut rest = &*data;
    while !rest.is_empty() {
        rest = inflater.member(rest)?;
    }
    Ok(inflater.finish())
}

/// Members inflated one behind the other.
struct Inflater {
    state: Box<DecompressorOxide>,
    /// What is inflated so far, and zeros up to the room that there is.
    bytes: Vec<u8>,
    length: usize,
}

impl Inflater {
    fn new(deflated: usize) -> Self {
        let room = deflated.saturating_mul(GUESSED_RATIO).min(MOST_BYTES);
        Inflater { state: Box::default(), bytes: vec![0; room], length: 0 }
    }

    fn finish(mut self) -> Vec<u8> {
        self.bytes.truncate(self.length);
        self.bytes
    }

    /// Inflates the member that `data` begins with, and gives what is behind it.
    fn member<'a>(&mut self, data: &'a [u8]) -> Result<&'a [u8]> {
        let start = self.length;
        let behind = self.inflate(body(data)?)?;
        let (crc, behind) = little_endian(behind)?;
        let (length, behind) = little_endian(behind)?;
        let inflated = &self.bytes[start..self.length];
        // MOST_BYTES is far below what 32 bits hold.
        if u32::try_from(inflated.len()) != Ok(length) {
            return Err(bad("its length differs"));
        }
        if crc32fast::hash(inflated) != crc {
            return Err(bad("its CRC-32 differs"));
        }
        Ok(behind)
    }

    /// Inflates a deflate stream, and gives what is behind it.
    fn inflate<'a>(&mut self, mut data: &'a [u8]) -> Result<&'a [u8]> {
        self.state.init();
        // Nothing before the member may be referred to.
        let start = self.length;
        loop {
            let (status, read, written) = decompress(
                &mut self.state,
                data,
                &mut self.bytes[start..],
                self.length - start,
                TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
            );
            data = &data[read..];
            self.length += written;
            match status {
                TINFLStatus::Done => return Ok(data),
                TINFLStatus::HasMoreOutput => self.grow()?,
                TINFLStatus::NeedsMoreInput | TINFLStatus::FailedCannotMakeProgress => {
                    return Err(ends_early());
                }
                _ => return Err(bad("its deflate stream is malformed")),
            }
        }
    }

    /// Makes more room.
    fn grow(&mut self) -> Result<()> {
        if self.bytes.len() == MOST_BYTES {
            return Err(Failure::new("too-large", format!("gzip inflates to more than {MOST_BYTES} bytes")));
        }
        self.bytes.resize((self.bytes.len() * 2).min(MOST_BYTES), 0);
        Ok(())
    }
}

fn little_endian(data: &[u8]) -> Result<(u32, &[u8])> {
    let (bytes, behind) = data.split_first_chunk().ok_or_else(ends_early)?;
    Ok((u32::from_le_bytes(*bytes), behind))
}

fn ends_early() -> Failure {
    Failure::new("bad-gzip", "gzip ends early")
}

fn bad(trouble: &str) -> Failure {
    Failure::new("bad-gzip", format!("gzip is corrupt: {trouble}"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, GzBuilder};

    use super::header::HEADER_CRC;
    use super::*;

    fn gzip(header: GzBuilder, plain: &[u8]) -> Vec<u8> {
        let mut encoder = header.write(Vec::new(), Compression::default());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn member(plain: &[u8]) -> Vec<u8> {
        gzip(GzBuilder::new(), plain)
    }

    fn refusal(data: &[u8]) -> (String, String) {
        let failure = inflated(data.to_vec()).unwrap_err();
        (failure.code, failure.reason)
    }

    fn told(trouble: &str) -> (String, String) {
        ("bad-gzip".to_owned(), format!("gzip {trouble}"))
    }

    /// Text that does not repeat itself soon.
    fn text(bytes: usize) -> Vec<u8> {
        (0..).flat_map(|number: u64| format!("{number:x},").into_bytes()).take(bytes).collect()
    }

    #[test]
    fn what_is_no_gzip_stays() {
        for data in [&b""[..], b"{}", b"\x1f", b"\x1f{}"] {
            assert_eq!(inflated(data.to_vec()).unwrap(), data);
        }
    }

    #[test]
    fn members_are_inflated_one_behind_the_other() {
        for parts in [&[0][..], &[1], &[100_000], &[0, 70_000, 0, 3], &[50, 1_000_000, 50]] {
            let parts: Vec<Vec<u8>> = parts.iter().map(|bytes| text(*bytes)).collect();
            let data: Vec<u8> = parts.iter().flat_map(|part| member(part)).collect();
            assert_eq!(inflated(data).unwrap(), parts.concat());
        }
    }

    #[test]
    fn stored_blocks_are_read() {
        let mut encoder = GzBuilder::new().write(Vec::new(), Compression::none());
        encoder.write_all(&text(100_000)).unwrap();
        assert_eq!(inflated(encoder.finish().unwrap()).unwrap(), text(100_000));
    }

    /// With a name, a comment, an extra field and the time.
    fn full_header() -> GzBuilder {
        GzBuilder::new().filename("a.json").comment("made by hand").extra("ab\x02\0xy").mtime(1_755_693_000)
    }

    #[test]
    fn the_optional_fields_of_a_header_are_skipped() {
        for header in [
            GzBuilder::new().filename("a.json"),
            GzBuilder::new().comment(""),
            GzBuilder::new().extra(vec![0; 70]),
            full_header(),
        ] {
            assert_eq!(inflated(gzip(header, b"{}")).unwrap(), b"{}");
        }
    }

    /// A member whose header has a CRC of its own, which flate2 does not write.
    fn with_header_crc() -> Vec<u8> {
        let mut data = gzip(full_header(), b"{}");
        let header = data.len() - body(&data).unwrap().len();
        data[3] |= HEADER_CRC;
        let crc = crc32fast::hash(&data[..header]).to_le_bytes();
        data.splice(header..header, [crc[0], crc[1]]);
        data
    }

    #[test]
    fn the_crc_of_a_header_is_checked() {
        let mut data = with_header_crc();
        assert_eq!(inflated(data.clone()).unwrap(), b"{}");
        data[4] ^= 1;
        let trouble = told("is corrupt: the CRC of its header differs");
        assert_eq!(refusal(&data), trouble);
    }

    #[test]
    fn what_is_cut_off_is_told() {
        for data in [with_header_crc(), member(&text(1000))] {
            for length in 2..data.len() {
                assert_eq!(refusal(&data[..length]), told("ends early"), "{length}");
            }
        }
    }

    #[test]
    fn what_is_corrupt_is_told() {
        let good = member(b"{}");
        let end = good.len();
        for (at, trouble) in [
            (2, "its compression method is not deflate"),
            (3, "its header has flags that no standard knows"),
            (10, "its deflate stream is malformed"),
            (end - 8, "its CRC-32 differs"),
            (end - 1, "its length differs"),
        ] {
            let mut data = good.clone();
            data[at] = 0xff;
            assert_eq!(refusal(&data), told(&format!("is corrupt: {trouble}")), "{at}");
        }
        let behind = told("is corrupt: another thing than gzip is behind it");
        assert_eq!(refusal(&[&good, &b"{}"[..]].concat()), behind);
    }

    #[test]
    fn nothing_of_a_member_before_is_referred_to() {
        // One byte `a`, then a match of three bytes at distance 2: beyond the member's begin.
        let reaching_back = [0b0100_1011, 0b0000_0100, 0b0100_0010, 0, 0, 0];
        let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        let data = [&member(b"abcdef")[..], &header, &reaching_back].concat();
        assert_eq!(refusal(&data), told("is corrupt: its deflate stream is malformed"));
    }

    #[test]
    fn a_bomb_fails_before_it_fills_the_memory() {
        let most = member(&vec![b' '; MOST_BYTES]);
        assert_eq!(inflated(most.clone()).unwrap().len(), MOST_BYTES);
        let too_large = ("too-large".to_owned(), "gzip inflates to more than 8388608 bytes".to_owned());
        assert_eq!(refusal(&member(&vec![b' '; MOST_BYTES + 1])), too_large);
        assert_eq!(refusal(&[&most, &member(b" ")[..]].concat()), too_large);
        assert_eq!(inflated([&most, &member(b"")[..]].concat()).unwrap().len(), MOST_BYTES);
    }
}
