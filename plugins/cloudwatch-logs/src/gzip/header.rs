//! The header of a member, whose flags announce fields behind its first ten bytes.

use nozzle_sdk::Result;

use super::{bad, ends_early};

pub(super) const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// The only compression method there is.
const DEFLATE: u8 = 8;

// What the flags of a header announce.
pub(super) const HEADER_CRC: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

/// What is behind a member's header.
pub(super) fn body(member: &[u8]) -> Result<&[u8]> {
    if !member.starts_with(&MAGIC) {
        return Err(bad("another thing than gzip is behind it"));
    }
    let (header, rest) = member.split_first_chunk::<10>().ok_or_else(ends_early)?;
    let [_, _, DEFLATE, flags, ..] = *header else {
        return Err(bad("its compression method is not deflate"));
    };
    if flags & RESERVED != 0 {
        return Err(bad("its header has flags that no standard knows"));
    }
    let rest = behind_fields(flags, rest)?;
    if flags & HEADER_CRC == 0 {
        return Ok(rest);
    }
    let header = &member[..member.len() - rest.len()];
    let (crc, rest) = rest.split_first_chunk::<2>().ok_or_else(ends_early)?;
    match crc32fast::hash(header).to_le_bytes().starts_with(crc) {
        true => Ok(rest),
        false => Err(bad("the CRC of its header differs")),
    }
}

/// What is behind the extra field, the name and the comment.
fn behind_fields(flags: u8, mut rest: &[u8]) -> Result<&[u8]> {
    if flags & EXTRA != 0 {
        let (length, behind) = rest.split_first_chunk().ok_or_else(ends_early)?;
        rest = behind.get(usize::from(u16::from_le_bytes(*length))..).ok_or_else(ends_early)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0).ok_or_else(ends_early)?;
            rest = &rest[end + 1..];
        }
    }
    Ok(rest)
}
