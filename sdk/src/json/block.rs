//! Sixteen bytes of text at once.

use wide::u8x16;

/// How many bytes a step takes.
pub(super) const BLOCK: usize = 16;

/// A bit for each byte that does not stand for itself in a JSON string: quotes, backslashes and control characters. The
/// lowest bit is the first byte's.
#[inline]
pub(super) fn specials(block: &[u8; BLOCK]) -> u32 {
    let bytes = u8x16::new(*block);
    let is = |byte| bytes.simd_eq(u8x16::splat(byte));
    (is(b'"') | is(b'\\') | bytes.simd_lt(u8x16::splat(b' '))).to_bitmask()
}

/// Where the run of bytes from `at` ends that stand for themselves in a string: at a quote, a backslash, a
/// control character or the end of the text. Sixteen bytes a step.
#[inline]
pub(super) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let found = specials(block);
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += BLOCK;
    }
    last_end(bytes, at)
}

/// The same within the last bytes of the text, of which there are less than a block.
#[inline]
fn last_end(bytes: &[u8], at: usize) -> usize {
    let Some(block) = bytes.last_chunk() else {
        return end_in_few(bytes, at);
    };
    let found = specials(block) >> (BLOCK - (bytes.len() - at));
    if found == 0 { bytes.len() } else { at + found.trailing_zeros() as usize }
}

/// The same where the whole text is less than a block: its first and its last eight bytes make one.
fn end_in_few(bytes: &[u8], at: usize) -> usize {
    let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) else {
        let stands_for_itself = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..b' ');
        return at + bytes[at..].iter().take_while(stands_for_itself).count();
    };
    let mut block = [0; BLOCK];
    block[..8].copy_from_slice(first);
    block[8..].copy_from_slice(last);
    let found = specials(&block);
    let found = (found & 0xFF | (found >> 8) << (bytes.len() - 8)) >> at;
    if found == 0 { bytes.len() } else { at + found.trailing_zeros() as usize }
}

/// Whether there is a byte in the text that ends a line.
pub(super) fn has_newline(text: &[u8]) -> bool {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    blocks.iter().any(has_newline_in_block) || rest.iter().any(is_newline)
}

pub(super) fn is_newline(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[inline]
fn has_newline_in_block(block: &[u8; BLOCK]) -> bool {
    let bytes = u8x16::new(*block);
    (bytes.simd_eq(u8x16::splat(b'\n')) | bytes.simd_eq(u8x16::splat(b'\r'))).to_bitmask() != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_newline_is_found_wherever_it_stands() {
        for length in 0..40 {
            let text = vec![b'a'; length];
            assert!(!has_newline(&text));
            for place in 0..length {
                for newline in *b"\n\r" {
                    let mut text = text.clone();
                    text[place] = newline;
                    assert!(has_newline(&text));
                }
            }
        }
    }

    #[test]
    fn every_byte_is_told_in_its_place() {
        for place in 0..BLOCK {
            for byte in 0..=u8::MAX {
                let mut block = [b'a'; BLOCK];
                block[place] = byte;
                let is_special = byte == b'"' || byte == b'\\' || byte < b' ';
                assert_eq!(specials(&block), u32::from(is_special) << place, "{byte} at {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_run_of_plain_bytes_ends_where_it_ends(text in "[a-zé\"\\\\\u{1}\u{1f} \u{7f}]{0,40}", at in 0usize..8) {
            let bytes = text.as_bytes();
            let at = at.min(bytes.len());
            let end = (at..bytes.len()).find(|&at| matches!(bytes[at], b'"' | b'\\' | 0..b' '));
            prop_assert_eq!(plain_end(bytes, at), end.unwrap_or(bytes.len()));
        }
    }
}
