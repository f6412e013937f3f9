//! `[objects]` of nozzle.toml, checked: what objects hold, and what becomes of their rows.

use nozzle_runtime::config::ObjectsConfig;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error;

use crate::parquet::ParquetConfig;
use crate::{Format, Prefix};

/// The settings of `[objects]` as what they mean.
#[derive(Debug, Clone)]
pub struct Plan {
    /// A folder or `s3://bucket/prefix`, below which everything is put.
    pub to: String,
    /// What the names of rows' objects begin with there.
    pub prefix: Prefix,
    /// What the objects hold.
    pub format: Format,
    /// Rows are converted to Parquet.
    pub parquet: Option<ParquetConfig>,
}

impl Plan {
    /// Checks the settings, and reads the schema of Parquet.
    ///
    /// # Errors
    ///
    /// What is wrong, with its place in nozzle.toml and a hint: a prefix or format that is none, a schema that cannot be read or
    /// that no row can be told apart by, keys that nobody gives in a Lambda.
    pub fn of(config: &ObjectsConfig) -> Result<Self, String> {
        let at = |setting: &str, problem: String| format!("{}{problem}", config.place(setting));
        let parquet = config.parquet.as_deref().map(ParquetConfig::read);
        Ok(Self {
            to: config.to.clone(),
            prefix: prefix(&config.prefix).map_err(|problem| at("prefix", problem))?,
            format: format(&config.format).map_err(|problem| at("format", problem))?,
            parquet: parquet.transpose().map_err(|problem| at("parquet", problem))?,
        })
    }

    /// Whether an object is one of those that are put: to read it would go on for ever.
    pub fn puts(&self, name: &str) -> bool {
        name.strip_prefix(self.to.trim_end_matches('/')).is_some_and(|below| below.starts_with('/'))
    }
}

fn prefix(text: &str) -> Result<Prefix, String> {
    let prefix = Prefix::parse(text)?;
    if let Some(key) = prefix.keys_of_query().next() {
        return Err(format!(
            "a Lambda asks no jq query for `{key}`\n  \
             hint: let a plugin say it, such as `route`, and write `!{{partitionKeyFromLambda:{key}}}`"
        ));
    }
    match prefix.is_random() || prefix.names_error_type() {
        true => Err("the names of objects are made of their input alone, without `!{firehose:...}`\n  \
                     hint: leave it out: names have the input's name, a sum of it and a number"
            .to_owned()),
        false => Ok(prefix),
    }
}

fn format(text: &str) -> Result<Format, String> {
    let format = Format::deserialize(text.into_deserializer());
    format.map_err(|error: Error| format!("`format`: {error}"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use nozzle_runtime::Config;

    use super::*;

    fn plan(objects: &str) -> Result<Plan, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, columns) in
            [("good", r#"{"name":"a","type":"int"}"#), ("bad", r#"{"name":"a","type":"nothing"}"#)]
        {
            let schema = format!("{{\"columns\":[{columns}]}}");
            fs::write(folder.path().join(format!("{name}.json")), schema).unwrap();
        }
        let text =
            format!("version = 1\n[[plugin]]\nuse = \"a\"\n[objects]\nto = \"s3://b/rows/\"\n{objects}");
        let config = Config::parse(&folder.path().join("n.toml"), &text).unwrap();
        let plan = Plan::of(&config.objects.unwrap());
        plan.map_err(|problem| problem.replace(&format!("{}/", folder.path().display()), ""))
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (objects, expected) in [
            ("prefix = \"!{timestamp:\"\n", "n.toml:6: `!{` begins an expression that has no end"),
            (
                "format = \"csv\"\nprefix = \"c=!{partitionKeyFromQuery:c}/\"\n",
                "n.toml:7: a Lambda asks no jq query for `c`\n  hint: let a plugin say it",
            ),
            (
                "prefix = \"!{firehose:random-string}/\"\n",
                "n.toml:6: the names of objects are made of their input alone",
            ),
            ("format = \"xml\"\n", "n.toml:6: `format`: unknown variant `xml`, expected one of `auto`"),
            ("parquet = \"none.json\"\n", "n.toml:6: failed to read the schema `none.json`\n  No such file"),
            ("parquet = \"bad.json\"\n", "n.toml:6: failed to read the schema `bad.json`\n  it is no schema"),
        ] {
            let problem = plan(objects).unwrap_err();
            assert!(problem.starts_with(expected), "{problem}");
        }
    }

    #[test]
    fn what_is_put_is_not_read() {
        let plan = plan(
            "prefix = \"c=!{partitionKeyFromLambda:c}/\"\nparquet = \"good.json\"\nformat = \"dynamodb\"\n",
        )
        .unwrap();
        assert_eq!(
            (plan.format, plan.parquet.as_ref().map(|parquet| parquet.schema.columns.len())),
            (Format::DynamoDb, Some(1))
        );
        for name in ["s3://b/rows/a.json.gz", "s3://b/rows/_done/a.json"] {
            assert!(plan.puts(name), "{name}");
        }
        for name in ["s3://b/row", "s3://b/rows", "s3://b/rowset/a", "s3://bc/rows/a", "rows/a"] {
            assert!(!plan.puts(name), "{name}");
        }
    }
}
