//! How all that is measured was built: versions and flags, as the build found them.

use std::fmt::Write;

use crate::nghttp2;

/// The versions of the peers that come as crates, as the lock file has them.
const LOCK: &str = include_str!("../Cargo.lock");

/// What is linked into one piece, as the manifest has it.
const MANIFEST: &str = include_str!("../Cargo.toml");

/// Describes the build, in lines.
pub fn describe() -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "Rust: {}, opt-level {}, {}",
        env!("BUILT_BY"),
        env!("BUILT_LEVEL"),
        link_flags()
    );
    let _ = writeln!(text, "C: {}, {}", env!("BUILT_C_BY"), env!("BUILT_C_FLAGS"));
    let crates = ["h2", "hyper", "httlib-hpack", "tokio"];
    let crates = crates.map(|name| format!("{name} {}", locked(name).unwrap_or("?")));
    let _ = writeln!(
        text,
        "peers: nghttp2 {}, {}",
        nghttp2::version(),
        crates.join(", ")
    );
    text
}

/// The lines of the manifest on how programs are linked.
fn link_flags() -> String {
    let is_one = |line: &&str| line.starts_with("lto") || line.starts_with("codegen-units");
    let lines: Vec<&str> = MANIFEST.lines().filter(is_one).collect();
    lines.join(", ")
}

/// The version of a crate.
fn locked(name: &str) -> Option<&'static str> {
    let (_, rest) = LOCK.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::{describe, link_flags, locked};

    #[test]
    fn what_was_built_is_said() {
        assert_eq!(
            locked("h2").map(|version| version.starts_with("0.4")),
            Some(true)
        );
        assert_eq!(locked("no such crate"), None);
        assert_eq!(link_flags(), "codegen-units = 1, lto = \"fat\"");
        assert!(!describe().contains('?'), "{}", describe());
    }
}
