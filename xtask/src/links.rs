//! `cargo xtask links`: every link of the documentation leads somewhere.
//!
//! It walks over the HTML that `cargo doc` makes, and follows the links that stay in it: to a page, and to
//! a place in a page. Those to other hosts are left alone: no network is needed.

use alloc::collections::{BTreeMap, BTreeSet};
use core::time::Duration;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::Outcome;
use crate::process;
use crate::repo;

/// How long making the documentation may take.
const BOUND: Duration = Duration::from_secs(900);
/// What the documentation of others says on the pages of our types: a trait of `tracing` that they have,
/// whose links were made for another page, and lists that rustdoc writes only where they are not empty.
const OF_OTHERS: [&str; 2] = ["dispatcher#setting-the-default-subscriber", "/trait.impl/"];
/// How many broken links are shown.
const SHOWN: usize = 40;

pub(crate) fn run(_: &[String]) -> Outcome {
    println!("links: {}", check(BOUND)?);
    Ok(())
}

/// Makes the documentation, and follows its links; returns a closing line.
pub(crate) fn check(bound: Duration) -> Result<String, String> {
    let folder = repo::target_dir().join("doc");
    // No page is to be left of what is gone.
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut command = process::cargo();
    command.args([
        "doc",
        "--quiet",
        "--workspace",
        "--no-deps",
        "--all-features",
    ]);
    // As the step before makes it, so that nothing is made twice for it.
    command.env("RUSTDOCFLAGS", "-Dwarnings");
    let finished = process::run(&mut command, bound).map_err(|error| error.to_string())?;
    if !finished.success {
        return Err(format!("cargo doc\n{}", finished.output));
    }
    let pages = pages(&folder)?;
    let (followed, mut broken) = follow(&pages, |path| {
        folder.join(path).is_file() || is_beside_readme(path)
    });
    if pages.is_empty() || followed == 0 {
        return Err(format!("{}: no pages, or no links", folder.display()));
    }
    if broken.is_empty() {
        return Ok(format!("{followed} links in {} pages", pages.len()));
    }
    let count = broken.len();
    broken.truncate(SHOWN);
    Err(format!(
        "{count} links lead nowhere:\n{}",
        broken.join("\n")
    ))
}

/// Says whether a path from a crate's first page is that of a file beside its README, which is that page:
/// rustdoc copies no pictures.
fn is_beside_readme(path: &Path) -> bool {
    let mut parts = path.iter();
    let package = parts.next().and_then(|name| name.to_str());
    let Some(role) = package.and_then(|name| name.strip_prefix("tress_")) else {
        return false;
    };
    let folder = repo::root().join("crates").join(role);
    folder.join(parts.collect::<PathBuf>()).is_file()
}

/// The pages below a folder, by their paths from there. Those that rustdoc makes for itself are left out,
/// and so are scripts, which have links that are yet to be made.
fn pages(folder: &Path) -> Result<BTreeMap<PathBuf, String>, String> {
    let files = repo::files(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut pages = BTreeMap::new();
    let own = |file: &&String| *file != "help.html" && *file != "settings.html";
    for file in files
        .iter()
        .filter(|file| file.ends_with(".html"))
        .filter(own)
    {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
        pages.insert(PathBuf::from(file), without_scripts(&text));
    }
    Ok(pages)
}

/// The text without what stands in its scripts.
fn without_scripts(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, script)) = rest.split_once("<script") {
        kept.push_str(before);
        rest = script
            .split_once("</script>")
            .map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Follows all links; returns how many there were, and those that lead nowhere.
fn follow(
    pages: &BTreeMap<PathBuf, String>,
    is_file: impl Fn(&Path) -> bool,
) -> (usize, Vec<String>) {
    let places: BTreeMap<&Path, BTreeSet<&str>> = pages
        .iter()
        .map(|(path, text)| (path.as_path(), values(text, "id").collect()))
        .collect();
    let (mut followed, mut broken) = (0, Vec::new());
    for (page, text) in pages {
        let links: BTreeSet<&str> = values(text, "href").chain(values(text, "src")).collect();
        for link in links.into_iter().filter(|link| is_local(link)) {
            followed += 1;
            let (path, place) = link.split_once('#').unwrap_or((link, ""));
            let path = path.split('?').next().unwrap_or_default();
            let target = if path.is_empty() {
                Some(page.clone())
            } else {
                resolve(page, path)
            };
            let target = target.map(|target| forwarded(pages, target));
            let leads = target.is_some_and(|target| match places.get(target.as_path()) {
                Some(places) => place.is_empty() || is_lines(place) || places.contains(place),
                None => is_file(&target),
            });
            if !leads {
                broken.push(format!("  {}: {link}", page.display()));
            }
        }
    }
    (followed, broken)
}

/// Where a page leads that only forwards, as those at the private paths of what is public do; else itself.
fn forwarded(pages: &BTreeMap<PathBuf, String>, page: PathBuf) -> PathBuf {
    let text = pages.get(&page).map(String::as_str).unwrap_or_default();
    let forward = values(text, "content").find_map(|value| value.strip_prefix("0;URL="));
    forward
        .and_then(|link| resolve(&page, link))
        .unwrap_or(page)
}

/// The values of an attribute, with or without quotes around them.
fn values<'a>(text: &'a str, name: &'static str) -> impl Iterator<Item = &'a str> {
    text.split('<').skip(1).flat_map(move |tag| {
        let tag = tag.split('>').next().unwrap_or_default();
        tag.match_indices(name).filter_map(move |(at, _)| {
            let before = tag.get(..at)?;
            let value = tag.get(at + name.len()..)?.strip_prefix('=')?;
            before
                .ends_with(|last: char| last.is_whitespace() || last == '"')
                .then_some(())?;
            match value.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next(),
                None => value.split(char::is_whitespace).next(),
            }
        })
    })
}

