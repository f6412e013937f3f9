//! jq expressions that give keys.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jaq_core::data::JustLut;
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::Term;
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars};
use jaq_json::{Map, Num, Val};
use serde_json::Value;

use nozzle_objects::NULL_OR_EMPTY;

/// A jq expression that gives an object of keys. AWS has jq 1.6; this is jaq, which differs in corners:
/// <https://github.com/01mf02/jaq#differences-between-jq-and-jaq>
#[derive(Clone)]
pub struct Query {
    text: Arc<str>,
    filter: Arc<jaq_core::compile::Filter<jaq_core::Native<JustLut<Val>>>>,
}

impl Query {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let arena = Arena::default();
        let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let modules = Loader::new(definitions).load(&arena, File { code: text, path: () });
        let modules = modules.map_err(|errors| not_jq(text, &errors))?;
        let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let filter = Compiler::default().with_funs(functions).compile(modules).map_err(|errors| {
            let unknown = errors.iter().flat_map(|(_, errors)| errors).next();
            unknown.map_or_else(String::new, |(name, what)| format!("jq has no {} `{name}`", what.as_str()))
        })?;
        Ok(Self { text: text.into(), filter: Arc::new(filter) })
    }

    /// The names of its keys, where it is an object in which they stand, such as `{customer: .customer_id}`. Of another expression
    /// only a record tells them.
    pub(crate) fn names(&self) -> Option<Vec<String>> {
        let term = load::parse(&self.text, |parser| parser.term())?;
        let Term::Obj(members) = term else { return None };
        members.iter().map(|(name, _)| literal(name)).collect()
    }

    /// The keys of a record.
    ///
    /// # Errors
    ///
    /// Why it has none, in Firehose's words where those are known.
    pub fn ask(&self, data: &[u8]) -> Result<BTreeMap<String, String>, String> {
        let input: Value = serde_json::from_slice(data).map_err(|_| "Non JSON record provided")?;
        let context = Ctx::<JustLut<Val>>::new(&self.filter.lut, Vars::new([]));
        let mut outputs = self.filter.id.run((context, value(input)));
        let output = outputs.next().ok_or("the query gives nothing")?;
        if outputs.next().is_some() {
            return Err("the query gives more than one value".to_owned());
        }
        match output {
            Ok(Val::Obj(keys)) => texts(&keys),
            Ok(_) => Err("the query does not give an object".to_owned()),
            // jq's own words hold values of the record. `halt` is a failure like others here.
            Err(_) => Err("the query fails for the record".to_owned()),
        }
    }
}

fn literal(name: &Term<&str>) -> Option<String> {
    match name {
        Term::Str(None, parts) => match parts.as_slice() {
            [StrPart::Str(text)] => Some((*text).to_owned()),
            _ => None,
        },
        _ => None,
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.text).finish()
    }
}

/// A record as jq has it. It is no deeper than serde_json reads, which jaq's recursion bears.
fn value(json: Value) -> Val {
    match json {
        Value::Null => Val::Null,
        Value::Bool(bool) => Val::Bool(bool),
        Value::Number(json) => Val::Num(number(json.as_f64().unwrap_or(f64::NAN))),
        Value::String(text) => Val::utf8_str(text),
        Value::Array(items) => Val::Arr(items.into_iter().map(value).collect::<Vec<_>>().into()),
        Value::Object(members) => {
            Val::obj(members.into_iter().map(|(name, json)| (Val::utf8_str(name), value(json))).collect())
        }
    }
}

/// A number as jq 1.6 has it: a double, written without a point where it has no fraction. jaq keeps the record's own text.
fn number(double: f64) -> Num {
    match double.fract() == 0.0 && double.abs() < 1e17 {
        true => Num::Int(double as isize),
        false => Num::Float(double),
    }
}

fn texts(keys: &Map) -> Result<BTreeMap<String, String>, String> {
    keys.iter().map(|(key, value)| Ok((string(key)?, text(value)?))).collect()
}

/// Numbers and booleans become their text, as `tostring` would make it.
fn text(value: &Val) -> Result<String, String> {
    match value {
        Val::Null => Err(NULL_OR_EMPTY.to_owned()),
        Val::Bool(_) => Ok(value.to_string()),
        Val::Num(written) => Ok(number(written.to_string().parse().unwrap_or(f64::NAN)).to_string()),
        _ => string(value).and_then(|text| match text.is_empty() {
            true => Err(NULL_OR_EMPTY.to_owned()),
            false => Ok(text),
        }),
    }
}

fn string(value: &Val) -> Result<String, String> {
    match value {
        Val::TStr(bytes) => String::from_utf8(bytes.to_vec()).map_err(|_| "a key is not UTF-8".to_owned()),
        _ => Err("partitionKeys values must be strings".to_owned()),
    }
}

/// The first thing that is wrong, and where.
fn not_jq(text: &str, errors: &load::Errors<&str, ()>) -> String {
    let place = |part: &str| match load::span(text, part).start {
        start if start < text.len() => format!("at `{}`", &text[start..]),
        _ => "at its end".to_owned(),
    };
    match errors.first().map(|(_, error)| error) {
        Some(load::Error::Lex(errors)) => errors.first().map(|(expected, at)| (expected.as_str(), *at)),
        Some(load::Error::Parse(errors)) => errors.first().map(|(expected, at)| (expected.as_str(), *at)),
        Some(load::Error::Io(_)) | None => None,
    }
    .map_or_else(
        || "jq expressions cannot load modules here".to_owned(),
        |(expected, at)| format!("it is not jq: {} expected {}", expected, place(at)),
    )
}
