//! The names of an object's members.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::Failure;

/// The names of an object's members so far, each with what is kept beside it. Which of two members of one name counts
/// differs from reader to reader, so that no object should have them.
#[derive(Debug)]
pub struct Names<'a, V = ()> {
    /// All of them, in their order.
    list: Vec<Name<'a, V>>,
    /// The same, once there are so many that looking through them would take longer.
    many: BTreeSet<Cow<'a, str>>,
}

#[derive(Debug)]
struct Name<'a, V> {
    /// What tells the name from nearly all others.
    print: u64,
    text: Cow<'a, str>,
    value: V,
}

/// The failure of an object in which two members have one name, without its path.
#[must_use]
#[cold]
pub fn duplicate_member() -> Failure {
    Failure::new("duplicate-member", "two members have this name")
}

/// How many names are not many, and how many most objects have at most.
const FEW: usize = 32;
const USUAL: usize = 12;

impl<V> Default for Names<'_, V> {
    fn default() -> Self {
        Names { list: Vec::new(), many: BTreeSet::new() }
    }
}

impl<'a> Names<'a> {
    /// Adds a name, and tells whether it is new.
    pub fn add(&mut self, name: Cow<'a, str>) -> bool {
        self.insert(name, ())
    }
}

impl<'a, V> Names<'a, V> {
    /// Adds a name with what belongs to it, and tells whether the name is new.
    pub(crate) fn insert(&mut self, name: Cow<'a, str>, value: V) -> bool {
        let print = print(name.as_bytes());
        let is_new = match self.list.len() {
            0..FEW => self.find(print, &name).is_none(),
            _ => self.insert_in_many(&name),
        };
        if is_new {
            // At once what most objects need.
            self.list.reserve(if self.list.is_empty() { USUAL } else { 1 });
            self.list.push(Name { print, text: name, value });
        }
        is_new
    }

    #[cold]
    fn insert_in_many(&mut self, name: &Cow<'a, str>) -> bool {
        if self.many.is_empty() {
            self.many.extend(self.list.iter().map(|name| name.text.clone()));
        }
        self.many.insert(name.clone())
    }

    /// What belongs to a name.
    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        self.find(print(name.as_bytes()), name).map(|name| &name.value)
    }

    /// What belongs to the name that was added last.
    pub(crate) fn last_mut(&mut self) -> Option<&mut V> {
        self.list.last_mut().map(|name| &mut name.value)
    }

    fn find(&self, print: u64, text: &str) -> Option<&Name<'a, V>> {
        self.list.iter().find(|name| name.print == print && name.text == text)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// The length, the first and the last bytes: names of up to eight bytes have a print each of their own.
#[inline]
fn print(name: &[u8]) -> u64 {
    let ends = match (name.first_chunk(), name.last_chunk()) {
        (Some(first), Some(last)) => u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(23),
        _ => match (name.first_chunk(), name.last_chunk()) {
            (Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
            }
            _ => name.iter().fold(0, |ends, &byte| ends << 8 | u64::from(byte)),
        },
    };
    ends ^ (name.len() as u64).rotate_left(59)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_new_once() {
        let mut names = Names::default();
        assert!(names.is_empty());
        for name in 0..3 * FEW {
            assert!(names.add(name.to_string().into()));
        }
        for name in 0..3 * FEW {
            assert!(!names.add(name.to_string().into()));
        }
    }
}