/// Says whether a link stays among the pages.
fn is_local(link: &str) -> bool {
    let has_scheme = link.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|octet| octet.is_ascii_alphanumeric())
    });
    let is_of_others = OF_OTHERS.iter().any(|part| link.contains(part));
    !link.is_empty() && !has_scheme && !link.starts_with("//") && !is_of_others
}

/// Says whether a place is a line of a source, or several, which rustdoc marks by a script.
fn is_lines(place: &str) -> bool {
    place
        .bytes()
        .all(|octet| octet.is_ascii_digit() || octet == b'-')
}

/// The path that a link on a page leads to; `None` if that is outside.
fn resolve(page: &Path, link: &str) -> Option<PathBuf> {
    let mut path = page.parent()?.to_path_buf();
    for component in Path::new(link).components() {
        match component {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir => path.pop().then_some(())?,
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::{follow, is_beside_readme, is_local, values, without_scripts};
    use alloc::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    fn broken(page: &str) -> Vec<String> {
        let other = "<h2 id=\"here\">x</h2><a href=#7 id=7>7</a>".to_owned();
        let pages = BTreeMap::from([
            (PathBuf::from("a/page.html"), page.to_owned()),
            (PathBuf::from("b/other.html"), other),
            (
                PathBuf::from("b/c/moved.html"),
                "<meta http-equiv=\"refresh\" content=\"0;URL=../../b/other.html\">".to_owned(),
            ),
        ]);
        let (_, broken) = follow(&pages, |path| path == Path::new("static.css"));
        broken
    }

    #[test]
    fn links_that_lead_somewhere_are_not_shown() {
        for link in [
            "../b/other.html",
            "../b/other.html#here",
            "../b/./other.html#7",
            "../b/other.html#12-34",
            "../b/c/moved.html#here",
            "../static.css",
            "../static.css?v=1",
            "page.html",
            "#mine",
            "https://elsewhere/",
            "mailto:x",
            "//elsewhere/x",
        ] {
            let page = format!("<p id=mine><a class=\"x\" href=\"{link}\">x</a>");
            assert_eq!(broken(&page), [""; 0], "{link}");
        }
    }

    #[test]
    fn links_that_lead_nowhere_are_shown_with_their_page() {
        for link in [
            "gone.html",
            "#gone",
            "../b/other.html#gone",
            "../b/c/moved.html#gone",
            "../../b/other.html",
            "/b/other.html",
        ] {
            for page in [
                format!("<a href=\"{link}\">x</a>"),
                format!("<img src={link} alt=x>"),
            ] {
                assert_eq!(broken(&page), [format!("  a/page.html: {link}")], "{page}");
            }
        }
    }

    #[test]
    fn what_a_script_says_is_no_link() {
        let page = "<a href=x>y</a><script src=a>\"<a href=no>\"</script><b id=z><script>";
        assert_eq!(without_scripts(page), "<a href=x>y</a><b id=z>");
    }

    #[test]
    fn a_picture_beside_a_readme_is_one() {
        assert!(is_beside_readme(Path::new("tress_cli/Cargo.toml")));
        assert!(!is_beside_readme(Path::new("tress_cli/gone.svg")));
        assert!(!is_beside_readme(Path::new("elsewhere/Cargo.toml")));
    }

    #[test]
    fn only_attributes_count() {
        let found: Vec<_> = values(
            "href=\"no\" <a data-href=\"no\" href=\"yes\"> id=no",
            "href",
        )
        .collect();
        assert_eq!(found, ["yes"]);
        assert!(!is_local("") && !is_local("javascript:void(0)"));
    }
}
