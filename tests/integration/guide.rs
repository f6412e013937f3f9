//! Every file and every command of the SDK's guide, page by page, in one folder.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use nozzle_tests::{built, root};

/// The pages in their order, as the guide's own page lists them.
fn pages() -> Vec<String> {
    let contents = fs::read_to_string(root().join("sdk/src/guide.rs")).unwrap();
    let page = |rest: &str| rest.split_once(".md\")]").map(|(name, _)| name.to_owned());
    contents.split("../guide/").filter_map(page).collect()
}

/// A command with the lines that the page shows of what it prints.
struct Step {
    command: String,
    shown: Vec<String>,
}

/// What a page asks its reader to do.
#[derive(Default)]
struct Todo {
    script: String,
    steps: Vec<Step>,
}

impl Todo {
    /// Adds a page: each block behind `<!-- file: NAME -->` is written to that file, each console block run.
    fn add(&mut self, page: &str) {
        let mut file = None;
        let mut lines = page.lines();
        while let Some(line) = lines.next() {
            if let Some(name) = line.strip_prefix("<!-- file: ") {
                file = name.strip_suffix(" -->");
            } else if let Some(language) = line.strip_prefix("```") {
                let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                match file.take() {
                    Some(name) => self.write(name, &block),
                    None if language == "console" => self.run(&block),
                    None => {}
                }
            }
        }
    }

    fn write(&mut self, file: &str, block: &[&str]) {
        let text = block.iter().fold(String::new(), |text, line| text + line + "\n");
        let folder = Path::new(file).parent().unwrap().display();
        let _ =
            write!(self.script, "mkdir -p './{folder}'\ncat > '{file}' <<'END OF FILE'\n{text}END OF FILE\n");
    }

    fn run(&mut self, block: &[&str]) {
        for line in block {
            match line.strip_prefix("$ ") {
                Some(command) => self.steps.push(Step { command: command.to_owned(), shown: Vec::new() }),
                None => self.steps.last_mut().unwrap().shown.push((*line).to_owned()),
            }
        }
        let added = block.iter().filter(|line| line.starts_with("$ ")).count();
        let first = self.steps.len() - added;
        for (number, step) in self.steps.iter().enumerate().skip(first) {
            let command = &step.command;
            let _ = write!(
                self.script,
                "{{ {command}\n}} >\"$OUT/{number}\" 2>&1; echo $? >\"$OUT/{number}.code\"\n"
            );
        }
    }
}

/// Whether a line is printed that begins so; `...` stands for anything.
fn shows(printed: &str, begin: &str) -> bool {
    let (first, others) = begin.split_once("...").unwrap_or((begin, ""));
    let is_like = |line: &str| {
        let Some(mut rest) = line.strip_prefix(first) else { return false };
        others.split("...").all(|part| {
            let found = rest.find(part);
            rest = &rest[found.map_or(0, |at| at + part.len())..];
            found.is_some()
        })
    };
    printed.lines().any(is_like)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the programs that the guide runs")]
fn every_step_of_the_guide_works() {
    let folder = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    let mut todo = Todo::default();
    for page in pages() {
        todo.add(&fs::read_to_string(root().join("sdk/guide").join(page + ".md")).unwrap());
    }
    assert!(todo.steps.len() > 20);
    built::bootstrap(); // `nozzle package` looks for it beside `nozzle`.
    let bin = built::nozzle().parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let ran = Command::new("bash")
        .args(["-c", &todo.script])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("OUT", out.path())
        .env("NOZZLE_CACHE", root().join("target/nozzle-cache"))
        .env("CARGO_TARGET_DIR", root().join("target/templates"))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let wrong: Vec<String> =
        todo.steps.iter().enumerate().filter_map(|(number, step)| wrong(out.path(), number, step)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is not as the page says.
fn wrong(out: &Path, number: usize, step: &Step) -> Option<String> {
    let printed = fs::read_to_string(out.join(number.to_string())).unwrap();
    let code = fs::read_to_string(out.join(format!("{number}.code"))).unwrap();
    let fails = step.shown.iter().any(|line| line.starts_with("error:"));
    let missing: Vec<&String> = step.shown.iter().filter(|line| !shows(&printed, line)).collect();
    let is_right = (code.trim() != "0") == fails && missing.is_empty();
    let Step { command, .. } = step;
    (!is_right).then(|| format!("$ {command}\nexit code {code}does not show {missing:#?}\nbut\n{printed}"))
}
