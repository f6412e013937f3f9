//! DynamoDB exports among objects.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::Arc;

use super::{Source, SourceError};
use crate::Object;
use crate::export::{DataFile, Export};

const SUMMARY: &str = "manifest-summary.json";
const FILES: &str = "manifest-files.json";

/// Puts the data files of exports, one export after the other, in the place of all that was found in their folders.
pub(super) fn resolve(source: &Source, objects: Vec<Object>) -> Result<Vec<Object>, SourceError> {
    let places: Vec<String> =
        objects.iter().filter_map(|object| place(&object.name)).map(str::to_owned).collect();
    if places.is_empty() {
        return Ok(objects);
    }
    let mut objects: BTreeMap<String, Object> =
        objects.into_iter().map(|object| (object.name.clone(), object)).collect();
    let mut resolved = Vec::new();
    for place in &places {
        resolved.extend(data_files(source, place, &objects)?);
    }
    for folder in places.iter().flat_map(|place| [place.clone(), shared_data(place)]) {
        objects.retain(|name, _| !is_below(name, &folder));
    }
    resolved.extend(objects.into_values());
    Ok(resolved)
}

/// The folder of the export whose summary this is.
fn place(name: &str) -> Option<&str> {
    name.strip_suffix(SUMMARY)?.strip_suffix('/')
}

/// Incremental exports have their data in one folder beside them.
fn shared_data(place: &str) -> String {
    match place.rsplit_once('/') {
        Some((around, _)) => format!("{around}/data"),
        None => "data".to_owned(),
    }
}

fn is_below(name: &str, folder: &str) -> bool {
    name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The data files of an export, by their names. They are looked for beside the manifest, wherever its folder has been copied to.
fn data_files(
    source: &Source,
    place: &str,
    objects: &BTreeMap<String, Object>,
) -> Result<Vec<Object>, SourceError> {
    let (summary, files) = (format!("{place}/{SUMMARY}"), format!("{place}/{FILES}"));
    let export =
        Export::read(&text(source, &summary)?).map_err(|problem| SourceError::new(&summary, problem))?;
    let export = Arc::new(export);
    let listed =
        DataFile::read_all(&text(source, &files)?).map_err(|problem| SourceError::new(&files, problem))?;
    let (own, shared) = (format!("{place}/data"), shared_data(place));
    // What was listed may be the export's own folder alone.
    let beside = match listed.iter().all(|file| objects.contains_key(&file.below(&own))) {
        true => Vec::new(),
        false => source.all(&shared).unwrap_or_default(),
    };
    let beside: BTreeMap<&str, &Object> = beside.iter().map(|object| (&*object.name, object)).collect();
    let find = |file: &DataFile| {
        let found = objects.get(&file.below(&own)).or_else(|| beside.get(&*file.below(&shared)).copied());
        let missing = || SourceError::new(&file.below(&own), MISSING);
        found.map(|object| Object { export: Some(export.clone()), ..object.clone() }).ok_or_else(missing)
    };
    let mut found = listed.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

const MISSING: &str = "the export's manifest names it, and it is not there\n  \
    hint: copy the export with its folder `data`; that of incremental exports stands beside them";

fn text(source: &Source, name: &str) -> Result<String, SourceError> {
    let mut text = String::new();
    let read = source.open(&source.object(name)?)?.read_to_string(&mut text);
    read.map_err(|error| SourceError::new(name, error.to_string()))?;
    Ok(text)
}
