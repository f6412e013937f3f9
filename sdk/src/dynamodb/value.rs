//! A value in DynamoDB's typed JSON, as a tree.

use std::borrow::Cow;

use super::nested::{each_element, open_members, within};
use super::number::{number, write_number};
use super::scalar::{base64, boolean, null, text};
use super::tag::Tag;
use crate::Result;
use crate::json::{self, Names, Scan, Scanner, string_value};
use crate::number::Number;

/// Attributes in the order in which they stand in the record.
pub type Attributes<'a> = Vec<(Cow<'a, str>, AttributeValue<'a>)>;

/// A value in DynamoDB's typed JSON, such as `{"N":"19.99"}`, under DynamoDB's own names.
///
/// A number that is not in quotes, as some tools write it, is taken too. To write a value as plain JSON no tree is
/// needed: [`write_plain`](super::write_plain) does it while it reads.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeValue<'a> {
    /// A string.
    S(Cow<'a, str>),
    /// A number, as its exact literal.
    N(Number<'a>),
    /// Binary, as its base64 text.
    B(Cow<'a, str>),
    /// A set of strings.
    SS(Vec<Cow<'a, str>>),
    /// A set of numbers.
    NS(Vec<Number<'a>>),
    /// A set of binary values.
    BS(Vec<Cow<'a, str>>),
    /// A map.
    M(Attributes<'a>),
    /// A list.
    L(Vec<AttributeValue<'a>>),
    /// Null.
    NULL,
    /// A boolean.
    BOOL(bool),
}

impl<'a> AttributeValue<'a> {
    /// Reads one value.
    ///
    /// # Errors
    ///
    /// `bad-number` for a number that is none, `duplicate-member` for a map with two members of one name,
    /// `bad-attribute` for any other trouble, with the path of what is wrong within the value; `not-json`.
    pub fn parse(text: &'a str) -> Result<Self> {
        let mut scanner = Scanner::new(text);
        let value = AttributeValue::read(&mut scanner)?;
        scanner.end()?;
        Ok(value)
    }

    fn read(scanner: &mut Scanner<'a>) -> Scan<Self> {
        let value = match Tag::open(scanner)? {
            Tag::S => AttributeValue::S(string(scanner)?),
            Tag::N => AttributeValue::N(number(scanner)?),
            Tag::B => AttributeValue::B(binary(scanner)?),
            Tag::SS => AttributeValue::SS(array(scanner, string)?),
            Tag::NS => AttributeValue::NS(array(scanner, number)?),
            Tag::BS => AttributeValue::BS(array(scanner, binary)?),
            Tag::M => AttributeValue::M(members(scanner)?),
            Tag::L => AttributeValue::L(array(scanner, AttributeValue::read)?),
            Tag::NULL => null(scanner).map(|()| AttributeValue::NULL)?,
            Tag::BOOL => AttributeValue::BOOL(boolean(scanner)?),
        };
        Tag::close(scanner)?;
        Ok(value)
    }
}

/// Reads the attributes of an object of typed values, such as an image.
///
/// # Errors
///
/// Those of [`AttributeValue::parse`].
pub fn attributes(text: &str) -> Result<Attributes<'_>> {
    let mut scanner = Scanner::new(text);
    let attributes = members(&mut scanner)?;
    scanner.end()?;
    Ok(attributes)
}

fn members<'a>(scanner: &mut Scanner<'a>) -> Scan<Attributes<'a>> {
    open_members(scanner)?;
    let (mut names, mut members) = (Names::default(), Vec::new());
    while let Some(written) = scanner.member()? {
        let name = string_value(written).unwrap_or_default();
        if !names.add(name.clone()) {
            return Err(within(json::duplicate_member(), written));
        }
        let value = AttributeValue::read(scanner).map_err(|failure| within(*failure, written))?;
        members.push((name, value));
    }
    Ok(members)
}

fn array<'a, T>(scanner: &mut Scanner<'a>, read: impl Fn(&mut Scanner<'a>) -> Scan<T>) -> Scan<Vec<T>> {
    let mut items = Vec::new();
    each_element(scanner, |scanner| {
        items.push(read(scanner)?);
        Ok(())
    })?;
    Ok(items)
}

fn string<'a>(scanner: &mut Scanner<'a>) -> Scan<Cow<'a, str>> {
    Ok(string_value(text(scanner)?).unwrap_or_default())
}

fn binary<'a>(scanner: &mut Scanner<'a>) -> Scan<Cow<'a, str>> {
    Ok(string_value(base64(scanner)?).unwrap_or_default())
}

impl AttributeValue<'_> {
    /// Appends the value as plain JSON: sets as arrays, binary as its base64 text, numbers as their exact
    /// literal.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            AttributeValue::S(text) | AttributeValue::B(text) => json::write_string(out, text),
            AttributeValue::N(number) => write_number(number, out),
            AttributeValue::SS(set) | AttributeValue::BS(set) => {
                write_all(out, b"[]", set, |text, out| json::write_string(out, text));
            }
            AttributeValue::NS(set) => write_all(out, b"[]", set, write_number),
            AttributeValue::M(members) => write_all(out, b"{}", members, |(name, value), out| {
                json::write_string(out, name);
                out.push(b':');
                value.write_json(out);
            }),
            AttributeValue::L(list) => write_all(out, b"[]", list, AttributeValue::write_json),
            AttributeValue::NULL => out.extend_from_slice(b"null"),
            AttributeValue::BOOL(true) => out.extend_from_slice(b"true"),
            AttributeValue::BOOL(false) => out.extend_from_slice(b"false"),
        }
    }
}

/// Appends all of these between two brackets, with commas between them.
fn write_all<T>(out: &mut Vec<u8>, [open, close]: &[u8; 2], items: &[T], write: impl Fn(&T, &mut Vec<u8>)) {
    out.push(*open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(item, out);
    }
    out.push(*close);
}

