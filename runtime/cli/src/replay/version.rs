//! Objects by what tells their versions apart.

use std::collections::HashSet;

use nozzle_objects::{Object, Source};
use serde::{Deserialize, Serialize};

/// An object in one version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Version {
    /// As it was named.
    pub(crate) name: String,
    /// Its only name: an absolute path, or `s3://bucket/key`.
    pub(crate) identity: String,
    pub(crate) size: u64,
    modified_ms: u64,
    pub(crate) tag: Option<String>,
}

impl Version {
    fn of(object: Object) -> Self {
        let Object { name, size, modified_ms, tag, .. } = object;
        let path = std::fs::canonicalize(&name);
        let identity = path.map_or_else(|_| name.clone(), |path| path.to_string_lossy().into_owned());
        Self { name, identity, size, modified_ms, tag }
    }

    /// All objects that are named, each once.
    pub(crate) fn list(source: &Source, inputs: &[String]) -> anyhow::Result<Vec<Self>> {
        let (mut versions, mut known) = (Vec::new(), HashSet::new());
        for input in inputs {
            let listed = source.list(input)?.into_iter().map(Self::of);
            versions.extend(listed.filter(|version| known.insert(version.identity.clone())));
        }
        Ok(versions)
    }

    /// As it is opened.
    pub(crate) fn object(&self) -> Object {
        let Self { name, size, modified_ms, tag, .. } = self.clone();
        Object { name, size, modified_ms, tag, export: None }
    }

    /// Whether an object is this version.
    pub(crate) fn is(&self, object: &Object) -> bool {
        (self.size, self.modified_ms, &self.tag) == (object.size, object.modified_ms, &object.tag)
    }

    /// Whether both are the same version of the same object.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.identity == other.identity && self.is(&other.object())
    }
}
