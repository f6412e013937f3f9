//! A plugin's settings, held against the JSON Schema that it gives of them.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::LocationSegment;
use jsonschema::{ValidationError, Validator};
use nozzle_runtime::config::{PluginConfig, PluginSource};
use nozzle_runtime::nearest;
use serde_json::Value;

use super::Finding;

/// What breaks the schema, each at its own line.
pub(super) fn violations(plugin: &PluginConfig, schema: &str) -> Vec<Finding> {
    let (schema, validator) = match validator(schema) {
        Ok(read) => read,
        Err(problem) => {
            let text =
                format!("{}the settings' schema of `{}` is none: {problem}", plugin.place, plugin.written);
            return vec![Finding::note("settings", text, "its settings are not held against it")];
        }
    };
    let settings: Value = serde_json::from_str(plugin.settings.json()).unwrap_or_default();
    let mut told: Vec<_> = validator.iter_errors(&settings).flat_map(|error| told(&error, &schema)).collect();
    told.sort_by_cached_key(|violation| plugin.settings_places.at(&violation.path));
    told.into_iter()
        .map(|Violation { path, problem, hint }| {
            let place = plugin.settings_places.at(&path);
            let problem = plugin.settings.masked(&problem);
            let hint = hint.unwrap_or_else(|| shown_by(plugin));
            Finding::error("settings", format!("{place}settings of `{}`: {problem}", plugin.written), hint)
        })
        .collect()
}

/// The command that shows what a plugin takes.
fn shown_by(plugin: &PluginConfig) -> String {
    match &plugin.source {
        PluginSource::Ready(name) => format!("`nozzle plugins {name}` shows what it takes"),
        PluginSource::File(_) | PluginSource::Remote(_) => {
            format!("`nozzle inspect {}` shows what it takes", plugin.source)
        }
    }
}

fn validator(schema: &str) -> Result<(Value, Validator), String> {
    let schema: Value = serde_json::from_str(schema).map_err(|error| error.to_string())?;
    let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
    Ok((schema, validator))
}

/// One thing that breaks the schema.
struct Violation {
    /// The names and indices that lead to the setting.
    path: Vec<String>,
    problem: String,
    /// The way out, where one is known.
    hint: Option<String>,
}

fn told(error: &ValidationError<'_>, schema: &Value) -> Vec<Violation> {
    let path = path(error);
    let whole = name(&path);
    let one = |problem: String, hint: Option<String>| vec![Violation { path: path.clone(), problem, hint }];
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let known = members(error, schema);
            unexpected.iter().map(|member| unknown(&path, member, &known)).collect()
        }
        Kind::Required { property } => {
            one(format!("`{}` is missing", name(&below(&path, property.as_str().unwrap_or_default()))), None)
        }
        Kind::Type { kind } => {
            one(format!("`{whole}` is {}, not {}", kind_of(error.instance()), expected(kind)), None)
        }
        Kind::Enum { options } => {
            let known: Vec<&str> =
                options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            vec![none_of(path, error.instance(), &known)]
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => match (names(context), closest(context))
        {
            (Some(known), _) => vec![none_of(path, error.instance(), &known)],
            (None, Some(branch)) => branch.iter().flat_map(|error| told(error, schema)).collect(),
            (None, None) => one(format!("`{whole}`: {}", error.masked_with("it")), None),
        },
        _ if error.instance().is_array() || error.instance().is_object() => {
            one(format!("`{whole}`: {}", error.masked_with("it")), None)
        }
        _ => one(format!("`{whole}`: {error}"), None),
    }
}

/// A value that is none of those that may stand there.
fn none_of(path: Vec<String>, value: &Value, known: &[&str]) -> Violation {
    let meant = value.as_str().and_then(|text| nearest(text, known.iter().copied()));
    let hint = meant.map(|meant| format!("did you mean `{meant}`?"));
    let problem = format!("`{}`: {value} is none of `{}`", name(&path), known.join("`, `"));
    Violation { path, problem, hint }
}

