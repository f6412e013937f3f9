//! The plugins to begin with.

use clap::ValueEnum;

use super::super::template::{TemplateFile, template};

/// A plugin in Rust to begin with. Its files are those of runtime/cli/templates/plugins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Template {
    /// Adds a column to JSON rows: the smallest
    Custom,
    /// Keeps orders over a least price, and drops the others
    Filter,
    /// Change records of DynamoDB, Debezium or AWS DMS to typed rows
    Flatten,
    /// Looks products up in a reference table, and counts those that are not there
    Enrich,
    /// Says where rows go: partition keys of S3, or an Iceberg table
    Route,
}

/// What every plugin in Rust has.
pub(super) const RUST: &[TemplateFile] = template!("plugins/rust", ["gitignore", "ci.yml"], cases: []);

impl Template {
    pub(super) fn files(self) -> &'static [TemplateFile] {
        match self {
            Self::Custom => template!(
                "plugins/custom",
                [
                    "Cargo.toml.template",
                    "README.md",
                    "nozzle.toml",
                    "sample.jsonl",
                    "src/lib.rs",
                    "cases/added/case.toml",
                    "cases/other-settings/settings.json",
                ],
                cases: ["added", "refused", "other-settings"]
            ),
            Self::Filter => template!(
                "plugins/filter",
                [
                    "Cargo.toml.template",
                    "README.md",
                    "nozzle.toml",
                    "sample.jsonl",
                    "src/lib.rs",
                    "cases/kept-and-dropped/case.toml",
                    "cases/other-settings/settings.json",
                ],
                cases: ["kept-and-dropped", "refused", "other-settings"]
            ),
            Self::Flatten => template!(
                "plugins/flatten",
                [
                    "Cargo.toml.template",
                    "README.md",
                    "nozzle.toml",
                    "sample.jsonl",
                    "src/lib.rs",
                    "cases/changes/case.toml",
                    "cases/deletes-dropped/settings.json",
                ],
                cases: ["changes", "refused", "deletes-dropped"]
            ),
            Self::Enrich => template!(
                "plugins/enrich",
                [
                    "Cargo.toml.template",
                    "README.md",
                    "nozzle.toml",
                    "products.csv",
                    "sample.jsonl",
                    "src/lib.rs",
                    "cases/found-and-missed/case.toml",
                    "cases/misses-fail/settings.json",
                    "cases/other-table/tables/products.csv",
                ],
                cases: ["found-and-missed", "refused", "misses-fail", "other-table"]
            ),
            Self::Route => template!(
                "plugins/route",
                [
                    "Cargo.toml.template",
                    "README.md",
                    "nozzle.toml",
                    "sample.jsonl",
                    "src/lib.rs",
                    "cases/partitioned/case.toml",
                    "cases/iceberg/settings.json",
                ],
                cases: ["partitioned", "refused", "iceberg"]
            ),
        }
    }
}

/// The plugin in JavaScript.
pub(super) const JAVASCRIPT: &[TemplateFile] = template!(
    "plugins/javascript",
    [
        "gitignore",
        "ci.yml",
        "README.md",
        "nozzle.toml",
        "sample.jsonl",
        "cases/other-settings/settings.json",
        "package.json",
        "index.js",
        "nozzle.js",
    ],
    cases: ["kept-and-dropped", "refused", "other-settings"]
);

/// The plugin in Python.
pub(super) const PYTHON: &[TemplateFile] = template!(
    "plugins/python",
    [
        "gitignore",
        "ci.yml",
        "README.md",
        "nozzle.toml",
        "sample.jsonl",
        "cases/other-settings/settings.json",
        "pyproject.toml",
        "requirements.txt",
        "app.py",
        "nozzle.py",
    ],
    cases: ["kept-and-dropped", "refused", "other-settings"]
);

/// The plugin in C.
pub(super) const C: &[TemplateFile] = template!(
    "plugins/c",
    [
        "gitignore",
        "ci.yml",
        "README.md",
        "nozzle.toml",
        "sample.jsonl",
        "cases/other-settings/settings.json",
        "requirements.txt",
        "plugin.c",
    ],
    cases: ["kept-and-dropped", "refused", "other-settings"]
);

/// Where a template's file goes. The names that tools look for are not in this repository's own tree, where they would
/// find them.
pub(super) fn place(file: &str) -> &str {
    match file {
        "Cargo.toml.template" => "Cargo.toml",
        "gitignore" => ".gitignore",
        "ci.yml" => ".github/workflows/ci.yml",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::template::tests::assert_whole;
    use super::*;

    #[test]
    fn a_template_is_all_files_of_its_folder() {
        assert_whole("plugins/rust", RUST);
        for template in Template::value_variants() {
            let folder = template.to_possible_value().unwrap();
            assert_whole(&format!("plugins/{}", folder.get_name()), template.files());
        }
        for (folder, files) in [("javascript", JAVASCRIPT), ("python", PYTHON), ("c", C)] {
            assert_whole(&format!("plugins/{folder}"), files);
        }
    }
}
