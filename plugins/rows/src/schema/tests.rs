use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Result<Type, String> {
    text.parse::<Type>().map_err(|failure| failure.reason)
}

#[test]
fn a_type_is_written_as_hive_writes_it() {
    for (text, expected) in [
        ("string", Type::String),
        (" int ", Type::Int),
        ("decimal", Type::Decimal { precision: 10, scale: 0 }),
        ("decimal(12)", Type::Decimal { precision: 12, scale: 0 }),
        ("decimal( 38 , 38 )", Type::Decimal { precision: 38, scale: 38 }),
        ("varchar(65535)", Type::Varchar(65535)),
        ("char (3)", Type::Char(3)),
        ("array < array<date> >", Type::Array(Type::Array(Type::Date.into()).into())),
        ("map<string , binary>", Type::Map(Type::Binary.into())),
        (
            "struct<Zip Code : int, b-c:array<float>>",
            Type::Struct(vec![
                Member { name: "Zip Code".to_owned(), r#type: Type::Int },
                Member { name: "b-c".to_owned(), r#type: Type::Array(Type::Float.into()) },
            ]),
        ),
    ] {
        assert_eq!(read(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_type_is_told() {
    for (text, trouble) in [
        ("", "expected a type"),
        ("long", "unknown type `long`, expected one of `string`, `boolean`"),
        ("STRING", "unknown type `STRING`"),
        ("string(5)", "expected nothing more behind `string`"),
        ("array", "expected `<` behind `array`"),
        ("array<>", "expected a type behind `array<`"),
        ("array<int", "expected `>` behind `array<int`"),
        ("map<int,string>", "the keys of a map are of type `string`"),
        ("map<string>", "expected `,` behind `map<string`"),
        ("struct<>", "expected the name of a member behind `struct<`"),
        ("struct<a int>", "expected `:` behind `struct<a int`"),
        ("struct<a:int,a:date>", "two members of a struct are named `a`"),
        ("struct<a:int,>", "expected the name of a member behind `struct<a:int,`"),
        ("decimal(0,0)", "expected a number from 1 to 38 behind `decimal(`"),
        ("decimal(3,4)", "expected a number from 0 to 3 behind `decimal(3,`"),
        ("decimal(300,4)", "expected a number from 1 to 38 behind `decimal(`"),
        ("decimal(10,-2)", "expected a number from 0 to 10 behind `decimal(10,`"),
        ("varchar", "expected `(` behind `varchar`"),
        ("varchar(0)", "expected a number from 1 to 65535 behind `varchar(`"),
        ("char(256)", "expected a number from 1 to 255 behind `char(`"),
    ] {
        let told = read(text).unwrap_err();
        assert!(told.starts_with(trouble), "{text}: {told}");
    }
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth| "array<".repeat(depth) + "int" + &">".repeat(depth);
    assert!(read(&nested(32)).is_ok());
    assert_eq!(read(&nested(33)).unwrap_err(), "type is nested deeper than 32 levels");
    assert_eq!(read(&"array<".repeat(100_000)).unwrap_err(), "type is nested deeper than 32 levels");
}

fn schema(text: &str) -> Result<Schema, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn a_schema_is_written_as_it_is_read() {
    let text = r#"{"name":"orders","columns":[{"name":"orderid","type":"string"},{"name":"price","type":"decimal(10,2)","comment":"in euros"}]}"#;
    assert_eq!(serde_json::to_string(&schema(text).unwrap()).unwrap(), text);
    let unnamed = r#"{"columns":[{"name":"a","type":"int"}]}"#;
    assert_eq!(serde_json::to_string(&schema(unnamed).unwrap()).unwrap(), unnamed);
}

#[test]
fn a_schema_that_is_none_is_told() {
    for (text, trouble) in [
        (r#"{}"#, "missing field `columns`"),
        (r#"{"columns":[]}"#, "a schema has at least one column"),
        (r#"{"columns":[{"name":"","type":"int"}]}"#, "column 1 has an empty name"),
        (r#"{"columns":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}"#, "two columns are named `a`"),
        (r#"{"columns":[{"name":"a"}]}"#, "missing field `type`"),
        (r#"{"columns":[{"name":"a","type":"int32"}]}"#, "unknown type `int32`"),
        (r#"{"columns":[{"name":"a","type":5}]}"#, "invalid type: integer `5`, expected a type such as"),
        (r#"{"columns":[{"name":"a","type":"int","nullable":false}]}"#, "unknown field `nullable`"),
        (r#"{"columns":[{"name":"a","type":"int"}],"partitions":[]}"#, "unknown field `partitions`"),
    ] {
        let told = schema(text).unwrap_err();
        assert!(told.starts_with(trouble), "{text}: {told}");
    }
}

fn any_type() -> impl Strategy<Value = Type> {
    let scalar = prop_oneof![
        prop::sample::select(vec![
            Type::String,
            Type::Boolean,
            Type::Tinyint,
            Type::Smallint,
            Type::Int,
            Type::Bigint,
            Type::Float,
            Type::Double,
            Type::Date,
            Type::Timestamp,
            Type::Binary,
        ]),
        (1u8..=38).prop_flat_map(
            |precision| (0..=precision).prop_map(move |scale| Type::Decimal { precision, scale })
        ),
        (1u16..).prop_map(Type::Varchar),
        (1u8..).prop_map(Type::Char),
    ];
    scalar.prop_recursive(4, 24, 4, |inner| {
        let member = |(name, r#type)| Member { name, r#type };
        prop_oneof![
            inner.clone().prop_map(|element| Type::Array(element.into())),
            inner.clone().prop_map(|value| Type::Map(value.into())),
            prop::collection::btree_map("[A-Za-z_$é-][A-Za-z0-9_. -]{0,6}[a-z0-9]", inner, 1..5)
                .prop_map(move |members| Type::Struct(members.into_iter().map(member).collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_type_is_read_as_it_is_written(any in any_type()) {
        prop_assert_eq!(read(&any.to_string()), Ok(any));
    }

    #[test]
    fn spaces_between_the_parts_change_nothing(any in any_type()) {
        let signs = ['<', '>', ',', ':', '(', ')'];
        let spaced = any.to_string().chars().fold(String::new(), |text, c| match signs.contains(&c) {
            true => text + " " + &c.to_string() + " ",
            false => text + &c.to_string(),
        });
        prop_assert_eq!(read(&spaced), Ok(any));
    }

    #[test]
    fn any_text_is_a_type_or_told(text in "(array|map|struct|string|decimal|char|[<>(),: a1é]){0,12}") {
        if let Ok(read_type) = read(&text) {
            prop_assert_eq!(read(&read_type.to_string()), Ok(read_type));
        }
    }
}
