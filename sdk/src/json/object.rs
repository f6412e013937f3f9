//! A JSON object as it is written.

mod member;

use std::borrow::Cow;
use std::fmt;
use std::iter;

use self::member::Member;
use super::line::join_lines;
use super::{Names, Scan, Scanner, duplicate_member, utf8};
use crate::{Failure, Result};

/// A JSON object as it is written: members in their order, values as JSON text.
///
/// What is not changed is written back byte for byte, white space but newlines included: numbers keep
/// their digits, strings their escapes.
///
/// ```
/// use nozzle_sdk::json::Object;
///
/// let mut order = Object::parse(br#"{"id": 42, "price": 19.990, "sku": "a\u002fb"}"#)?;
/// assert_eq!(order.get("price"), Some("19.990"));
/// order.set("price", "20");
/// order.rename("id", "orderid")?;
/// order.set("region", "\"Europe\"");
/// let text = r#"{"orderid": 42, "price": 20, "sku": "a\u002fb","region":"Europe"}"#;
/// assert_eq!(order.to_bytes(), text.as_bytes());
/// # Ok::<(), nozzle_sdk::Failure>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Object<'a> {
    members: Vec<Member<'a>>,
    /// White space before the closing brace.
    end: &'a str,
}

/// Most rows have no more members.
const MEMBERS: usize = 16;

impl<'a> Object<'a> {
    /// An object without members.
    #[must_use]
    pub fn new() -> Self {
        Object::default()
    }

    /// Reads one JSON object. White space around it is not part of it.
    ///
    /// # Errors
    ///
    /// `not-json` when `text` is not one well-formed document, `not-an-object` when it is another JSON value,
    /// and `duplicate-member`, with the path, when two members have one name.
    pub fn parse(text: &'a [u8]) -> Result<Self> {
        let mut scanner = Scanner::new(utf8(text)?);
        let object = match scanner.peek() {
            Some(b'{') => Some(Object::read(&mut scanner)?),
            _ => scanner.value().map(|_| None)?,
        };
        scanner.end()?;
        let object = object.ok_or_else(|| Failure::new("not-an-object", "is not a JSON object"))?;
        object.check_names()?;
        Ok(object)
    }

    /// Reads the object that the scanner is at, whatever its names are.
    fn read(scanner: &mut Scanner<'a>) -> Scan<Self> {
        scanner.open(b'{')?;
        let mut members: Vec<Member<'a>> = Vec::with_capacity(MEMBERS);
        let mut start = scanner.position();
        while let Some(key) = scanner.member()? {
            let (end, member) = Member::read(key, start, scanner)?;
            if let Some(last) = members.last_mut() {
                last.end = end;
            }
            members.push(member);
            start = scanner.position();
        }
        let end = scanner.text(start..scanner.position() - 1);
        Ok(Object { members, end })
    }

    /// The JSON text of a member's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.members.iter().find(|member| member.name == name).map(|member| &*member.value)
    }

    /// Puts JSON text in the place of a member's value, or behind the last member where there is none of that
    /// name. That it is JSON is up to the caller.
    pub fn set(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        let (name, value) = (name.into(), value.into());
        match self.members.iter_mut().find(|member| member.name == name) {
            Some(member) => member.value = value,
            None => self.members.push(Member::new(name, value)),
        }
    }

    /// Takes a member out, and gives the JSON text of its value.
    pub fn remove(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let position = self.members.iter().position(|member| member.name == name)?;
        Some(self.members.remove(position).value)
    }

    /// Gives a member another name, in its place. `false` when there is none of the old name.
    ///
    /// # Errors
    ///
    /// `duplicate-member` when another member has the new name.
    pub fn rename(&mut self, from: &str, to: impl Into<Cow<'a, str>>) -> Result<bool> {
        let to = to.into();
        let Some(position) = self.members.iter().position(|member| member.name == from) else {
            return Ok(false);
        };
        if from != to && self.get(&to).is_some() {
            return Err(duplicate(&to));
        }
        self.members[position].rename(to);
        Ok(true)
    }

    /// Gives members other names, all at once and in their places, so that two may swap names. `None` from
    /// `to` leaves a name as it is.
    ///
    /// # Errors
    ///
    /// `duplicate-member` when two members end up with one name. Names are changed nonetheless.
    pub fn rename_with(&mut self, to: impl Fn(&str) -> Option<Cow<'a, str>>) -> Result<()> {
        for member in &mut self.members {
            if let Some(name) = to(&member.name) {
                member.rename(name);
            }
        }
        self.check_names()
    }

    /// The members in their order: names, and values as JSON text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members.iter().map(|member| (&*member.name, &*member.value))
    }

    /// The members in their order, the JSON text of their values open to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Cow<'a, str>)> {
        self.members.iter_mut().map(|member| (&*member.name, &mut member.value))
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Appends the object as JSON text on [one line](super::one_line).
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        self.parts().for_each(|part| out.extend_from_slice(part.as_bytes()));
        join_lines(out, start);
    }

    /// The object as JSON text.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.parts().map(str::len).sum());
        self.write(&mut out);
        out
    }

    /// The pieces of the object's JSON text.
    fn parts(&self) -> impl Iterator<Item = &str> {
        let members = self.members.iter().enumerate().flat_map(|(index, member)| {
            let comma = if index > 0 { "," } else { "" };
            [comma, member.gap, &*member.key, member.colon, &*member.value, member.end]
        });
        iter::once("{").chain(members).chain([self.end, "}"])
    }

    /// One object must not have two members of one name: which of them counts differs from reader to reader.
    fn check_names(&self) -> Result<()> {
        let mut names = Names::default();
        match self.members.iter().find(|member| !names.add(Cow::Borrowed(&member.name))) {
            Some(member) => Err(duplicate(&member.name)),
            None => Ok(()),
        }
    }
}

