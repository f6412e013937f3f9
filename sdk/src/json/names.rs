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
    many: BTreeSet<String>,
}

#[derive(Debug)]
struct Name<'a, V> {
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
    #[inline]
    pub fn add(&mut self, name: Cow<'a, str>) -> bool {
        let is_new = self.is_new(&name);
        if is_new {
            self.push(name, ());
        }
        is_new
    }
}

impl<'a, V> Names<'a, V> {
    /// Whether there is no such name yet.
    pub(crate) fn is_new(&mut self, name: &str) -> bool {
        match self.list.len() {
            0..FEW => self.find(name).is_none(),
            _ => self.insert_in_many(name),
        }
    }

    /// Adds a name that is new with what belongs to it.
    #[inline]
    pub(crate) fn push(&mut self, name: Cow<'a, str>, value: V) {
        if self.list.is_empty() {
            // At once what most objects need.
            self.list.reserve(USUAL);
        }
        self.list.push(Name { text: name, value });
    }

    #[cold]
    fn insert_in_many(&mut self, name: &str) -> bool {
        if self.many.is_empty() {
            self.many.extend(self.list.iter().map(|name| name.text.to_string()));
        }
        self.many.insert(name.to_owned())
    }

    /// What belongs to a name.
    #[inline]
    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        self.find(name).map(|name| &name.value)
    }

    #[inline]
    fn find(&self, text: &str) -> Option<&Name<'a, V>> {
        self.list.iter().find(|name| is_same(&name.text, text))
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

/// Whether two texts are the same: for names, which are short and mostly differ in their length if at all.
#[must_use]
#[inline]
pub fn is_same(left: &str, right: &str) -> bool {
    left.len() == right.len() && is_same_of_one_length(left.as_bytes(), right.as_bytes())
}

fn is_same_of_one_length(left: &[u8], right: &[u8]) -> bool {
    let (lefts, rights) = (left.as_chunks::<8>().0, right.as_chunks::<8>().0);
    let word = |bytes: &[u8; 8]| u64::from_ne_bytes(*bytes);
    let half = |bytes: &[u8; 4]| u32::from_ne_bytes(*bytes);
    lefts.iter().zip(rights).all(|(left, right)| word(left) == word(right))
        && match (left.last_chunk(), right.last_chunk()) {
            (Some(left), Some(right)) => word(left) == word(right),
            _ => match [left.first_chunk(), right.first_chunk(), left.last_chunk(), right.last_chunk()] {
                [Some(first), Some(other_first), Some(last), Some(other_last)] => {
                    half(first) == half(other_first) && half(last) == half(other_last)
                }
                _ => left.iter().eq(right),
            },
        }
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
