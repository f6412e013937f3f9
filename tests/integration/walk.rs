//! A reader who does everything that a page says: writes its files, runs its commands, and looks whether they print what it shows.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use nozzle_tests::{built, root};

/// A command with the lines that the page shows of what it prints.
struct Step {
    command: String,
    shown: Vec<String>,
}

/// What pages ask their reader to do, in one folder.
pub(crate) struct Walk {
    /// Where `nozzle dev` listens, in the place of 4573.
    port: u16,
    script: String,
    steps: Vec<Step>,
}

impl Walk {
    /// Begins with commands that no page shows.
    pub(crate) fn new(setup: &str) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).unwrap();
        let mut walk = Walk { port: free.port(), script: String::new(), steps: Vec::new() };
        walk.script = format!("ROOT='{}'\n{}", root().display(), walk.here(&walk.with_port(setup)));
        walk
    }

    /// Adds a page: each block behind `<!-- file: NAME -->` is written to that file, each console block run.
    pub(crate) fn add(&mut self, page: &str) {
        let page = self.with_port(page);
        let mut file = None;
        let mut lines = page.lines();
        while let Some(line) = lines.next() {
            if let Some(name) = line.strip_prefix("<!-- file: ") {
                file = name.strip_suffix(" -->");
            } else if let Some(language) = line.strip_prefix("```") {
                let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                match file.take() {
                    Some(name) => self.write(name, &block),
                    None if language == "console" => self.console(&block),
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

    /// A line that ends with a backslash goes on.
    fn console(&mut self, block: &[&str]) {
        let first = self.steps.len();
        for line in block {
            match (line.strip_prefix("$ "), self.steps[first..].last_mut()) {
                (Some(command), _) => {
                    self.steps.push(Step { command: command.to_owned(), shown: Vec::new() });
                }
                (None, Some(step)) if step.command.ends_with('\\') => step.command += &format!("\n{line}"),
                (None, last) => last.unwrap().shown.push((*line).to_owned()),
            }
        }
        for (number, step) in self.steps.iter().enumerate().skip(first) {
            let command = self.here(&step.command);
            let _ = writeln!(
                self.script,
                "{{ {command}}} >\"$OUT/{number}\" 2>&1; echo $? >\"$OUT/{number}.code\""
            );
        }
    }

    /// Commands whose `nozzle dev` ends where its reader would end it, and listens on any port: the walk's, if it goes on in the background.
    fn here(&self, commands: &str) -> String {
        let here = |command: &str| {
            if command.ends_with('&') {
                let port = self.port;
                let dev = command.replace("nozzle dev", &format!("nozzle dev --listen 127.0.0.1:{port}"));
                let until = format!("(: <>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && break");
                return format!("{dev}\nfor _ in {{1..100}}; do {until}; sleep 0.1; done\n");
            }
            // In the foreground: else a signal comes twice, to the program and to its group.
            let before =
                if command.contains("--once") { "" } else { "timeout --foreground --preserve-status 2 " };
            command.replace("nozzle dev", &format!("{before}nozzle dev --listen 127.0.0.1:0")) + "\n"
        };
        commands.lines().map(here).collect()
    }

    /// A text with the port of this walk.
    fn with_port(&self, text: &str) -> String {
        text.replace("127.0.0.1:4573", &format!("127.0.0.1:{}", self.port))
    }

    /// Does all of it. Gives what is not as the pages say.
    #[expect(clippy::disallowed_methods, reason = "the programs that pages run")]
    pub(crate) fn wrong(&self) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let out = tempfile::tempdir().unwrap();
        built::bootstrap(); // `nozzle package` looks for it beside `nozzle`.
        let bin = built::nozzle().parent().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let ran = Command::new("bash")
            .args(["-c", &format!("{}kill $(jobs -p) 2>/dev/null; wait", self.script)])
            .current_dir(folder.path())
            .env("PATH", path)
            .env("OUT", out.path())
            .env("NOZZLE_CACHE", root().join("target/nozzle-cache"))
            .env("CARGO_TARGET_DIR", root().join("target/templates"))
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let steps = self.steps.iter().enumerate();
        steps.filter_map(|(number, step)| wrong(out.path(), number, step)).collect()
    }

    /// How many commands there are.
    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }
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
