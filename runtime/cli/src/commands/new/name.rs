//! What a plugin may be called.

use std::path::Path;

use anyhow::bail;
use nozzle_runtime::is_kebab;

/// The plugin's name: the last part of its folder.
pub(super) fn plugin_name(folder: &Path) -> anyhow::Result<String> {
    let absolute = std::path::absolute(folder)?;
    let Some(name) = absolute.file_name().map(|name| name.to_string_lossy()) else {
        bail!("`{}` ends in no name\n  hint: say one, as in `nozzle new my-plugin`", folder.display());
    };
    let trouble = if name.len() > LONGEST {
        "is longer than 64 letters"
    } else if !is_kebab_case(&name) {
        "is not kebab-case: lower-case letters and digits, parted by hyphens, a letter first"
    } else if is_reserved(&name) {
        "is the name of another crate, or a word that Rust keeps for itself"
    } else {
        return Ok(name.into_owned());
    };
    bail!("a plugin cannot have the name `{name}`: it {trouble}\n  hint: say `{}`", proposed(&name));
}

/// What the contract takes as a name, in bytes.
const LONGEST: usize = 64;

/// Names that make no crate: Rust's own crates and keywords, cargo's folders, and what a plugin depends on.
const RESERVED: &str = "abstract alloc as async await become box break build const continue core crate deps do dyn else \
    enum examples extern false final fn for gen if impl in let loop macro match mod move mut \
    nozzle-sdk override priv proc-macro pub ref return self serde serde-json static std struct \
    super test trait true try type";

fn is_reserved(name: &str) -> bool {
    RESERVED.split(' ').any(|reserved| reserved == name)
}

/// A crate's name does not begin with a digit.
fn is_kebab_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase()) && is_kebab(name)
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
