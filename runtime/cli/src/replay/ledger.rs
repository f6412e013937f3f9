//! What was sent, and when: by it a record is known that failed again.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use nozzle_runtime::artefact;

use crate::files;
use crate::grown::Grown;

/// The SHA-256 of all that earlier runs sent, each with the time of the first try, in milliseconds since 1970.
#[derive(Debug)]
pub(crate) struct Ledger {
    sent: HashMap<[u8; 32], u64>,
    file: Grown,
}

impl Ledger {
    /// Reads a ledger; one that is not there is empty. What a killed process left of a line is cut off.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let text = String::from_utf8(files::read_if_there(path)?.unwrap_or_default())
            .with_context(|| format!("failed to read `{}`", path.display()))?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut sent = HashMap::new();
        for (hash, ms) in text[..whole].lines().filter_map(parse) {
            sent.entry(hash).and_modify(|first: &mut u64| *first = ms.min(*first)).or_insert(ms);
        }
        Ok(Self { sent, file: Grown::at(path, whole as u64) })
    }

    /// When these bytes were first sent by an earlier run.
    pub(crate) fn sent_ms(&self, bytes: &[u8]) -> Option<u64> {
        self.sent.get(&parse_hash(&artefact::sha256(bytes))?).copied()
    }

    /// Notes what is about to be sent: once it is on its way it may come back, whatever becomes of this process. What this run sends
    /// it does not look for.
    pub(crate) fn note<'a>(
        &mut self,
        sent: impl Iterator<Item = &'a [u8]>,
        now_ms: u64,
    ) -> anyhow::Result<()> {
        let mut lines = String::new();
        for bytes in sent {
            let _ = writeln!(lines, "{} {now_ms}", artefact::sha256(bytes));
        }
        self.file.append(lines.as_bytes())
    }
}

fn parse(line: &str) -> Option<([u8; 32], u64)> {
    let (digits, ms) = line.split_once(' ')?;
    Some((parse_hash(digits)?, ms.parse().ok()?))
}

fn parse_hash(digits: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_first_time_holds_and_half_a_line_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        let sent: [&[u8]; 2] = [b"a", b"b"];
        Ledger::open(&path).unwrap().note(sent.into_iter(), 20).unwrap();
        let whole = fs::read(&path).unwrap();
        fs::write(&path, [&whole[..], &whole[..40]].concat()).unwrap();
        let mut ledger = Ledger::open(&path).unwrap();
        assert_eq!((ledger.sent_ms(b"a"), ledger.sent_ms(b"c")), (Some(20), None));
        ledger.note([&b"c"[..], b"b"].into_iter(), 10).unwrap();
        assert_eq!(ledger.sent_ms(b"c"), None, "that was this run");
        let ledger = Ledger::open(&path).unwrap();
        assert_eq!([b"a", b"b", b"c"].map(|it| ledger.sent_ms(it)), [Some(20), Some(10), Some(10)]);
    }
}
