//! `nozzle new`: a plugin's crate that builds and tests as it is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::ValueEnum;

use super::template::{TemplateFile, check_free, template, write_new};
use crate::show;

/// Make a plugin that builds and tests as it is; nothing is overwritten.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The folder, new or empty; its last part is the plugin's name, kebab-case
    #[arg(value_name = "NAME")]
    folder: PathBuf,
    /// What to begin with
    #[arg(long, value_enum, default_value_t = Template::Custom)]
    template: Template,
    /// The SDK: a folder, or a git repository and its commit as in `https://host/nozzle.git#COMMIT` [default: the SDK
    /// that this nozzle was built with]
    #[arg(long, value_name = "PATH")]
    sdk: Option<String>,
}

const AFTER_HELP: &str = "\
The folder holds:
  src/lib.rs     the plugin, with tests of its own
  nozzle.toml    a pipeline of this plugin alone, with its settings
  sample.jsonl   records to try, some of them bad on purpose; put your own there
  cases/         records with what must become of each, for `nozzle test`
  README.md      what the plugin does, a record before and after, and the commands
  .github/       the same checks in CI

Examples:
  nozzle new big-orders
  nozzle new plugins/add-customer --template enrich
  nozzle new big-orders --sdk https://git.example.com/nozzle.git#8c1f2ab";

/// A plugin to begin with. Its files are those of runtime/cli/templates/plugins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Template {
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
const RUST: &[TemplateFile] = template!("plugins/rust", ["gitignore", "ci.yml"], cases: []);

impl Template {
    fn files(self) -> &'static [TemplateFile] {
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

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Args { folder, template, sdk } = args;
    let name = plugin_name(folder)?;
    check_free(folder)?;
    let sdk = dependency(sdk.as_deref())?;
    for (file, content) in RUST.iter().chain(template.files()) {
        let content = content.replace("{{name}}", &name).replace("{{sdk}}", &sdk);
        write_new(&folder.join(place(file)), &content)?;
    }
    show::line(next_steps(folder, *template))?;
    Ok(ExitCode::SUCCESS)
}

/// Where a template's file goes. The names that tools look for are not in this repository's own tree, where they would
/// find them.
fn place(file: &str) -> &str {
    match file {
        "Cargo.toml.template" => "Cargo.toml",
        "gitignore" => ".gitignore",
        "ci.yml" => ".github/workflows/ci.yml",
        other => other,
    }
}

/// The plugin's name: the last part of its folder.
fn plugin_name(folder: &Path) -> anyhow::Result<String> {
    let absolute = std::path::absolute(folder)?;
    let Some(name) = absolute.file_name().map(|name| name.to_string_lossy()) else {
        bail!("`{}` ends in no name\n  hint: say one, as in `nozzle new my-plugin`", folder.display());
    };
    let trouble = if !is_kebab_case(&name) {
        "is not kebab-case: lower-case letters and digits, parted by hyphens, a letter first"
    } else if is_reserved(&name) {
        "is the name of another crate, or a word that Rust keeps for itself"
    } else if name.len() > LONGEST {
        "is longer than 64 letters"
    } else {
        return Ok(name.into_owned());
    };
    bail!("a plugin cannot have the name `{name}`: it {trouble}\n  hint: say `{}`", proposed(&name));
}

/// Longer than this, a name stands badly in reports.
const LONGEST: usize = 64;

/// Names that make no crate: Rust's own crates and keywords, cargo's folders, and what a plugin depends on.
const RESERVED: &str = "abstract alloc as async await become box break build const continue core crate deps do dyn else \
    enum examples extern false final fn for gen if impl in let loop macro match mod move mut \
    nozzle-sdk override priv proc-macro pub ref return self serde serde-json static std struct \
    super test trait true try type";

fn is_reserved(name: &str) -> bool {
    RESERVED.split(' ').any(|reserved| reserved == name)
}

fn is_kebab_case(name: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('-').all(is_word)
}

/// A name that a plugin may have instead: `MyPlugin_2` becomes `my-plugin-2`.
fn proposed(name: &str) -> String {
    let mut words = String::new();
    let mut before = '-';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            words.push('-');
        }
        words.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' });
        before = letter;
    }
    let words: Vec<&str> =
        words[..words.len().min(LONGEST)].split('-').filter(|word| !word.is_empty()).collect();
    let kebab = words.join("-");
    match kebab.as_str() {
        "" => "my-plugin".to_owned(),
        reserved if is_reserved(reserved) => format!("{kebab}-plugin"),
        _ if is_kebab_case(&kebab) => kebab,
        _ => format!("plugin-{kebab}"),
    }
}

