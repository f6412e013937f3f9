//! `[objects]`: whether prefix, format and schema are what they should be.

use anyhow::anyhow;
use nozzle_objects::Plan;
use nozzle_runtime::Config;

use super::Finding;

/// Looks at what becomes of whole objects, where nozzle.toml says it.
pub(crate) fn objects(config: &Config, found: &mut Vec<Finding>) {
    let Some(objects) = &config.objects else { return };
    match Plan::of(objects) {
        Err(problem) => found.push(Finding::told("objects", &anyhow!(problem))),
        Ok(plan) if !plan.to.starts_with("s3://") => found.push(Finding::note(
            "objects",
            format!("{}rows go to the folder `{}`", objects.place("to"), plan.to),
            "fit for `nozzle backfill`; a Lambda writes to no folder beside nozzle.toml: `s3://BUCKET/PREFIX/`",
        )),
        Ok(plan) => {
            let form = if plan.parquet.is_some() { "Parquet" } else { "JSON Lines" };
            found.push(Finding::ok("objects", format!("objects: {form} to {}{}", plan.to, plan.prefix)));
        }
    }
}
