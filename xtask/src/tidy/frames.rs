//! The same name opens a frame's module in every layer: how it looks, what it does, how a test writes
//! it.

use alloc::collections::BTreeSet;

use super::Finding;
use super::mask::Masked;
use crate::repo::Source;

const LOOKS: &str = "crates/frame/src/";
const DOES: &str = "crates/proto/src/connection/recv/";
const SAYS: &str = "crates/proto/src/connection/send/";
const WRITES: &str = "crates/testkit/src/frame/";

/// Frames that share the module `extension` in `recv`.
const EXTENSIONS: [&str; 4] = ["altsvc", "origin", "priorityupdate", "unknown"];

/// PRIORITY is deprecated, and never sent (RFC 9113 §5.3.2).
const NEVER_SENT: &str = "priority";

/// Modules of `recv`, of `send` and of testkit that belong to no single frame.
const EXTRA: [&str; 4] = ["mod", "extension", "fieldsection", "pendingrequest"];

pub(super) fn check(files: &[String], sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some((path, line, names)) = frame_names(sources) else {
        let advice = "no `pub enum Frame` stands here: the names of the frames come from it";
        return vec![Finding::new("crates/frame/src/lib.rs", 1, advice)];
    };
    for (folder, missing) in [
        (LOOKS, BTreeSet::new()),
        (DOES, BTreeSet::from(EXTENSIONS)),
        (SAYS, BTreeSet::from(EXTENSIONS)),
        (WRITES, BTreeSet::new()),
    ] {
        let modules = modules(files, folder);
        let sent = |name: &&String| folder != SAYS || *name != NEVER_SENT;
        for name in names.iter().filter(sent) {
            let module = if missing.contains(name.as_str()) {
                "extension"
            } else {
                name
            };
            if !modules.iter().any(|(its, _)| its == module) {
                let advice = format!("the frame `{name}` has no module in {folder}: open one");
                findings.push(Finding::new(&path, line, advice));
            }
        }
        if folder != LOOKS {
            findings.extend(unknown(&modules, &names));
        }
    }
    findings
}

/// Modules that have the name of no frame.
fn unknown(modules: &[(String, String)], names: &BTreeSet<String>) -> Vec<Finding> {
    let unknown = modules
        .iter()
        .filter(|(module, _)| !names.contains(module) && !EXTRA.contains(&module.as_str()));
    let findings = unknown.map(|(_, path)| {
        Finding::new(
            path,
            1,
            "no frame has this name: rename the module, or move it elsewhere",
        )
    });
    findings.collect()
}

/// The modules of a folder: the name, without underscores, and the path.
fn modules(files: &[String], folder: &str) -> Vec<(String, String)> {
    let modules = files.iter().filter_map(|path| {
        let name = path.strip_prefix(folder)?.strip_suffix(".rs")?;
        (!name.contains('/')).then(|| (plain(name), path.clone()))
    });
    modules.collect()
}

/// Where `pub enum Frame` stands, and the names of its variants.
fn frame_names(sources: &[Source]) -> Option<(String, usize, BTreeSet<String>)> {
    let ours = sources
        .iter()
        .filter(|source| source.path.starts_with(LOOKS));
    ours.filter(|source| source.is_rust()).find_map(|source| {
        let code = Masked::new(&source.text).code;
        let at = code
            .find("pub enum Frame<")
            .or_else(|| code.find("pub enum Frame "))?;
        let line = code.get(..at)?.lines().count() + 1;
        Some((source.path.clone(), line, variants(code.get(at..)?)))
    })
}

/// The names of the variants of the enum that stands first.
fn variants(code: &str) -> BTreeSet<String> {
    let body = code.split_once('{').map_or("", |(_, body)| body);
    let body = body.split_once('}').map_or("", |(body, _)| body);
    let variants = body.lines().filter_map(|line| {
        let name = line.trim().split('(').next()?;
        let is_name = name.chars().next()?.is_uppercase();
        is_name.then(|| plain(name.trim_end_matches(',')))
    });
    variants.collect()
}

/// `RstStream` and `rst_stream` are the same name.
fn plain(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}
