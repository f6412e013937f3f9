//! Settings as JSON Schema (2020-12).

use super::word::Word;
use super::{Field, Kind, Table};
use crate::json::to_raw;

/// The schema of settings as a whole.
pub(crate) fn of(kind: &Kind) -> String {
    let mut members = vec![member("$schema", &to_raw("https://json-schema.org/draft/2020-12/schema"))];
    members.extend(members_of(kind));
    object(&members)
}

/// One setting: what its type says, and what its field adds.
fn of_field(field: &Field) -> String {
    let mut members = members_of(&field.kind);
    if !field.help.is_empty() {
        replace(&mut members, "description", &to_raw(field.help));
    }
    for (name, limit) in [("minimum", &field.range.least), ("maximum", &field.range.most)] {
        if let Some(limit) = limit {
            replace(&mut members, name, limit.text);
        }
    }
    if let Some(default) = field.default {
        replace(&mut members, "default", default);
    }
    if field.redacts() {
        replace(&mut members, "x-nozzle-redacts", "true");
    }
    object(&members)
}

type Member = (&'static str, String);

fn member(name: &'static str, value: &str) -> Member {
    (name, value.to_owned())
}

/// A field's word goes before that of its type.
fn replace(members: &mut Vec<Member>, name: &'static str, value: &str) {
    members.retain(|member| member.0 != name);
    members.push(member(name, value));
}

fn object(members: &[Member]) -> String {
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("{}:{value}", to_raw(name))).collect();
    format!("{{{}}}", members.join(","))
}

fn members_of(kind: &Kind) -> Vec<Member> {
    match kind {
        Kind::Flag => vec![member("type", "\"boolean\"")],
        Kind::Number => vec![member("type", "\"number\"")],
        Kind::Text => vec![member("type", "\"string\"")],
        Kind::Integer { least, most } => integer(*least, *most),
        Kind::Word(words) => vec![of_words(words)],
        Kind::List(kind) => vec![member("type", "\"array\""), ("items", object(&members_of(kind)))],
        Kind::Map(kind) => {
            vec![member("type", "\"object\""), ("additionalProperties", object(&members_of(kind)))]
        }
        Kind::Optional(kind) => members_of(kind),
        Kind::Table(table) => of_table(table),
    }
}

/// The range of a wide type is no news to anybody.
fn integer(least: i64, most: u64) -> Vec<Member> {
    let mut members = vec![member("type", "\"integer\"")];
    if least > i64::MIN {
        members.push(("minimum", least.to_string()));
    }
    if most < i64::MAX.unsigned_abs() {
        members.push(("maximum", most.to_string()));
    }
    members
}

/// The names alone where none of them is explained.
fn of_words(words: &[Word]) -> Member {
    let list = |items: Vec<String>| format!("[{}]", items.join(","));
    match words.iter().all(|word| word.help.is_empty()) {
        true => ("enum", list(words.iter().map(|word| to_raw(word.name)).collect())),
        false => ("oneOf", list(words.iter().map(of_word).collect())),
    }
}

fn of_word(word: &Word) -> String {
    let mut members = vec![("const", to_raw(word.name))];
    if !word.help.is_empty() {
        members.push(("description", to_raw(word.help)));
    }
    object(&members)
}

fn of_table(table: &Table) -> Vec<Member> {
    let mut members = vec![member("type", "\"object\"")];
    if !table.help.is_empty() {
        members.push(("description", to_raw(table.help)));
    }
    members.push(member("additionalProperties", "false"));
    let required = table.fields.iter().filter(|field| field.is_required());
    let required: Vec<String> = required.map(|field| to_raw(field.name)).collect();
    if !required.is_empty() {
        members.push(("required", format!("[{}]", required.join(","))));
    }
    let properties: Vec<Member> = table.fields.iter().map(|field| (field.name, of_field(field))).collect();
    members.push(("properties", object(&properties)));
    members
}
