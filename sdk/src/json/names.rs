//! The names of an object's members.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::Failure;

/// The names of an object's members so far. Which of two members of one name counts differs from reader to reader, so
/// that no object should have them.
#[derive(Debug, Default)]
pub struct Names<'a> {
    /// Looking through a few is faster than keeping them sorted.
    few: Vec<Cow<'a, str>>,
    /// All of them, once there are many.
    many: BTreeSet<Cow<'a, str>>,
}

/// The failure of an object in which two members have one name, without its path.
#[must_use]
pub fn duplicate_member() -> Failure {
    Failure::new("duplicate-member", "two members have this name")
}

/// How many names are a few, and how many most objects have at most.
const FEW: usize = 32;
const USUAL: usize = 12;

impl<'a> Names<'a> {
    /// Adds a name, and tells whether it is new.
    pub fn add(&mut self, name: Cow<'a, str>) -> bool {
        if self.few.len() == FEW {
            self.many.extend(self.few.drain(..));
        }
        if !self.many.is_empty() {
            return self.many.insert(name);
        }
        let is_new = !self.few.contains(&name);
        if is_new {
            // At once what most objects need.
            self.few.reserve(if self.few.is_empty() { USUAL } else { 1 });
            self.few.push(name);
        }
        is_new
    }

    /// Whether there is none yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.few.is_empty() && self.many.is_empty()
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
