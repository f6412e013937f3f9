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

/// Whether there is a byte in the text that ends a line.
pub(super) fn has_newline(text: &[u8]) -> bool {
    let is_newline = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    blocks.iter().any(has_newline_in_block) || rest.iter().any(is_newline)
}

#[inline]
fn has_newline_in_block(block: &[u8; BLOCK]) -> bool {
    let bytes = u8x16::new(*block);
    (bytes.simd_eq(u8x16::splat(b'\n')) | bytes.simd_eq(u8x16::splat(b'\r'))).to_bitmask() != 0
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
