//! A JSON text taken apart: every scalar with the place where it stands.

use indexmap::IndexMap;
use nozzle_sdk::settings::Ordered;
use serde_json::value::RawValue;

/// The scalars of a JSON text as they are written, by place, such as `rows[0].price`. Empty objects and arrays count as
/// scalars; of members of one name the last is kept.
pub(super) type Leaves = IndexMap<String, String>;

/// Takes a text apart; `None` when it is not JSON.
pub(super) fn leaves(text: &str) -> Option<Leaves> {
    let mut found = Leaves::new();
    visit(String::new(), serde_json::from_str(text).ok()?, &mut found);
    Some(found)
}

fn visit(place: String, value: &RawValue, found: &mut Leaves) {
    let text = value.get();
    let members: Vec<(String, &RawValue)> = match text.as_bytes().first() {
        Some(b'{') => {
            serde_json::from_str::<Ordered<&RawValue>>(text).map(|members| members.0).unwrap_or_default()
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
            items.into_iter().enumerate().map(|(index, item)| (format!("[{index}]"), item)).collect()
        }
        _ => Vec::new(),
    };
    if members.is_empty() {
        found.insert(place, text.to_owned());
        return;
    }
    for (name, member) in members {
        let dot = if place.is_empty() || name.starts_with('[') { "" } else { "." };
        visit(format!("{place}{dot}{name}"), member, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_have_places() {
        let text = r#"{"rows":[{"a":1.50,"b":{}},[]],"c":"x"}"#;
        let found: Vec<(String, String)> = leaves(text).unwrap().into_iter().collect();
        let expected = [("rows[0].a", "1.50"), ("rows[0].b", "{}"), ("rows[1]", "[]"), ("c", "\"x\"")];
        assert_eq!(found, expected.map(|(place, text)| (place.to_owned(), text.to_owned())));
        assert_eq!(leaves("{"), None);
    }
}
