//! A bootstrap without S3: it knows an event that names objects, and says the way out.

use std::sync::Arc;
use std::time::Instant;

use lambda_runtime::Diagnostic;
use nozzle_runtime::config::ObjectsConfig;
use nozzle_runtime::{Config, Transform};

use super::event::Named;
use super::{not_configured, refused};
use crate::log::Ids;

/// What answers events that name objects.
pub(crate) struct Objects<'a>(Option<&'a ObjectsConfig>);

impl<'a> Objects<'a> {
    pub(crate) fn new(config: Option<&'a ObjectsConfig>, _: &'a Arc<Transform>) -> Self {
        Self(config)
    }

    pub(crate) fn answer(&self, _: &[Named], ids: Ids<'_>, _: Instant) -> Result<Vec<u8>, Diagnostic> {
        self.0.ok_or_else(|| not_configured(ids))?;
        let problem =
            "this bootstrap reads no objects; hint: pack `bootstrap-s3`, as `nozzle package` does by itself";
        Err(refused(ids, "objects.no-s3", problem.to_owned()))
    }
}

/// Nothing here works by these settings.
pub(crate) fn check(_: &Config) -> Result<(), String> {
    Ok(())
}
