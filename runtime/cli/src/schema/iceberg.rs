//! A schema of Apache Iceberg. <https://iceberg.apache.org/spec/#schemas>.

use nozzle_rows::schema::{Member, Schema, SchemaColumn, Type};
use serde_json::{Value, json};

/// The schema as JSON: columns have the first ids in their order, what is nested the next ones.
pub(super) fn schema(schema: &Schema) -> String {
    let mut ids = Ids { last: schema.columns.len() };
    let field = |(index, column): (usize, &SchemaColumn)| {
        let mut field = field(index + 1, &column.name, &ids.r#type(&column.r#type));
        if let Some(comment) = &column.comment {
            field["doc"] = comment.as_str().into();
        }
        field
    };
    let fields: Vec<Value> = schema.columns.iter().enumerate().map(field).collect();
    format!("{:#}", json!({ "type": "struct", "schema-id": 0, "fields": fields }))
}

fn field(id: usize, name: &str, r#type: &Value) -> Value {
    json!({ "id": id, "name": name, "required": false, "type": r#type })
}

/// Each field, element, key and value has an id of its own.
struct Ids {
    last: usize,
}

impl Ids {
    fn next(&mut self) -> usize {
        self.last += 1;
        self.last
    }

    fn r#type(&mut self, r#type: &Type) -> Value {
        let name = match r#type {
            Type::String | Type::Varchar(_) | Type::Char(_) => "string",
            Type::Boolean => "boolean",
            Type::Tinyint | Type::Smallint | Type::Int => "int",
            Type::Bigint => "long",
            Type::Float => "float",
            Type::Double => "double",
            Type::Date => "date",
            Type::Timestamp => "timestamp",
            Type::Binary => "binary",
            Type::Decimal { precision, scale } => return format!("decimal({precision}, {scale})").into(),
            Type::Array(element) => return self.list(element),
            Type::Map(value) => return self.map(value),
            Type::Struct(members) => return self.members(members),
        };
        name.into()
    }

    fn list(&mut self, element: &Type) -> Value {
        let id = self.next();
        let element = self.r#type(element);
        json!({ "type": "list", "element-id": id, "element": element, "element-required": false })
    }

    fn map(&mut self, value: &Type) -> Value {
        let (key_id, value_id) = (self.next(), self.next());
        let value = self.r#type(value);
        json!({
            "type": "map",
            "key-id": key_id,
            "key": "string",
            "value-id": value_id,
            "value": value,
            "value-required": false,
        })
    }

    fn members(&mut self, members: &[Member]) -> Value {
        let first = self.last + 1;
        self.last += members.len();
        let field = |(index, member): (usize, &Member)| {
            let r#type = self.r#type(&member.r#type);
            field(first + index, &member.name, &r#type)
        };
        json!({ "type": "struct", "fields": members.iter().enumerate().map(field).collect::<Vec<_>>() })
    }
}
