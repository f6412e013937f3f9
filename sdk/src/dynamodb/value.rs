//! A value in DynamoDB's typed JSON.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::text::Text;
use crate::number::Number;
use crate::path::{self, Step};
use crate::{Failure, Result, json};

/// Attributes in the order in which they stand in the record.
pub type Attributes<'a> = Vec<(Cow<'a, str>, AttributeValue<'a>)>;

/// A value in DynamoDB's typed JSON, such as `{"N":"19.99"}`, under DynamoDB's own names.
///
/// Read it from JSON text, with [`AttributeValue::parse`] or as a part of something else: number literals are kept as they
/// stand in the text, so no other deserializer will do. A number that is not in quotes, as some tools write
/// it, is taken too. Errors name the trouble and never quote the value.
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
    /// `bad-number` for a number that is none, `bad-attribute` for any other trouble, with the path of what is
    /// wrong within the value.
    pub fn parse(text: &'a str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error: serde_json::Error| {
            let place = json::place(&error, text.as_bytes());
            failure(&error, place.into_iter().skip(1))
        })
    }
}

impl AttributeValue<'_> {
    /// Appends the value as plain JSON: sets as arrays, binary as its base64 text, numbers as their exact
    /// literal.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            AttributeValue::S(text) | AttributeValue::B(text) => json::write_string(out, text),
            AttributeValue::N(number) => out.extend_from_slice(number.as_str().as_bytes()),
            AttributeValue::SS(set) | AttributeValue::BS(set) => {
                write_array(out, set, |out, text| json::write_string(out, text));
            }
            AttributeValue::NS(set) => {
                write_array(out, set, |out, number| out.extend_from_slice(number.as_str().as_bytes()));
            }
            AttributeValue::M(attributes) => write_object(out, attributes),
            AttributeValue::L(list) => write_array(out, list, |out, value| value.write_json(out)),
            AttributeValue::NULL => out.extend_from_slice(b"null"),
            AttributeValue::BOOL(true) => out.extend_from_slice(b"true"),
            AttributeValue::BOOL(false) => out.extend_from_slice(b"false"),
        }
    }
}

/// Appends attributes as one plain JSON object.
pub(super) fn write_object(out: &mut Vec<u8>, attributes: &[(Cow<'_, str>, AttributeValue<'_>)]) {
    out.push(b'{');
    for (index, (name, value)) in attributes.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        json::write_string(out, name);
        out.push(b':');
        value.write_json(out);
    }
    out.push(b'}');
}

fn write_array<T>(out: &mut Vec<u8>, items: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

/// The failure that an error about typed JSON stands for. `steps` lead to its place, from the name of an
/// attribute or from within a value.
pub(super) fn failure(error: &serde_json::Error, steps: impl IntoIterator<Item = Step>) -> Failure {
    let message = error.to_string();
    let failure = match message.starts_with(BAD_NUMBER) {
        true => Failure::new("bad-number", BAD_NUMBER),
        false => Failure::new("bad-attribute", trouble(error, &message)),
    };
    // Every other step is a type such as `M`, which says nothing to people.
    let steps: Vec<Step> = steps.into_iter().step_by(2).collect();
    if steps.is_empty() { failure } else { failure.at(path::of(&steps)) }
}

/// The words of this module's own errors, which quote nothing, or the safe part of serde's.
fn trouble(error: &serde_json::Error, message: &str) -> String {
    let own = ["attribute value has", "`NULL` is not", "binary is not"];
    match message.split_once(" at line ") {
        Some((trouble, _)) if own.iter().any(|words| message.starts_with(words)) => trouble.to_owned(),
        _ => json::data_failure_reason(error),
    }
}

/// What an error about a number says; [`failure`] knows it by these words.
const BAD_NUMBER: &str = "number is not one in JSON's grammar";

impl<'de: 'a, 'a> Deserialize<'de> for AttributeValue<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = AttributeValue<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some(tag) = map.next_key::<Text<'de>>()? else {
            return Err(A::Error::custom("attribute value has no type"));
        };
        let value = match &*tag.0 {
            "S" => AttributeValue::S(map.next_value::<Text<'de>>()?.0),
            "N" => AttributeValue::N(map.next_value::<NumberText<'de>>()?.0),
            "B" => AttributeValue::B(map.next_value::<Base64<'de>>()?.0),
            "SS" => AttributeValue::SS(
                map.next_value::<Vec<Text<'de>>>()?.into_iter().map(|text| text.0).collect(),
            ),
            "NS" => AttributeValue::NS(
                map.next_value::<Vec<NumberText<'de>>>()?.into_iter().map(|text| text.0).collect(),
            ),
            "BS" => AttributeValue::BS(
                map.next_value::<Vec<Base64<'de>>>()?.into_iter().map(|text| text.0).collect(),
            ),
            "M" => AttributeValue::M(map.next_value::<Members<'de>>()?.0),
            "L" => AttributeValue::L(map.next_value()?),
            "NULL" if map.next_value()? => AttributeValue::NULL,
            "NULL" => return Err(A::Error::custom("`NULL` is not `true`")),
            "BOOL" => AttributeValue::BOOL(map.next_value()?),
            _ => return Err(A::Error::custom("attribute value has an unknown type")),
        };
        match map.next_key::<IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(A::Error::custom("attribute value has two types")),
        }
    }
}

/// The members of a map, in their order.
pub(super) struct Members<'a>(pub(super) Attributes<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of attribute values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<Text<'de>, AttributeValue<'de>>()? {
            members.push((name.0, value));
        }
        Ok(Members(members))
    }
}

/// The literal of a number, in quotes or not.
struct NumberText<'a>(Number<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for NumberText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(deserializer)?.get();
        let literal = match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            // Nothing forbids to write a digit as an escape.
            Some(escaped) if escaped.contains('\\') => {
                Cow::Owned(serde_json::from_str(raw).map_err(|_| D::Error::custom(BAD_NUMBER))?)
            }
            Some(literal) => Cow::Borrowed(literal),
            None => Cow::Borrowed(raw),
        };
        Number::new(literal).map(NumberText).ok_or_else(|| D::Error::custom(BAD_NUMBER))
    }
}

/// Base64 text, its characters checked.
struct Base64<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Base64<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        if text.bytes().all(is_base64) {
            Ok(Base64(text))
        } else {
            Err(D::Error::custom("binary is not base64"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn plain(typed: &str) -> String {
        let value: AttributeValue<'_> = serde_json::from_str(typed).unwrap();
        let mut out = Vec::new();
        value.write_json(&mut out);
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
            let error = serde_json::from_str::<AttributeValue<'_>>(typed).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_failure_is_placed_within_the_value() {
        for (typed, code, path) in [
            (r#"{"N":"x"}"#, "bad-number", None),
            (r#"{"M":{"b":{"L":[{"S":"x"},{"NS":["x"]}]}}}"#, "bad-number", Some("b[1]")),
            (r#""bare""#, "bad-attribute", None),
        ] {
            let failure = AttributeValue::parse(typed).unwrap_err();
            assert_eq!((&*failure.code, failure.path.as_deref()), (code, path), "{typed}");
        }
    }

    #[test]
    fn text_is_borrowed_unless_it_holds_escapes() {
        let AttributeValue::SS(set) = serde_json::from_str(r#"{"SS":["a","\n"]}"#).unwrap() else { panic!() };
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
