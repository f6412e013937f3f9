//! Sixteen bytes of text at once: which of them end a run of plain characters.

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

#[cfg(test)]
mod tests {
    use super::*;

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
