//! The documentation: what it promises to list in full, its commands, its links.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use nozzle_tests::{bless, headline, root};

use crate::architecture::sources;
use crate::parity::python_is_here;
use crate::walk::Walk;

/// Whether a text is one of the host's codes, such as `record.no-data`; `response.json` is a file.
fn is_code(text: &str) -> bool {
    let (area, name) = text.split_once('.').unwrap_or_default();
    name != "json"
        && ["record", "plugin", "response", "invocation"].contains(&area)
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// The texts of all Rust files below a folder.
fn texts(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    sources(&root().join(folder), &mut found);
    found.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn every_code_of_the_host_is_explained_and_no_other() {
    let folders = ["runtime/core/src", "runtime/lambda/src"].map(texts);
    let literals = folders.iter().flatten().flat_map(|text| text.split('"'));
    let found: BTreeSet<String> = literals.filter(|text| is_code(text)).map(str::to_owned).collect();
    assert!(found.len() > 15, "{found:?}");
    let page = fs::read_to_string(root().join("FAILURES.md")).unwrap();
    let section = page.split("\n## Limits").next().unwrap();
    let explained: BTreeSet<String> =
        section.split('`').skip(1).step_by(2).filter(|text| is_code(text)).map(str::to_owned).collect();
    assert_eq!(explained, found, "left what FAILURES.md explains, right what there is");
}

/// The members of a struct `Raw...`, which is what nozzle.toml may have, by the names that they have there.
fn keys(members: &str) -> Vec<String> {
    let mut renamed = None;
    let mut keys = Vec::new();
    for line in members.lines().take_while(|line| *line != "}") {
        if let Some((_, name)) = line.split_once("(rename = \"") {
            renamed = name.split('"').next();
        } else if let Some((member, _)) =
            line.trim().split_once(": ").filter(|(member, _)| !member.starts_with('/'))
        {
            keys.push(renamed.take().or(member.split(' ').next_back()).unwrap().to_owned());
        }
    }
    keys
}

#[test]
fn every_key_of_nozzle_toml_is_explained() {
    let page = fs::read_to_string(root().join("CONFIGURATION.md")).unwrap();
    let texts = texts("runtime/core/src/config");
    let found: Vec<String> =
        texts.iter().flat_map(|text| text.split("struct Raw").skip(1).flat_map(keys)).collect();
    assert!(found.len() > 25, "{found:?}");
    let is_missing =
        |key: &&String| !page.contains(&format!("`{key}`")) && !page.contains(&format!("[{key}]"));
    let missing: Vec<&String> = found.iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "CONFIGURATION.md does not have {missing:?}");
}

#[test]
fn the_readme_lists_the_ready_plugins() {
    let table = crate::stdout(&crate::nozzle(&["plugins", "--markdown"], b""));
    bless::assert_part(&root().join("README.md"), "<!-- written by `nozzle plugins --markdown` -->", &table);
}

#[test]
fn the_readme_shows_the_figures_that_were_measured() {
    bless::assert_part(&root().join("README.md"), headline::BEGIN, &headline::expected().unwrap());
}

#[test]
fn the_demo_shows_what_the_readme_says() {
    let config = root().join("tests/pipelines/orders-cdc/demo.toml");
    let event = crate::sample("demo");
    let ran = crate::nozzle(&["run", event.to_str().unwrap(), "--config", config.to_str().unwrap()], b"");
    let shown = crate::stdout(&ran) + &crate::stderr(&ran);
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let text = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let told = text.lines().filter(|line| !line.contains("...") && !line.starts_with("time per record"));
    let missing: Vec<&str> = told.filter(|line| !shown.contains(line.trim_end())).collect();
    assert!(missing.is_empty(), "README.md shows {missing:#?}, but it is\n{shown}");
}

#[test]
fn the_page_of_costs_has_the_tables_of_its_calculator() {
    if !python_is_here() {
        return;
    }
    let mut python = Command::new("python3");
    python.arg(root().join("benches/cost.py")).arg(if bless::is_on() { "--write" } else { "--check" });
    let ran = python.output().expect("python3 runs");
    assert!(ran.status.success(), "{}", crate::stderr(&ran));
}

#[test]
fn the_page_of_the_commands_has_every_command_and_no_other() {
    let help = crate::stdout(&crate::nozzle(&["--help"], b""));
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let name = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    let commands: BTreeSet<String> = listed.lines().map(name).filter(|name| name != "help").collect();
    let page = fs::read_to_string(root().join("runtime/cli/README.md")).unwrap();
    let word = |row: &str| row.split([' ', '`']).next().unwrap().to_owned();
    let shown: BTreeSet<String> = page.split("\n| `nozzle ").skip(1).map(word).collect();
    assert_eq!(shown, commands);
}

/// The pages whose console blocks are run here, each with what is done before.
const WALKED: [(&str, &str); 10] = [
    ("README.md", ""),
    ("CONFIGURATION.md", ""),
    ("runtime/cli/README.md", ""),
    ("runtime/local/README.md", ""),
    (
        "runtime/objects/README.md",
        "nozzle init orders-cdc && cd orders-cdc || exit
        nozzle dev sample.jsonl --once || exit
        nozzle generate orders --count 1000 > orders.jsonl
        nozzle generate sales --count 100 > sales.csv
        nozzle schema infer orders.jsonl > orders.schema.json
        cp -r \"$ROOT/tests/fixtures/dynamodb-exports/AWSDynamoDB\" .
        export AWS_ENDPOINT_URL_FIREHOSE=http://127.0.0.1:4573 AWS_REGION=us-east-1
        export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
        nozzle dev &",
    ),
    ("runtime/cli/templates/pipelines/ecommerce/README.md", "nozzle init ecommerce && cd ecommerce"),
    ("runtime/cli/templates/pipelines/empty/README.md", "nozzle init empty && cd empty"),
    ("runtime/cli/templates/pipelines/orders-cdc/README.md", "nozzle init orders-cdc && cd orders-cdc"),
    ("runtime/cli/templates/pipelines/region-sales/README.md", "nozzle init region-sales && cd region-sales"),
    ("runtime/cli/templates/pipelines/ticker/README.md", "nozzle init ticker && cd ticker"),
];

/// Who runs the console blocks of the others: `guide`, `new` and `languages` here, `make test-pipelines`.
const RUN_ELSEWHERE: [&str; 3] = ["sdk/guide/", "runtime/cli/templates/plugins/", "tests/pipelines/"];

#[test]
fn every_command_that_a_page_shows_works() {
    for (page, setup) in WALKED {
        let mut walk = Walk::new(setup);
        walk.add(&fs::read_to_string(root().join(page)).unwrap());
        let wrong = walk.wrong();
        assert!(walk.len() > 0 && wrong.is_empty(), "{page}: {}", wrong.join("\n"));
    }
}

#[test]
fn every_console_block_is_run_by_a_test() {
    let has_console = |page: &str| fs::read_to_string(root().join(page)).unwrap().contains("```console\n");
    let is_run_here = |page: &str| WALKED.iter().any(|(walked, _)| *walked == page);
    let is_run =
        |page: &str| is_run_here(page) || RUN_ELSEWHERE.iter().any(|folder| page.starts_with(folder));
    let left: Vec<String> = pages().into_iter().filter(|page| has_console(page) && !is_run(page)).collect();
    assert!(left.is_empty(), "nothing runs {left:?}; what needs AWS, a network or `make` is a block of `sh`");
}

/// Every page of the repository, by its path.
fn pages() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = entry.file_name().unwrap().to_str().unwrap();
            if entry.is_dir() && !name.starts_with('.') && !["target", "node_modules", "dist"].contains(&name)
            {
                folders.push(entry);
            } else if name.ends_with(".md") {
                found.push(entry.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found
}

/// A page without its blocks and its code.
fn prose(page: &str) -> String {
    let is_prose = |(number, _): &(usize, &str)| number % 2 == 0;
    let text: String = page.split("\n```").enumerate().filter(is_prose).map(|(_, text)| text).collect();
    text.split('`').enumerate().filter(is_prose).map(|(_, text)| text).collect()
}

/// The anchor that a heading has.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().chars();
    let kept = kept.filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// What a page links: inline, by reference, pictures.
fn links(prose: &str) -> Vec<&str> {
    let behind = |mark: &'static str, end: &'static str| {
        prose.split(mark).skip(1).map(move |rest| rest.split(|c: char| end.contains(c)).next().unwrap())
    };
    let links = behind("](", ")")
        .chain(behind("]: ", "\n"))
        .chain(behind("src=\"", "\""))
        .chain(behind("srcset=\"", "\""));
    links.filter(|link| !link.contains("://")).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let file = root().join(&page);
        let text = fs::read_to_string(&file).unwrap();
        for link in links(&prose(&text)) {
            let (path, wanted) = link.split_once('#').unwrap_or((link, ""));
            let target: PathBuf =
                if path.is_empty() { file.clone() } else { file.parent().unwrap().join(path) };
            let has_anchor = || {
                let text = fs::read_to_string(&target).unwrap_or_default();
                text.lines().any(|line| line.starts_with('#') && anchor(line) == wanted)
            };
            if !target.exists() || !wanted.is_empty() && !has_anchor() {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_target_of_make_that_a_page_names_is_there() {
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    for page in pages() {
        let text = fs::read_to_string(root().join(&page)).unwrap();
        for named in text.split("`make ").skip(1) {
            let target = named.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap();
            assert!(makefile.contains(&format!("\n{target}:")), "{page}: make {target}");
        }
    }
}
