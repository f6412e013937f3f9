//! The schema of a sample: of each column the narrowest type that holds all of its values.

use nozzle_rows::schema::{Member, Schema, SchemaColumn, Type};
use nozzle_sdk::Times;

use super::Sample;
use super::values::{Members, Values};

/// A schema, and what there is to say of it.
#[derive(Debug)]
pub(crate) struct Inferred {
    pub(crate) schema: Schema,
    /// What somebody should look at.
    pub(crate) notes: Vec<String>,
    /// For what there is no type. The schema is of no use where there is one.
    pub(crate) troubles: Vec<String>,
}

/// Infers the schema of a sample's columns, in the order in which they first appeared. `types` are those of columns that are
/// known better; `sized` gives strings a length.
pub(crate) fn infer(sample: &Sample, types: &[(String, Type)], sized: bool) -> Inferred {
    let mut types_of = Types::new(sized, sample.times);
    let mut columns = Vec::new();
    for (name, values) in &sample.columns {
        let given = types.iter().rfind(|(column, _)| column == name).map(|(_, r#type)| r#type);
        let r#type = match given {
            Some(r#type) => {
                types_of.check_given(name, values, r#type);
                r#type.clone()
            }
            None => types_of.column(name, values),
        };
        columns.push(SchemaColumn::new(name, r#type));
    }
    for (name, _) in types.iter().filter(|(name, _)| !sample.columns.contains_key(name)) {
        types_of.troubles.push(format!("`{name}` of --types is in no row"));
    }
    let Types { notes, troubles, .. } = types_of;
    Inferred { schema: Schema { name: None, columns }, notes, troubles }
}

/// The narrowest type of values, where there is one.
pub(super) fn type_of(values: &Values) -> Option<Type> {
    let mut types = Types::new(false, Times::Iso);
    let r#type = types.narrowest("", values, false);
    types.troubles.is_empty().then_some(r#type)
}

/// The types of values, and what there is to say of them.
struct Types {
    sized: bool,
    times: Times,
    notes: Vec<String>,
    troubles: Vec<String>,
}

impl Types {
    fn new(sized: bool, times: Times) -> Self {
        Self { sized, times, notes: Vec::new(), troubles: Vec::new() }
    }

    fn column(&mut self, name: &str, values: &Values) -> Type {
        if name.is_empty() {
            self.troubles.push("a column has an empty name: no table has such a column".to_owned());
        }
        let r#type = self.narrowest(name, values, self.sized);
        // A name such as `a:b` has no place in the type of a struct.
        if let Err(failure) = r#type.to_string().parse::<Type>() {
            let way = format!("take --types '{name}=map<string,string>' or what its values are");
            self.troubles.push(format!("`{name}` has no type: {}; {way}", failure.reason));
        }
        r#type
    }

    /// The type of the values at this path.
    fn narrowest(&mut self, path: &str, values: &Values, sized: bool) -> Type {
        match values {
            Values::Nulls => {
                self.note(path, "is null in all rows: it is taken for a string");
                Type::String
            }
            Values::Booleans => Type::Boolean,
            Values::Numbers(numbers) => {
                if self.times == Times::EpochMicros && numbers.may_be_times() {
                    self.note(path, "may be times in microseconds, which no number tells: --types says so");
                }
                numbers.narrowest().unwrap_or_else(|| {
                    self.trouble(path, "holds a number beyond double precision: no type takes it")
                })
            }
            Values::Texts(texts) => texts.narrowest(sized),
            Values::Arrays(elements) => self.array(path, elements),
            Values::Objects(members) => self.object(path, members),
            Values::Mixed(one, other) => self
                .trouble(path, &format!("is {one} in some rows and {other} in others: no type takes both")),
        }
    }

    fn array(&mut self, path: &str, elements: &Values) -> Type {
        if matches!(elements, Values::Nulls) {
            self.note(path, "is empty in all rows: it is taken for an array of strings");
            return Type::Array(Type::String.into());
        }
        Type::Array(self.narrowest(&format!("{path}[]"), elements, false).into())
    }

    fn object(&mut self, path: &str, members: &Members) -> Type {
        if members.is_empty() {
            self.note(path, "is an empty object in all rows: it is taken for a map of strings");
            return Type::Map(Type::String.into());
        }
        let member = |(name, values): (&String, &Values)| Member {
            name: name.clone(),
            r#type: self.narrowest(&format!("{path}.{name}"), values, false),
        };
        Type::Struct(members.iter().map(member).collect())
    }

    fn check_given(&mut self, name: &str, values: &Values, r#type: &Type) {
        if !values.fit(r#type, self.times) {
            self.note(name, &format!("has values that are no `{type}`: rows with them will fail"));
        }
    }

    fn note(&mut self, path: &str, told: &str) {
        self.notes.push(format!("`{path}` {told}"));
    }

    /// Notes that there is no type, and gives one in its place.
    fn trouble(&mut self, path: &str, told: &str) -> Type {
        let column = path.split(['.', '[']).next().unwrap_or_default();
        self.troubles.push(format!(
            "`{path}` {told}; convert it in the pipeline, or settle it with --types {column}=TYPE"
        ));
        Type::String
    }
}

#[cfg(test)]
mod tests;
