//! Where the SDK is that a new plugin is built with.

use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::json;

/// What Cargo.toml says of the SDK. JSON's strings are TOML's.
pub(super) fn dependency(sdk: Option<&str>) -> anyhow::Result<String> {
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
    Ok(format!("{{ git = {}, rev = {} }}", json!(repository), json!(commit)))
}

/// `None` where the folder holds no SDK.
fn path_dependency(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let is_sdk = manifest.lines().any(|line| line == r#"name = "nozzle-sdk""#);
    let path = folder.to_str().filter(|_| is_sdk)?;
    Some(format!("{{ path = {} }}", json!(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_may_be_in_a_git_repository() {
        let expected = r#"{ git = "https://git.example.com/nozzle.git", rev = "8c1f2ab" }"#;
        assert_eq!(dependency(Some("https://git.example.com/nozzle.git#8c1f2ab")).unwrap(), expected);
        let error = dependency(Some("ssh://git.example.com/nozzle.git")).unwrap_err().to_string();
        assert!(error.contains("hint: say `ssh://git.example.com/nozzle.git#COMMIT`"), "{error}");
    }
}
