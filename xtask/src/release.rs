//! `cargo xtask release CRATE VERSION`: moves a crate's version and its changelog.

use std::fs;

use crate::ci;
use crate::repo;
use crate::{Failure, Outcome};

const UNRELEASED: &str = "## Unreleased";

/// The end of the addresses that stand for those that are yet to be.
const NOWHERE: &str = "tress.example";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let [name, version] = arguments else {
        return Err(Failure::Usage("a crate and a version".to_owned()));
    };
    if !is_version(version) {
        return Err(Failure::Usage(format!(
            "`{version}` is no version: three numbers with dots"
        )));
    }
    if !ci::is_clean() {
        return Err("the tree has changes: commit them first".to_owned().into());
    }
    for name in ["Cargo.toml", "SECURITY.md"] {
        let path = repo::root().join(name);
        let text = fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
        has_home(name, &text)?;
    }
    let role = name.strip_prefix("tress-").unwrap_or(name);
    let folder = repo::root().join("crates").join(role);
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let manifest = bumped(&read("Cargo.toml")?, version)?;
    let changelog = dated(&read("CHANGELOG.md")?, version)?;
    for (name, text) in [("Cargo.toml", manifest), ("CHANGELOG.md", changelog)] {
        fs::write(folder.join(name), text).map_err(|error| format!("{role}/{name}: {error}"))?;
    }
    println!("tress-{role} is {version} in its manifest and its changelog. Look at it, then:");
    println!("  cargo update -p tress-{role} && git commit -am 'Release tress-{role} {version}'");
    println!("  git tag tress-{role}-{version} && cargo publish -p tress-{role}");
    Ok(())
}

/// What the project says of where it is, which must be a place that exists.
fn has_home(name: &str, text: &str) -> Result<(), String> {
    match text.lines().position(|line| line.contains(NOWHERE)) {
        Some(line) => Err(format!(
            "{name}:{}: `{NOWHERE}` is reserved for examples: say where the project really is",
            line + 1
        )),
        None => Ok(()),
    }
}

fn is_version(version: &str) -> bool {
    let parts: Vec<&str> = version.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| part.parse::<u32>().is_ok())
}

/// The manifest with the new version, which must be a later one.
fn bumped(manifest: &str, version: &str) -> Result<String, String> {
    let line = manifest
        .lines()
        .find(|line| line.starts_with("version = \""));
    let line = line.ok_or("the manifest has no version line")?;
    let present = line.trim_start_matches("version = ").trim_matches('"');
    let numbers = |text: &str| {
        text.split('.')
            .map(str::parse)
            .collect::<Result<Vec<u32>, _>>()
    };
    if numbers(present).ok() >= numbers(version).ok() {
        return Err(format!("{version} does not come after {present}"));
    }
    Ok(manifest.replacen(line, &format!("version = \"{version}\""), 1))
}

/// The changelog with what was unreleased under the new version.
fn dated(changelog: &str, version: &str) -> Result<String, String> {
    let (before, after) = changelog
        .split_once(UNRELEASED)
        .ok_or_else(|| format!("the changelog has no `{UNRELEASED}`"))?;
    let entries = after.split("\n## ").next().unwrap_or_default();
    if entries.trim().is_empty() {
        return Err("the changelog says nothing under Unreleased: write what changed".to_owned());
    }
    Ok(format!("{before}{UNRELEASED}\n\n## {version}{after}"))
}

#[cfg(test)]
mod tests {
    use super::{bumped, dated, has_home, is_version};

    #[test]
    fn no_release_is_made_from_nowhere() {
        let said = has_home(
            "Cargo.toml",
            "a\nrepository = \"https://tress.example/x\"\n",
        );
        assert!(said.is_err_and(|error| error.starts_with("Cargo.toml:2: ")));
        assert_eq!(
            has_home("Cargo.toml", "repository = \"https://h/x\"\n"),
            Ok(())
        );
    }

    #[test]
    fn a_version_is_three_numbers() {
        assert!(is_version("0.10.2"));
        for wrong in ["1.0", "1.0.x", "v1.0.0", ""] {
            assert!(!is_version(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_version_only_grows() {
        let manifest =
            "[package]\nversion = \"0.9.0\"\n[dependencies]\na = { version = \"0.9.0\" }\n";
        let expected = manifest.replacen("0.9.0", "0.10.0", 1);
        assert_eq!(bumped(manifest, "0.10.0"), Ok(expected));
        assert!(bumped(manifest, "0.9.0").is_err());
        assert!(bumped(manifest, "0.8.9").is_err());
    }

    #[test]
    fn what_was_unreleased_gets_the_version() {
        let before = "# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0\n\n- First.\n";
        let after = "# Changelog\n\n## Unreleased\n\n## 0.2.0\n\n- New.\n\n## 0.1.0\n\n- First.\n";
        assert_eq!(dated(before, "0.2.0"), Ok(after.to_owned()));
    }

    #[test]
    fn an_empty_changelog_stops_a_release() {
        assert!(dated("# Changelog\n\n## Unreleased\n\n## 0.1.0\n", "0.2.0").is_err());
        assert!(dated("# Changelog\n", "0.2.0").is_err());
    }
}
