//! A table of the Glue catalogue, as `aws glue get-table` prints it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail};
use nozzle_rows::schema::{Schema, SchemaColumn, Type};
use serde::Deserialize;
use serde_json::Value;

use crate::input::read_all;

/// What is read of a table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CatalogueTable {
    pub(crate) name: String,
    storage_descriptor: StorageDescriptor,
    #[serde(default)]
    pub(crate) partition_keys: Vec<CatalogueColumn>,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StorageDescriptor {
    columns: Vec<CatalogueColumn>,
    #[serde(default)]
    serde_info: SerdeInfo,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SerdeInfo {
    #[serde(default)]
    serialization_library: String,
}

/// A column, or a key of partitions.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CatalogueColumn {
    pub(crate) name: String,
    r#type: String,
    #[serde(default)]
    comment: Option<String>,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
}

impl CatalogueTable {
    /// Reads the file: `{"Table": {...}}`, `{"TableInput": {...}}`, or the table itself; standard input for `-`.
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let text = read_all(file)?;
        let parsed = serde_json::from_slice::<Value>(&text).and_then(|mut json| {
            let inner = ["Table", "TableInput"].into_iter().find(|name| json.get(name).is_some());
            serde_json::from_value(inner.map_or(json.clone(), |name| json[name].take()))
        });
        parsed.with_context(|| format!("`{}` is not what `aws glue get-table` prints", file.display()))
    }

    /// The columns that the table has now: Glue keeps those that an Iceberg table had before.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &CatalogueColumn> {
        let is_current = |column: &&CatalogueColumn| {
            column.parameters.get("iceberg.field.current").is_none_or(|value| value != "false")
        };
        self.storage_descriptor.columns.iter().filter(is_current)
    }

    /// The class that reads its files.
    pub(crate) fn serde(&self) -> &str {
        &self.storage_descriptor.serde_info.serialization_library
    }

    /// Whether it is an Iceberg table.
    pub(crate) fn is_iceberg(&self) -> bool {
        self.parameters.get("table_type").is_some_and(|kind| kind.eq_ignore_ascii_case("iceberg"))
    }

    /// The schema that `[output] schema` pins. Keys of partitions are no columns: their values are in the paths of files.
    ///
    /// # Errors
    ///
    /// When a column has a type that is none of Hive's, or there is no column.
    pub(crate) fn schema(&self) -> anyhow::Result<Schema> {
        let column = |column: &CatalogueColumn| {
            let CatalogueColumn { name, comment, .. } = column;
            let comment = comment.clone().filter(|comment| !comment.is_empty());
            let Some(r#type) = column.r#type() else {
                bail!("column `{name}` is `{}` in the table, and Hive has no such type", column.written());
            };
            Ok(SchemaColumn { name: name.clone(), r#type, comment })
        };
        let columns = self.columns().map(column).collect::<anyhow::Result<Vec<_>>>()?;
        if columns.is_empty() {
            bail!("the table `{}` has no column", self.name);
        }
        Ok(Schema { name: Some(self.name.clone()), columns })
    }
}

impl CatalogueColumn {
    /// What it holds; `None` where its type is none of Hive's, such as the `set<string>` that crawlers find in DynamoDB's
    /// exports.
    pub(crate) fn r#type(&self) -> Option<Type> {
        self.r#type.parse().ok()
    }

    /// Its type as it is written.
    pub(crate) fn written(&self) -> &str {
        &self.r#type
    }
}
