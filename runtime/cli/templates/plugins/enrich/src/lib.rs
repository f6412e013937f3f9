//! Adds the name and the category of a product to each sale, from a reference table. A product that the table does not
//! have is counted, and becomes what the settings say.

use nozzle_sdk::json::{Object, string_value, to_raw};
use nozzle_sdk::prelude::*;
use serde::Deserialize;

/// The table's name in nozzle.toml. The host reads it once, and lends it to all plugins.
const TABLE: &str = "products";

/// The counter, the reason to drop, and the failure's code.
const MISSED: &str = "product-missed";

/// What nozzle.toml says under `settings`: `nozzle inspect` tells names, types and these comments. One that is misspelt
/// ends the start, not the first record.
#[derive(Debug, Settings)]
struct Settings {
    /// What becomes of a sale whose product is not in the table.
    #[setting(default = "null")]
    miss: Miss,
}

/// What becomes of a sale whose product is not in the table.
#[derive(Debug, Clone, Copy, Settings)]
enum Miss {
    /// The added columns are null.
    Null,
    /// It is dropped.
    Drop,
    /// It fails.
    Fail,
}

/// What the table says of a product: columns of this name.
#[derive(Debug, Deserialize)]
struct Product {
    name: String,
    category: String,
}

/// The plugin: what is made once, before the first record.
#[derive(Debug)]
struct AddProduct {
    miss: Miss,
}

#[plugin]
impl Plugin for AddProduct {
    type Settings = Settings;
    const COUNTERS: &'static [&'static str] = &[MISSED];

    fn configure(config: Config<Settings>) -> Result<Self> {
        Ok(AddProduct {
            miss: config.settings.miss,
        })
    }

    /// A table that nozzle.toml lacks ends the start.
    fn tables(&self) -> Vec<String> {
        vec![TABLE.to_owned()]
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        let mut sale = Object::parse(record.data())?;
        let sku = sale.get("sku").and_then(string_value);
        let sku = sku.ok_or_else(|| Failure::new("no-sku", "is not a string").at("sku"))?;
        let found: Option<Product> = lookup(TABLE, &[&sku], &["name", "category"])?;
        if let Some(product) = found {
            sale.set("product", to_raw(&product.name));
            sale.set("category", to_raw(&product.category));
            return Ok(Outcome::deliver(sale));
        }
        count(MISSED, 1);
        self.missed(sale)
    }
}

impl AddProduct {
    fn missed(&self, mut sale: Object<'_>) -> Result<Outcome> {
        match self.miss {
            Miss::Null => {
                sale.set("product", "null");
                sale.set("category", "null");
                Ok(Outcome::deliver(sale))
            }
            Miss::Drop => Ok(Outcome::drop(MISSED)),
            Miss::Fail => Err(Failure::new(MISSED, "has no row in table `products`").at("sku")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nozzle_sdk::testing::{self, Host, assert_delivered, assert_dropped, assert_failed};

    /// A stand-in for the host, with a table of one product.
    fn host() -> Host {
        let rows = r#"[{"sku":"LT-14","name":"Laptop 14","category":"Computers"}]"#;
        Host::new().table(TABLE, &["sku"], rows)
    }

    fn enriched(host: &Host, settings: &str, sale: &str) -> Result<Outcome> {
        let plugin: AddProduct = testing::configure(settings).unwrap();
        host.run(|| plugin.transform(Record::new(sale)))
    }

    #[test]
    fn a_product_of_the_table_is_added() {
        let sale = enriched(&host(), "{}", r#"{"sku":"LT-14","price":899.90}"#);
        let row = r#"{"sku":"LT-14","price":899.90,"product":"Laptop 14","category":"Computers"}"#;
        assert_delivered(sale, row);
    }

    #[test]
    fn a_miss_is_counted_and_becomes_what_the_settings_say() {
        let host = host();
        let missed = |settings| enriched(&host, settings, r#"{"sku":"XX-1"}"#);
        let row = r#"{"sku":"XX-1","product":null,"category":null}"#;
        assert_delivered(missed(r#"{"miss":"null"}"#), row);
        assert_dropped(missed(r#"{"miss":"drop"}"#), MISSED);
        assert_failed(missed(r#"{"miss":"fail"}"#), MISSED);
        assert_eq!(host.counter(MISSED), 3);
    }

    #[test]
    fn a_setting_that_is_misspelt_ends_the_start() {
        let error = testing::configure::<AddProduct>(r#"{"mis":"drop"}"#).unwrap_err();
        assert!(error.contains("did you mean `miss`?"), "{error}");
    }
}
