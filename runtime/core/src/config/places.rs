//! Where each setting of a plugin, or of a block, stands in nozzle.toml.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Place;

/// The lines of a plugin's or a block's settings; none where they stand in no file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsPlaces {
    file: PathBuf,
    /// Each setting and member of a setting, as the names and indices that lead to it, with its line. The settings as a
    /// whole come first.
    lines: Vec<(Vec<String>, usize)>,
}

impl SettingsPlaces {
    /// Settings that stand on one line, as far as anybody knows.
    pub(super) fn whole(place: &Place) -> Self {
        let Some((file, line)) = place.0.clone() else { return Self::default() };
        Self { file, lines: vec![(Vec::new(), line)] }
    }

    /// The settings of each plugin of a document, `None` for one that has none.
    pub(super) fn of(
        file: &Path,
        document: &DeTable<'_>,
        line: &dyn Fn(usize) -> usize,
    ) -> Vec<Option<Self>> {
        let plugins = member(document, "plugin").and_then(|(_, plugins)| plugins.get_ref().as_array());
        let settings = |plugin: &Spanned<DeValue<'_>>| {
            Self::of_block(file, plugin.get_ref().as_table()?, "settings", line)
        };
        plugins.into_iter().flat_map(|plugins| plugins.iter()).map(settings).collect()
    }

    /// The settings of a block, `None` where a table has none of this name.
    pub(super) fn of_block(
        file: &Path,
        table: &DeTable<'_>,
        name: &str,
        line: &dyn Fn(usize) -> usize,
    ) -> Option<Self> {
        let (_, block) = member(table, name)?;
        let mut lines = vec![(Vec::new(), line(block.span().start))];
        add(block.get_ref(), &mut Vec::new(), line, &mut lines);
        Some(Self { file: file.to_owned(), lines })
    }

    /// The place of a setting, or of what is nearest around it, by the names and indices that lead to it.
    pub fn at(&self, path: &[String]) -> Place {
        let line = |path: &[String]| self.lines.iter().find(|(to, _)| to == path).map(|(_, line)| *line);
        let found = (0..=path.len()).rev().find_map(|depth| line(&path[..depth]));
        Place(found.map(|line| (self.file.clone(), line)))
    }

    /// The place of the setting that a plugin's message names in backticks, or of all settings where it names none.
    ///
    /// A message goes from the outer to the inner: `` `settings.columns`: unknown field `x` ``. What stands behind `expected`
    /// is what could have been written.
    pub(crate) fn named_in(&self, message: &str) -> Place {
        let told = message.split(", expected").next().unwrap_or_default();
        let mut at: Vec<String> = Vec::new();
        for name in told.split('`').skip(1).step_by(2) {
            let steps = steps(name);
            let below = |from: &[String], steps: &[String]| [from, steps].concat();
            let without_root = steps.strip_prefix(&["settings".to_owned()][..]).unwrap_or(&steps);
            let ways = [below(&at, &steps), below(&at, without_root)];
            if let Some(found) = ways.into_iter().find(|path| self.has(path)) {
                at = found;
            }
        }
        self.at(&at)
    }

    fn has(&self, path: &[String]) -> bool {
        self.lines.iter().any(|(to, _)| to == path)
    }
}

/// Adds the members of a table and the elements of an array.
fn add(
    value: &DeValue<'_>,
    path: &mut Vec<String>,
    line: &dyn Fn(usize) -> usize,
    lines: &mut Vec<(Vec<String>, usize)>,
) {
    let mut step = |name: String, start: usize, value: &DeValue<'_>| {
        path.push(name);
        lines.push((path.clone(), line(start)));
        add(value, path, line, lines);
        path.pop();
    };
    match value {
        DeValue::Table(table) => {
            table.iter().for_each(|(name, value)| {
                step(name.get_ref().to_string(), name.span().start, value.get_ref());
            });
        }
        DeValue::Array(values) => values.iter().enumerate().for_each(|(index, value)| {
            step(index.to_string(), value.span().start, value.get_ref());
        }),
        _ => {}
    }
}

type Member<'t, 'i> = (&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>);

fn member<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<Member<'t, 'i>> {
    table.iter().find(|(key, _)| key.get_ref() == name)
}

/// A path as the SDK writes it, such as `settings.rules[0]["net.price"]`, as steps.
fn steps(path: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (step, behind) = match rest.strip_prefix('[') {
            Some(inner) => inner.split_once(']').unwrap_or((inner, "")),
            None => rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len())),
        };
        let name = serde_json::from_str::<String>(step);
        steps.push(name.unwrap_or_else(|_| step.to_owned()));
        rest = behind.strip_prefix('.').unwrap_or(behind);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"version = 1
[[plugin]]
use = "a"
[[plugin]]
use = "b"
[plugin.settings]
table = "regions"
rules = [
  { column = "a" },
  { column = "b" },
]
[plugin.settings.columns]
"net.price" = "double"
copy = "table"
"#;

    fn places() -> SettingsPlaces {
        let document = DeTable::parse(CONFIG).unwrap();
        let line = |offset: usize| 1 + CONFIG[..offset].matches('\n').count();
        let mut places = SettingsPlaces::of(Path::new("n.toml"), document.get_ref(), &line);
        assert_eq!((places.len(), places.remove(0)), (2, None));
        places.remove(0).unwrap()
    }

    #[test]
    fn a_message_leads_to_the_line_of_the_setting_it_names() {
        for (message, line) in [
            ("it does not like them", 6),
            ("`settings.table`: invalid type", 7),
            ("`settings.rules[1].column`: invalid type", 10),
            (r#"`settings.columns["net.price"]`: unknown variant `dubble`"#, 13),
            ("`settings.columns`: unknown field `copy`, expected `table`", 14),
            ("`settings`: unknown field `colums`, expected one of `columns`, `table`", 6),
            ("`rules` names no column", 8),
            ("`table` names `regions`, which `columns` does not know", 7),
        ] {
            assert_eq!(places().named_in(message).to_string(), format!("n.toml:{line}: "), "{message}");
        }
    }

    #[test]
    fn what_is_not_there_has_the_place_of_what_is_around_it() {
        let path = ["columns", "price", "type"].map(str::to_owned);
        assert_eq!(places().at(&path).to_string(), "n.toml:12: ");
        assert_eq!(SettingsPlaces::default().at(&path).to_string(), "");
    }
}