/// The object's JSON text.
impl fmt::Display for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts().try_for_each(|part| f.write_str(part))
    }
}

impl From<Object<'_>> for Vec<u8> {
    fn from(object: Object<'_>) -> Self {
        object.to_bytes()
    }
}

fn duplicate(name: &str) -> Failure {
    duplicate_member().within_member(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn object(text: &str) -> Object<'_> {
        Object::parse(text.as_bytes()).unwrap()
    }

    fn refusal(text: &str) -> (String, Option<String>) {
        let failure = Object::parse(text.as_bytes()).unwrap_err();
        (failure.code, failure.path)
    }

    #[test]
    fn what_is_not_changed_stays_as_it_is_written() {
        for text in [
            "{}",
            "{ }",
            r#"{"a":1.50,"b":-1E+400,"c":"\u0041\/","d":{"x" : [ 1 , 2 ]}}"#,
            "{ \"a\" : 1 ,\n\t\"b\"\r\n:\"}\" , \"\\u0063\":{}\n}",
        ] {
            assert_eq!(object(text).to_string(), text);
        }
        assert_eq!(object(" \n{\"a\":1}\n").to_string(), r#"{"a":1}"#);
    }

    #[test]
    fn a_member_is_known_by_what_its_name_means() {
        let mut object = object(r#"{"\u0061":1,"\"":2,"é":3}"#);
        assert_eq!((object.get("a"), object.get("\""), object.get("é")), (Some("1"), Some("2"), Some("3")));
        object.set("a", "4");
        assert_eq!(object.to_string(), r#"{"\u0061":4,"\"":2,"é":3}"#);
    }

    #[test]
    fn members_are_set_removed_and_renamed_in_place() {
        let mut object = object("{ \"a\": 1, \"b\": 2, \"c\": 3 }");
        object.set("b", "null");
        object.set("d\n", "[]");
        assert_eq!(object.remove("a").as_deref(), Some("1"));
        assert_eq!(object.remove("a"), None);
        assert_eq!(object.rename("c", "C"), Ok(true));
        assert_eq!(object.rename("c", "C"), Ok(false));
        assert_eq!(object.to_string(), r#"{ "b": null, "C": 3,"d\n":[] }"#);
        assert_eq!(object.iter().collect::<Vec<_>>(), [("b", "null"), ("C", "3"), ("d\n", "[]")]);
    }

    #[test]
    fn two_members_never_get_one_name() {
        let mut object = object(r#"{"a":1,"b":2}"#);
        assert_eq!(object.rename("a", "a"), Ok(true));
        let failure = object.rename("a", "b").unwrap_err();
        assert_eq!((&*failure.code, failure.path.as_deref()), ("duplicate-member", Some("b")));
        assert_eq!(object.to_string(), r#"{"a":1,"b":2}"#);
    }

    #[test]
    fn names_can_be_swapped() {
        let mut object = object(r#"{"a":1,"b":2,"c":3}"#);
        let swap = |name: &str| match name {
            "a" => Some("b".into()),
            "b" => Some("a".into()),
            _ => None,
        };
        object.rename_with(swap).unwrap();
        assert_eq!(object.to_string(), r#"{"b":1,"a":2,"c":3}"#);
        let failure = object.rename_with(|name| (name == "c").then(|| "a".into())).unwrap_err();
        assert_eq!(failure.path.as_deref(), Some("a"));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["[1]", "5", "\"{}\"", "null", " [{}] "] {
            assert_eq!(refusal(text), ("not-an-object".to_owned(), None), "{text}");
        }
        for text in ["", "{", "[1", "{\"a\":1}{}", "{\"a\":01}", "{\"a\":\"\n\"}", "{1:2}", "nul"] {
            assert_eq!(refusal(text), ("not-json".to_owned(), None), "{text}");
        }
        assert_eq!(Object::parse(b"{\"a\":\"\xff\"}").unwrap_err().code, "not-json");
    }

    #[test]
    fn a_name_that_repeats_is_refused_by_its_place() {
        let path = |text| refusal(text).1.unwrap();
        assert_eq!(path(r#"{"a":1,"b":2,"\u0061":3}"#), "a");
        assert_eq!(path(r#"{"a.b":1,"a.b":1}"#), r#"["a.b"]"#);
        assert_eq!(refusal(r#"{"a":1,"a":1}"#).0, "duplicate-member");
    }

    fn any_object() -> impl Strategy<Value = serde_json::Value> {
        let value = prop_oneof![
            any::<i64>().prop_map(serde_json::Value::from),
            any::<String>().prop_map(serde_json::Value::from),
            prop::collection::vec(any::<bool>(), 0..3).prop_map(serde_json::Value::from),
        ];
        prop::collection::btree_map(any::<String>(), value, 0..6)
            .prop_map(|members| members.into_iter().collect())
    }

    proptest! {
        #[test]
        fn any_object_is_written_as_it_was_read(value in any_object(), pretty: bool) {
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            let object = Object::parse(text.as_bytes()).unwrap();
            prop_assert_eq!(object.to_string(), &*text);
            for (name, raw) in object.iter() {
                let member: serde_json::Value = serde_json::from_str(raw).unwrap();
                prop_assert_eq!(&member, &value[name]);
            }
        }
    }
}
