//! One pass over a row.

use std::borrow::Cow;
use std::mem;

use nozzle_rows::mistyped;
use nozzle_sdk::json::{Names, Scan, Scanner, duplicate_member, string_value};
use nozzle_sdk::{Failure, count};

use crate::edited::Edited;
use crate::expected::{Expected, Member, Members};
use crate::settings::{Extra, Missing};

/// The names of the counters and of the failures.
pub(crate) const EXTRA: &str = "extra-column";
pub(crate) const MISSING: &str = "missing-column";

/// What becomes of columns that are in the row or in the schema alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) extra: Extra,
    pub(crate) missing: Missing,
}

/// A row that conforms.
#[derive(Debug)]
pub(crate) struct Conformed {
    /// Its text, where it is not the one that was read.
    pub(crate) changed: Option<String>,
    extra: u64,
    missing: u64,
}

impl Conformed {
    /// Adds to the counters what was found in the row.
    pub(crate) fn count(&self) {
        for (counter, found) in [(EXTRA, self.extra), (MISSING, self.missing)] {
            if found > 0 {
                count(counter, found);
            }
        }
    }
}

/// A row that is being read.
struct Pass<'a, 's> {
    scanner: &'s mut Scanner<'a>,
    policy: Policy,
    edited: Edited<'a>,
    extra: u64,
    missing: u64,
}

/// Reads the row that the scanner of `text` is at.
///
/// # Errors
///
/// `mistyped-column`, `extra-column` and `missing-column` where the policy wants it, `duplicate-member`, `not-an-object`,
/// `not-json`.
pub(crate) fn conform<'a>(
    columns: &Members,
    policy: Policy,
    text: &'a str,
    scanner: &mut Scanner<'a>,
) -> Scan<Conformed> {
    if scanner.peek() != Some(b'{') {
        return Err(Failure::new("not-an-object", "is not a JSON object").into());
    }
    let edited = Edited::new(text, scanner.position());
    let mut pass = Pass { scanner, policy, edited, extra: 0, missing: 0 };
    pass.members(columns)?;
    let Pass { scanner, edited, extra, missing, .. } = pass;
    Ok(Conformed { changed: edited.finish(scanner.position()), extra, missing })
}

impl Pass<'_, '_> {
    fn value(&mut self, expected: &Expected) -> Scan<()> {
        match (expected, self.scanner.peek()) {
            (_, Some(b'n')) => self.scanner.value().map(drop),
            (Expected::Scalar(scalar), _) => match scalar.fits(self.scanner.value()?) {
                true => Ok(()),
                false => Err(mistyped(&scalar.trouble()).into()),
            },
            (Expected::Array(element), Some(b'[')) => self.array(element),
            (Expected::Map(value), Some(b'{')) => self.map(value),
            (Expected::Struct(members), Some(b'{')) => self.members(members),
            (Expected::Array(_), _) => Err(mistyped("is not an array").into()),
            (Expected::Map(_) | Expected::Struct(_), _) => Err(mistyped("is not an object").into()),
        }
    }

    fn array(&mut self, element: &Expected) -> Scan<()> {
        self.scanner.open(b'[')?;
        let mut index = 0usize;
        while self.scanner.element()? {
            self.value(element).map_err(|failure| Box::new(failure.within(&format!("[{index}]"))))?;
            index += 1;
        }
        Ok(())
    }

    fn map(&mut self, value: &Expected) -> Scan<()> {
        self.scanner.open(b'{')?;
        let mut names = Names::default();
        while let Some(key) = self.scanner.member()? {
            self.value(value).map_err(|failure| placed(*failure, key))?;
            once(names.add(named(key)), key)?;
        }
        Ok(())
    }

    /// The members of a row or of a struct: those that the schema has, those that it has not, and those that are missing.
    fn members(&mut self, members: &Members) -> Scan<()> {
        self.scanner.open(b'{')?;
        let mut seen = vec![false; members.list().len()];
        let (mut others, mut next, mut keeps) = (Names::default(), 0, Keeps::new(self.scanner.position()));
        while let Some(key) = self.scanner.member()? {
            if let Some(index) = members.find(key, next) {
                once(!mem::replace(&mut seen[index], true), key)?;
                keeps.keep(self);
                self.value(&members.list()[index].expected).map_err(|failure| placed(*failure, key))?;
                next = index + 1;
            } else {
                self.other(key, &mut keeps)?;
                once(others.add(named(key)), key)?;
            }
            keeps.end = self.scanner.position();
        }
        let absent = members.list().iter().zip(seen).filter(|(_, seen)| !seen);
        for (member, _) in absent {
            self.absent(member, &mut keeps)?;
        }
        Ok(())
    }

    /// A member that the schema does not have.
    fn other(&mut self, key: &str, keeps: &mut Keeps) -> Scan<()> {
        match self.policy.extra {
            Extra::Fail => return Err(placed(Failure::new(EXTRA, "is not in the schema"), key)),
            Extra::Keep => keeps.keep(self),
            Extra::Count => {}
        }
        self.scanner.value()?;
        self.extra += 1;
        if self.policy.extra == Extra::Count {
            self.edited.cut(keeps.end..self.scanner.position());
        }
        Ok(())
    }

    /// A member that only the schema has.
    fn absent(&mut self, member: &Member, keeps: &mut Keeps) -> Scan<()> {
        if self.policy.missing == Missing::Fail {
            return Err(placed(Failure::new(MISSING, "is in the schema, but not in the row"), &member.key));
        }
        self.missing += 1;
        if keeps.any {
            self.edited.add(keeps.end, ",");
        }
        self.edited.add(keeps.end, &member.key);
        self.edited.add(keeps.end, ":null");
        keeps.any = true;
        Ok(())
    }
}

/// Which members of an object stay.
struct Keeps {
    /// Whether any does so far.
    any: bool,
    /// Where the last member ends, whether it stays or not; behind the brace where there is none.
    end: usize,
}

impl Keeps {
    fn new(end: usize) -> Self {
        Keeps { any: false, end }
    }

    /// The member whose name was read stays. The first one that does has no comma before it.
    fn keep(&mut self, pass: &mut Pass<'_, '_>) {
        if !mem::replace(&mut self.any, true) {
            let before = pass.scanner.text(self.end..pass.scanner.position());
            let comma = before.find(['"', ',']).filter(|at| before[*at..].starts_with(','));
            if let Some(comma) = comma {
                pass.edited.cut(self.end + comma..self.end + comma + 1);
            }
        }
    }
}

fn once(is_new: bool, key: &str) -> Scan<()> {
    if is_new { Ok(()) } else { Err(placed(duplicate_member(), key)) }
}

/// Names are passed around as JSON, as they are written: most need never be read.
fn named(key: &str) -> Cow<'_, str> {
    string_value(key).unwrap_or_default()
}

#[cold]
fn placed(failure: Failure, key: &str) -> Box<Failure> {
    Box::new(failure.within_member(&named(key)))
}
