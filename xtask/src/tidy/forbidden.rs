//! What a module does not know: each rule is a list of words that may not stand there.

use super::Finding;
use super::mask::{Masked, words};
use crate::repo::Source;

/// A place, and the words that may not stand in its code.
struct Rule {
    applies: fn(&str) -> bool,
    forbids: fn(&str) -> bool,
    /// What may stand there although a forbidden word is part of it.
    except: &'static [&'static str],
    /// Whether comments are held to it too.
    comments: bool,
    advice: &'static str,
}

const RULES: [Rule; 5] = [
    Rule {
        applies: |path| path.starts_with("crates/hpack/src/"),
        forbids: |word| word.to_lowercase().contains("frame"),
        except: &[],
        comments: true,
        advice: "hpack knows no frames: move it to frame or proto",
    },
    Rule {
        applies: |path| path.starts_with("crates/frame/src/"),
        forbids: |word| word.to_lowercase().contains("hpack"),
        except: &[],
        comments: true,
        advice: "frame knows no header compression: a field block fragment is opaque",
    },
    Rule {
        applies: |path| path.starts_with("crates/proto/src/"),
        forbids: is_outside_the_core,
        except: &[],
        comments: false,
        advice: "proto has no I/O, clock, lock, task or log: take it as an argument or observe it",
    },
    Rule {
        applies: is_driver,
        forbids: is_http,
        except: &[],
        comments: false,
        advice: "drivers and the waist know no HTTP: move it to client.rs, server.rs or body.rs",
    },
    Rule {
        applies: is_leaf,
        forbids: |word| matches!(word, "Connection" | "Core"),
        except: &["Scope::Connection", "Violation::Connection"],
        comments: false,
        advice: "leaves of proto do not know the connection: return a value and let it act",
    },
];

pub(super) fn check(source: &Source, masked: &Masked) -> Vec<Finding> {
    let mut findings = Vec::new();
    if source.is_test() {
        return findings;
    }
    for rule in RULES.iter().filter(|rule| (rule.applies)(&source.path)) {
        findings.extend(forbidden(source, &masked.code, rule));
        if rule.comments {
            findings.extend(forbidden(source, &masked.comments, rule));
        }
    }
    if source.path.starts_with("crates/proto/src/") {
        findings.extend(paths(source, &masked.code));
    }
    findings
}

fn forbidden(source: &Source, text: &str, rule: &Rule) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let strip = |text: String, part: &&str| text.replace(part, "");
        let text = rule.except.iter().fold(text.to_owned(), strip);
        for word in words(&text).filter(|word| (rule.forbids)(word)) {
            let advice = format!("`{word}`: {}", rule.advice);
            findings.push(Finding::new(&source.path, line, advice));
        }
    }
    findings
}

/// Paths and macros that a list of words cannot name.
fn paths(source: &Source, code: &str) -> Vec<Finding> {
    const PATHS: [&str; 8] = [
        "std::io",
        "log::",
        "tracing::",
        "println!",
        "eprintln!",
        "dbg!",
        "core::future",
        "std::thread",
    ];
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(code.lines()) {
        for path in PATHS.iter().filter(|path| contains_path(text, path)) {
            let advice = format!("`{path}`: proto has no I/O, clock, lock, task or log");
            findings.push(Finding::new(&source.path, line, advice));
        }
    }
    findings
}

/// Says whether the path stands there by itself, not as the end of another word.
fn contains_path(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|sign| sign.is_alphanumeric() || sign == '_')
    })
}

fn is_outside_the_core(word: &str) -> bool {
    matches!(
        word,
        "Instant" | "SystemTime" | "Mutex" | "RwLock" | "Condvar" | "async" | "await" | "Future"
    )
}

fn is_driver(path: &str) -> bool {
    path.ends_with("/src/driver.rs")
        || path.contains("/src/driver/")
        || path.starts_with("crates/runtime/src/")
}

/// A word of HTTP. `TcpStream` is none: the socket is what a driver is for.
fn is_http(word: &str) -> bool {
    const WORDS: [&str; 7] = [
        "Stream",
        "StreamId",
        "StreamMut",
        "Header",
        "Headers",
        "Trailers",
        "ErrorCode",
    ];
    WORDS.contains(&word)
        || ["Frame", "Request", "Response", "Http", "HTTP", "http"]
            .iter()
            .any(|part| word.contains(part))
}

/// All of the protocol but the connection itself: machines that know only themselves.
fn is_leaf(path: &str) -> bool {
    const ABOVE: [&str; 2] = ["connection", "lib.rs"];
    const NAMED_FOR: [&str; 3] = ["violation", "observe.rs", "role.rs"];
    let inside = path.strip_prefix("crates/proto/src/");
    inside.is_some_and(|inside| {
        let module = inside.split('/').next().unwrap_or(inside);
        !ABOVE.contains(&module) && !NAMED_FOR.contains(&module)
    })
}