/// What Cargo.toml says of the SDK.
fn dependency(sdk: Option<&str>) -> anyhow::Result<String> {
    match sdk {
        Some(url) if url.contains("://") => git_dependency(url),
        Some(folder) => path_dependency(Path::new(folder)).with_context(|| {
            format!("`{folder}` holds no SDK\n  hint: name the folder `sdk` of a checkout of nozzle, or its git repository")
        }),
        None => path_dependency(Path::new(OWN_SDK)).with_context(|| {
            format!(
                "the SDK that this nozzle was built with is not in `{OWN_SDK}` any more\n  \
                 hint: say where it is: `--sdk PATH`, the folder `sdk` of a checkout, or `--sdk URL#COMMIT`"
            )
        }),
    }
}

/// The SDK of the checkout that this program was built from. It is not published yet.
const OWN_SDK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sdk");

fn git_dependency(url: &str) -> anyhow::Result<String> {
    let Some((repository, commit)) = url.split_once('#').filter(|(_, commit)| !commit.is_empty()) else {
        bail!(
            "`--sdk {url}` names no commit\n  hint: say `{url}#COMMIT`, so that the plugin is built the same tomorrow"
        );
    };
    Ok(format!("{{ git = {}, rev = {} }}", quoted(repository), quoted(commit)))
}

/// `None` where the folder holds no SDK.
fn path_dependency(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let is_sdk = manifest.lines().any(|line| line == r#"name = "nozzle-sdk""#);
    let path = folder.to_str().filter(|_| is_sdk)?;
    Some(format!("{{ path = {} }}", quoted(path)))
}

/// A TOML string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn next_steps(folder: &Path, template: Template) -> String {
    let folder = folder.display();
    let name = template.name();
    format!(
        "\
made `{folder}` from the template `{name}`; its README.md tells what it does

Next:
  cd {folder} && nozzle test && nozzle run sample
  nozzle package"
    )
}

#[cfg(test)]
mod tests {
    use super::super::template::tests::assert_whole;
    use super::*;

    #[test]
    fn a_template_is_all_files_of_its_folder() {
        assert_whole("plugins/rust", RUST);
        for template in Template::value_variants() {
            assert_whole(&format!("plugins/{}", template.name()), template.files());
        }
    }

    #[test]
    fn a_plugin_is_named_for_its_folder() {
        for folder in ["big-orders", "./plugins/big-orders/", "/srv/big-orders"] {
            assert_eq!(plugin_name(Path::new(folder)).unwrap(), "big-orders");
        }
        for (name, proposed) in [
            ("My_Plugin", "my-plugin"),
            ("bigOrders2", "big-orders2"),
            ("HTTPRows", "httprows"),
            ("-a--b-", "a-b"),
            ("2fast", "plugin-2fast"),
            ("é", "my-plugin"),
            ("serde_json", "serde-json-plugin"),
            ("match", "match-plugin"),
        ] {
            let error = plugin_name(Path::new(name)).unwrap_err().to_string();
            assert!(error.ends_with(&format!("\n  hint: say `{proposed}`")), "{error}");
        }
    }

    #[test]
    fn a_proposed_name_is_taken() {
        let long = "long-".repeat(20);
        for name in ["", "a b", "Großhandel", "self", "nozzle_sdk", &*long] {
            let proposed = proposed(name);
            assert_eq!(plugin_name(Path::new(&proposed)).unwrap(), proposed);
        }
    }

    #[test]
    fn the_sdk_may_be_in_a_git_repository() {
        let expected = r#"{ git = "https://git.example.com/nozzle.git", rev = "8c1f2ab" }"#;
        assert_eq!(dependency(Some("https://git.example.com/nozzle.git#8c1f2ab")).unwrap(), expected);
        let error = dependency(Some("ssh://git.example.com/nozzle.git")).unwrap_err().to_string();
        assert!(error.contains("hint: say `ssh://git.example.com/nozzle.git#COMMIT`"), "{error}");
    }
}
