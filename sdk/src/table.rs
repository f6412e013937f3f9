//! Facts about reference tables. They are known in [`configure`](crate::Plugin::configure) too, and may change between
//! two records, when the host takes a newer version of a table.

use crate::host;
use crate::time::Timestamp;

/// The version of a reference table: a short text that changes with the table's content. `None` where there is no such
/// table.
#[must_use]
pub fn version(table: &str) -> Option<String> {
    host::context(&format!("table-version/{table}"))
}

/// When this version of a reference table was made. `None` where that is not known.
#[must_use]
pub fn time(table: &str) -> Option<Timestamp> {
    let millis: i64 = host::context(&format!("table-time/{table}"))?.parse().ok()?;
    millis.checked_mul(1000).map(Timestamp::from_micros)
}

/// The columns of a reference table that are not of its key, in their order. `None` where there is no such table.
#[must_use]
pub fn columns(table: &str) -> Option<Vec<String>> {
    serde_json::from_str(&host::context(&format!("table-columns/{table}"))?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Host;

    #[test]
    fn facts_are_those_of_the_host() {
        let host = Host::new()
            .context("table-version/regions", "0123456789ab")
            .context("table-time/regions", "1755693000123")
            .context("table-columns/regions", r#"["Code","Region"]"#);
        host.run(|| {
            assert_eq!(version("regions").as_deref(), Some("0123456789ab"));
            assert_eq!(time("regions"), Some(Timestamp::from_micros(1_755_693_000_123_000)));
            assert_eq!(columns("regions").unwrap(), ["Code", "Region"]);
            assert_eq!((version("customers"), time("customers"), columns("customers")), (None, None, None));
        });
    }

    #[test]
    fn a_time_that_is_none_is_not_known() {
        for text in ["", "soon", "9223372036854775807"] {
            let host = Host::new().context("table-time/regions", text);
            assert_eq!(host.run(|| time("regions")), None, "{text}");
        }
    }
}