/// The names that may stand there, where each of several ways is one name, as the SDK's derive writes an enum that explains
/// its names.
fn names<'c>(context: &'c [Vec<ValidationError<'static>>]) -> Option<Vec<&'c str>> {
    let name = |errors: &'c Vec<ValidationError<'static>>| match errors.as_slice() {
        [error] => match error.kind() {
            Kind::Constant { expected_value } => expected_value.as_str(),
            _ => None,
        },
        _ => None,
    };
    context.iter().map(name).collect()
}

fn unknown(path: &[String], member: &str, known: &[String]) -> Violation {
    let of = if path.is_empty() { "setting of it".to_owned() } else { format!("member of `{}`", name(path)) };
    let hint = match nearest(member, known.iter().map(String::as_str)) {
        Some(meant) => Some(format!("did you mean `{meant}`?")),
        None if known.is_empty() => None,
        None => Some(format!("there are {}", known.join(", "))),
    };
    Violation { path: below(path, member), problem: format!("`{member}` is no {of}"), hint }
}

/// The members that the schema knows where it refuses others.
fn members(error: &ValidationError<'_>, schema: &Value) -> Vec<String> {
    let pointer = error.schema_path().to_string();
    let object = pointer.rsplit_once('/').and_then(|(object, _)| schema.pointer(object));
    let properties = object.and_then(|object| object["properties"].as_object());
    properties.into_iter().flat_map(|properties| properties.keys().cloned()).collect()
}

/// The way that was meant, of several: the one that goes deepest before it fails, with a value of the right type; of those
/// that go as deep, one with a list of what may stand there.
fn closest<'c>(context: &'c [Vec<ValidationError<'static>>]) -> Option<&'c Vec<ValidationError<'static>>> {
    let meant = |errors: &&Vec<ValidationError<'_>>| {
        let depth = errors.iter().map(|error| path(error).len()).min();
        let has = |is: fn(&Kind) -> bool| errors.iter().any(|error| is(error.kind()));
        (!has(|kind| matches!(kind, Kind::Type { .. })), depth, has(|kind| matches!(kind, Kind::Enum { .. })))
    };
    context.iter().max_by_key(meant)
}

fn path(error: &ValidationError<'_>) -> Vec<String> {
    let step = |segment: LocationSegment<'_>| match segment {
        LocationSegment::Property(name) => name.into_owned(),
        LocationSegment::Index(index) => index.to_string(),
    };
    error.instance_path().into_iter().map(step).collect()
}

fn below(path: &[String], member: &str) -> Vec<String> {
    [path, &[member.to_owned()]].concat()
}

/// A path as the SDK writes it: `rules[0].column`.
fn name(path: &[String]) -> String {
    let name = path.iter().fold(String::new(), |name, step| match step.parse::<usize>() {
        Ok(index) => format!("{name}[{index}]"),
        Err(_) if name.is_empty() => step.clone(),
        Err(_) => format!("{name}.{step}"),
    });
    if name.is_empty() { "settings".to_owned() } else { name }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number with a point",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "a table",
    }
}

fn expected(kind: &TypeKind) -> String {
    let name = |name: String| match &*name {
        "object" => "a table".to_owned(),
        "array" | "integer" => format!("an {name}"),
        "null" => name,
        _ => format!("a {name}"),
    };
    match kind {
        TypeKind::Single(one) => name(one.to_string()),
        TypeKind::Multiple(many) => {
            many.iter().map(|one| name(one.to_string())).collect::<Vec<_>>().join(" or ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_held_against_names_that_are_explained() {
        let schema =
            r#"{"properties":{"miss":{"oneOf":[{"const":"null","description":"x"},{"const":"fail"}]}}}"#;
        let (schema, validator) = validator(schema).unwrap();
        let settings = serde_json::json!({ "miss": "nul" });
        let error = validator.iter_errors(&settings).next().unwrap();
        let [violation] = &told(&error, &schema)[..] else { panic!("one is told") };
        assert_eq!(violation.problem, "`miss`: \"nul\" is none of `null`, `fail`");
        assert_eq!(violation.hint.as_deref(), Some("did you mean `null`?"));
    }
}
