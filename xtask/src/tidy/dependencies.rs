//! Which package may depend on which: the arrows of the architecture.

use super::Finding;
use crate::repo::Source;

/// What the lower crates may depend on; nothing else is allowed in them.
const ALLOWED: &[(&str, &[&str])] = &[
    ("crates/hpack", &["arbitrary", "bytes", "thiserror"]),
    ("crates/frame", &["arbitrary", "bytes", "thiserror"]),
    ("crates/runtime", &["bytes", "smallvec"]),
    ("crates/pool", &["fastrand", "thiserror"]),
    (
        "crates/proto",
        &[
            "arbitrary",
            "bytes",
            "frame",
            "hpack",
            "runtime",
            "smallvec",
            "thiserror",
        ],
    ),
    ("crates/log", &["proto", "thiserror"]),
    (
        "crates/upgrade",
        &["base64", "httparse", "proto", "runtime", "thiserror"],
    ),
    ("crates/http", &["http", "httpdate", "proto", "thiserror"]),
    ("crates/tls", &["runtime", "rustls", "thiserror"]),
    (
        "crates/session",
        &[
            "futures-io",
            "loom",
            "proto",
            "runtime",
            "smallvec",
            "socket2",
            "tls",
            "tokio",
            "tracing",
            "upgrade",
        ],
    ),
    (
        "crates/async",
        &[
            "futures-core",
            "futures-io",
            "http-body",
            "hyper",
            "pin-project-lite",
            "pool",
            "proto",
            "runtime",
            "session",
            "tls",
            "tokio",
            "tokio-rustls",
            "tower-service",
            "tracing",
            "tress-http",
            "upgrade",
        ],
    ),
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let Some(folder) = source.path.strip_suffix("/Cargo.toml") else {
            continue;
        };
        let allowed = ALLOWED.iter().find(|(its, _)| *its == folder);
        for (line, section, name) in dependencies(&source.text) {
            let production = section == "dependencies";
            if let Some((_, allowed)) = allowed.filter(|_| production) {
                if !allowed.contains(&name) {
                    let advice = format!("{folder} does without `{name}`: remove the dependency");
                    findings.push(Finding::new(&source.path, line, advice));
                }
            }
            if name == "xtask" {
                let advice = "nothing depends on xtask: remove the dependency";
                findings.push(Finding::new(&source.path, line, advice));
            }
            // The tool judges others by its cases.
            let is_library = folder.starts_with("crates/") && folder != "crates/cli";
            if name.ends_with("testkit") && production && is_library {
                let advice =
                    "testkit serves tests and the tool only: move it to `[dev-dependencies]`";
                findings.push(Finding::new(&source.path, line, advice));
            }
        }
    }
    findings
}

/// Line, section and name of each dependency of a manifest.
fn dependencies(manifest: &str) -> Vec<(usize, &str, &str)> {
    let mut section = "";
    let mut found = Vec::new();
    for (line, text) in (1..).zip(manifest.lines()) {
        let text = text.trim();
        if let Some(head) = text.strip_prefix('[') {
            section = head.trim_end_matches(']');
        } else if section.ends_with("dependencies") && !text.starts_with('#') {
            let name = text.split(['.', '=', ' ']).next().unwrap_or_default();
            if !name.is_empty() {
                found.push((line, section, name));
            }
        }
    }
    found
}