#[cfg(test)]
mod tests {
    use super::super::write_plain;
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn plain(typed: &str) -> String {
        let (mut out, mut streamed) = (Vec::new(), Vec::new());
        AttributeValue::parse(typed).unwrap().write_json(&mut out);
        write_plain(&mut Scanner::new(typed), &mut streamed).unwrap();
        let [tree, stream] = [&out, &streamed].map(|text| serde_json::from_slice::<Value>(text).unwrap());
        assert_eq!(tree, stream, "{typed}");
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_type_has_a_plain_form() {
        for (typed, expected) in [
            (r#"{"S":"a\"b"}"#, r#""a\"b""#),
            (r#"{"S":""}"#, r#""""#),
            (r#"{"N":"1.50"}"#, "1.50"),
            (r#"{"N":1.50}"#, "1.50"),
            (r#"{"N":"\u0031"}"#, "1"),
            (r#"{"B":"aGk="}"#, r#""aGk=""#),
            (r#"{"SS":["a","b"]}"#, r#"["a","b"]"#),
            (r#"{"NS":["1",2.0]}"#, "[1,2.0]"),
            (r#"{"BS":["aGk="]}"#, r#"["aGk="]"#),
            (r#"{"M":{"b":{"S":"x"},"a":{"M":{}}}}"#, r#"{"b":"x","a":{}}"#),
            (r#"{"L":[{"NULL":true},{"L":[]}]}"#, "[null,[]]"),
            (r#"{ "BOOL" : false }"#, "false"),
            (r#"{"\u0053":"x"}"#, "\"x\""),
        ] {
            assert_eq!(plain(typed), expected, "{typed}");
        }
    }

    #[test]
    fn thirty_eight_digits_stay_exact() {
        let literal = "-1234567890123456789.0123456789012345678";
        assert_eq!(plain(&format!(r#"{{"N":"{literal}"}}"#)), literal);
        assert_eq!(plain(&format!(r#"{{"N":{literal}}}"#)), literal);
    }

    #[test]
    fn what_is_no_attribute_value_is_refused_without_quoting_it() {
        for typed in [
            r#"{}"#,
            r#"{"secret":"x"}"#,
            r#"{"S":"x","secret":"1"}"#,
            r#"{"N":"secret"}"#,
            r#"{"N":"01"}"#,
            r#"{"N":true}"#,
            r#"{"N":["1"]}"#,
            r#"{"NS":["1",null]}"#,
            r#"{"NULL":false}"#,
            r#"{"B":"se cret"}"#,
            r#"{"B":"\u0001"}"#,
        ] {
            let error = AttributeValue::parse(typed).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_failure_is_placed_within_the_value() {
        for (typed, code, path) in [
            (r#"{"N":"x"}"#, "bad-number", None),
            (r#"{"M":{"b":{"L":[{"S":"x"},{"NS":["x"]}]}}}"#, "bad-number", Some("b[1][0]")),
            (r#"{"M":{"b":{"M":{"a":{"S":""},"\u0061":{"S":""}}}}}"#, "duplicate-member", Some("b.a")),
            (r#"{"S":"x"} {}"#, "not-json", None),
            (r#""bare""#, "bad-attribute", None),
        ] {
            let failure = AttributeValue::parse(typed).unwrap_err();
            assert_eq!((&*failure.code, failure.path.as_deref()), (code, path), "{typed}");
        }
        assert_eq!(attributes("{}{").unwrap_err().code, "not-json");
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let deep = [r#"{"L":["#, r#"{"M":{"":"#].map(|opening| opening.repeat(100_000));
        for typed in &deep {
            assert_eq!(AttributeValue::parse(typed).unwrap_err().code, "not-json");
            assert_eq!(write_plain(&mut Scanner::new(typed), &mut Vec::new()).unwrap_err().code, "not-json");
        }
    }

    #[test]
    fn text_is_borrowed_unless_it_holds_escapes() {
        let AttributeValue::SS(set) = AttributeValue::parse(r#"{"SS":["a","\n"]}"#).unwrap() else {
            panic!()
        };
        assert!(matches!(&set[..], [Cow::Borrowed("a"), Cow::Owned(_)]));
    }

    /// A plain value with its typed form.
    fn any_value() -> impl Strategy<Value = (Value, Value)> {
        let leaf = prop_oneof![
            any::<String>().prop_map(|text| (json!({ "S": text }), json!(text))),
            any::<i64>().prop_map(|number| (json!({ "N": number.to_string() }), json!(number))),
            any::<bool>().prop_map(|truth| (json!({ "BOOL": truth }), json!(truth))),
            Just((json!({ "NULL": true }), Value::Null)),
            prop::collection::vec(any::<String>(), 1..4).prop_map(|set| (json!({ "SS": set }), json!(set))),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            let list = prop::collection::vec(inner.clone(), 0..4).prop_map(|items| {
                let (typed, plain): (Vec<_>, Vec<_>) = items.into_iter().unzip();
                (json!({ "L": typed }), json!(plain))
            });
            let map = prop::collection::btree_map(any::<String>(), inner, 0..4).prop_map(|members| {
                let typed: Value =
                    members.iter().map(|(name, (typed, _))| (name.clone(), typed.clone())).collect();
                let plain: Value = members.into_iter().map(|(name, (_, plain))| (name, plain)).collect();
                (json!({ "M": typed }), plain)
            });
            prop_oneof![list, map]
        })
    }

    proptest! {
        #[test]
        fn a_nested_value_is_what_it_says((typed, expected) in any_value()) {
            prop_assert_eq!(plain(&typed.to_string()), expected.to_string());
        }
    }
}
