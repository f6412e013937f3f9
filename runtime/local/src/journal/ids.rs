//! Ids of an object's records, as short as they are said: `0-41,57.2/3,60b`.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::BACKUP;
use crate::RecordId;

/// Ids, in order. `7` is the record that was accepted under 7, `7-9` are three of them, `7.2/5` is the third part of
/// one that was split into five, `7.2-4/5` are three of its parts, and `7b` is its backup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Ids(Vec<Span>);

/// Neighbours: the same part of several records, or several parts of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// The records.
    pub(super) accepted: RangeInclusive<u64>,
    /// The parts of each.
    pub(super) parts: RangeInclusive<u32>,
    /// How many parts each record has.
    pub(super) of: u32,
}

impl Ids {
    /// These, each with the number of its record's parts, in whatever order and however often they come.
    pub(super) fn new(ids: impl IntoIterator<Item = (RecordId, u32)>) -> Self {
        let mut ids: Vec<_> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let mut spans: Vec<Span> = Vec::new();
        for (RecordId { accepted, part }, of) in ids {
            let of = if part == BACKUP { 1 } else { of };
            let id = Span { accepted: accepted..=accepted, parts: part..=part, of };
            if !spans.last_mut().is_some_and(|span| span.take(&id)) {
                spans.push(id);
            }
        }
        Self(spans)
    }

    /// Whole records.
    pub(super) fn whole(records: impl IntoIterator<Item = RangeInclusive<u64>>) -> Self {
        Self(records.into_iter().map(|accepted| Span { accepted, parts: 0..=0, of: 1 }).collect())
    }

    /// Those of them whose records were accepted before this one.
    pub(super) fn before(self, next: u64) -> Self {
        let cut = |Span { accepted, parts, of }: Span| {
            let (first, next) = (*accepted.start(), next.min(accepted.end() + 1));
            (first < next).then(|| Span { accepted: first..=next - 1, parts, of })
        };
        Self(self.0.into_iter().filter_map(cut).collect())
    }

    /// Its spans.
    pub(super) fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Span {
    /// Grows by the id that follows; whether it did.
    fn take(&mut self, id: &Self) -> bool {
        let (accepted, part) = (*id.accepted.end(), *id.parts.end());
        let follows = |record: u64| accepted.checked_sub(1) == Some(record);
        if self.of != id.of {
            return false;
        }
        if self.parts == id.parts && follows(*self.accepted.end()) {
            self.accepted = *self.accepted.start()..=accepted;
        } else if self.accepted == id.accepted && part != BACKUP && part == self.parts.end() + 1 {
            self.parts = *self.parts.start()..=part;
        } else {
            return false;
        }
        true
    }

    fn parse(text: &str) -> Option<Self> {
        if let Some(records) = text.strip_suffix('b') {
            return Some(Self { accepted: range(records)?, parts: BACKUP..=BACKUP, of: 1 });
        }
        let Some((records, parts)) = text.split_once('.') else {
            return Some(Self { accepted: range(text)?, parts: 0..=0, of: 1 });
        };
        let (parts, of) = parts.split_once('/')?;
        Some(Self { accepted: range(records)?, parts: range(parts)?, of: of.parse().ok()? })
    }
}

fn range<T: Copy + PartialOrd + std::str::FromStr>(text: &str) -> Option<RangeInclusive<T>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let range: RangeInclusive<T> = first.parse().ok()?..=last.parse().ok()?;
    (!range.is_empty()).then_some(range)
}

fn write_range<T: fmt::Display + PartialEq>(
    f: &mut fmt::Formatter<'_>,
    range: &RangeInclusive<T>,
) -> fmt::Result {
    write!(f, "{}", range.start())?;
    if range.start() != range.end() {
        write!(f, "-{}", range.end())?;
    }
    Ok(())
}

impl fmt::Display for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, span) in self.0.iter().enumerate() {
            if place > 0 {
                write!(f, ",")?;
            }
            write_range(f, &span.accepted)?;
            match (*span.parts.start(), *span.parts.end(), span.of) {
                (0, 0, 1) => {}
                (BACKUP, ..) => write!(f, "b")?,
                (.., of) => {
                    write!(f, ".")?;
                    write_range(f, &span.parts)?;
                    write!(f, "/{of}")?;
                }
            }
        }
        Ok(())
    }
}

impl From<Ids> for String {
    fn from(ids: Ids) -> Self {
        ids.to_string()
    }
}

impl TryFrom<String> for Ids {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let spans = text.split_terminator(',').map(Span::parse).collect::<Option<_>>();
        spans.map(Self).ok_or_else(|| "these are no ids".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A record's part, of so many.
    fn id(accepted: u64, part: u32, of: u32) -> (RecordId, u32) {
        (RecordId { accepted, part }, of)
    }

    fn all(ids: &Ids) -> Vec<(RecordId, u32)> {
        let of_record = |span: &Span, accepted| {
            let of = span.of;
            span.parts.clone().map(move |part| id(accepted, part, of))
        };
        ids.0.iter().flat_map(|span| span.accepted.clone().flat_map(move |a| of_record(span, a))).collect()
    }

    #[test]
    fn neighbours_are_said_together() {
        let ids = (0..=41).map(|accepted| id(accepted, 0, 1));
        let ids = ids.chain([id(57, 2, 3), id(60, BACKUP, 3), id(61, BACKUP, 1)]);
        assert_eq!(Ids::new(ids).to_string(), "0-41,57.2/3,60-61b");
        let ids = [id(7, 0, 5), id(7, 1, 5), id(7, 2, 5), id(8, 0, 1), id(9, 0, 2), id(10, 0, 2)];
        assert_eq!(Ids::new(ids).to_string(), "7.0-2/5,8,9-10.0/2");
        assert_eq!(Ids::new([]).to_string(), "");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["x", "3-1", "1.2b", "-", "1,,2", "1.", "b", "1.2", "1.2/", "1/2"] {
            assert!(Ids::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn ids_come_back_from_their_text(
            ids in prop::collection::vec((0..30_u64, prop_oneof![0..4_u32, Just(BACKUP), Just(BACKUP - 1)]), 0..60),
            next in 0..40_u64,
        ) {
            let of = |accepted: u64, part| if part == BACKUP { 1 } else { 1 + (accepted / 4 % 3) as u32 };
            let mut ids: Vec<_> = ids.into_iter().map(|(a, part)| id(a, part, of(a, part))).collect();
            let said = Ids::new(ids.clone());
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(all(&said), ids.clone());
            prop_assert_eq!(Ids::try_from(said.to_string()).unwrap(), said.clone());
            ids.retain(|(id, _)| id.accepted < next);
            prop_assert_eq!(all(&said.before(next)), ids);
        }
    }
}
