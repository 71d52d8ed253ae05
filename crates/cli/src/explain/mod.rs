//! `tress explain`: what an error code or a rule means, and what to do about it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::io::Write;

use blocking::proto::frame::Scope;
use serde_json::{Value, json};

use self::codes::{CODES, Code};
use self::rules::Rule;
use crate::args;
use crate::exit::{Failure, Result};
use crate::talk::{FAINT, HINT, STRONG};

mod codes;
mod rules;

/// What the objects are, and in which version.
const SCHEMA: &str = "tress-explain/1";
/// What stands before the number of a section.
const SIGN: char = '\u{a7}';

/// What is found for a word.
#[derive(Debug, Default)]
struct Found {
    codes: Vec<Code>,
    rules: Vec<Rule>,
}

/// Explains what the command line asks for.
pub(crate) fn run(args: &args::Explain) -> Result<()> {
    let found = match &args.what {
        None => Found {
            codes: CODES.to_vec(),
            rules: rules::all(),
        },
        Some(what) => find(what),
    };
    if found.codes.is_empty() && found.rules.is_empty() {
        let what = args.what.as_deref().unwrap_or_default();
        return Err(Failure::usage(format_args!("nothing is known of {what:?}"))
            .hint("tress explain lists all that is"));
    }
    let is_list = args.what.is_none();
    let text = match args.json {
        true => found.json(),
        false => found.text(is_list),
    };
    let mut stdout = anstream::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::write("stdout", &error))
}

/// What a word may mean: a name or a number first, then a section, then a part of what is said.
fn find(what: &str) -> Found {
    let (word, rules) = (plain(what), rules::all());
    let number = match what.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => what.parse().ok(),
    };
    let is_code = |code: &Code| {
        let name = code.code.name().map(plain);
        name.is_some_and(|name| name == word) || number == Some(code.code.0)
    };
    let named = Found {
        codes: CODES.iter().copied().filter(is_code).collect(),
        rules: rules
            .iter()
            .filter(|rule| plain(&rule.name) == word)
            .cloned()
            .collect(),
    };
    if !(named.codes.is_empty() && named.rules.is_empty()) {
        return named;
    }
    let section = what.rsplit([SIGN, ' ']).next().unwrap_or(what);
    let of = |test: &dyn Fn(&Rule) -> bool| Found {
        codes: Vec::new(),
        rules: rules.iter().filter(|rule| test(rule)).cloned().collect(),
    };
    let stands = of(&|rule| rule.section.rsplit(SIGN).next() == Some(section));
    if !stands.rules.is_empty() || word.is_empty() {
        return stands;
    }
    of(&|rule| plain(&rule.says).contains(&word) || plain(&rule.name).contains(&word))
}

/// A word without what people write differently.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|character| character.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

impl Found {
    fn text(&self, is_list: bool) -> String {
        let mut text = String::new();
        for code in &self.codes {
            let Code {
                says,
                cause,
                remedy,
                ..
            } = code;
            let (name, number) = (code.code.to_string(), code.code.0);
            if is_list {
                text.push_str(&format!("{STRONG}{name:<26}{STRONG:#} {says}\n"));
                continue;
            }
            text.push_str(&format!(
                "{STRONG}{name}{STRONG:#} {FAINT}(error code {number:#x}, RFC 9113 §7){FAINT:#}\n"
            ));
            body(&mut text, says, cause, remedy);
        }
        for rule in &self.rules {
            let Rule {
                name,
                kind,
                says,
                demands,
                section,
                ..
            } = rule;
            if is_list {
                text.push_str(&format!(
                    "{STRONG}{name:<26}{STRONG:#} {says} {FAINT}({section}){FAINT:#}\n"
                ));
                continue;
            }
            let kind_name = kind.name();
            text.push_str(&format!(
                "{STRONG}{name}{STRONG:#} {FAINT}({kind_name}, {section}){FAINT:#}\n"
            ));
            text.push_str(&format!("  {HINT}demands:{HINT:#} {demands}\n"));
            body(&mut text, says, kind.cause(), kind.remedy());
            text.push_str(&format!("  {HINT}then:{HINT:#}    {}\n\n", reach(rule)));
        }
        text
    }

    fn json(&self) -> String {
        let codes = self.codes.iter().map(|code| {
            json!({
                "schema": SCHEMA,
                "type": "code",
                "name": code.code.to_string(),
                "number": code.code.0,
                "section": "RFC 9113 §7",
                "says": code.says,
                "cause": code.cause,
                "remedy": code.remedy,
            })
        });
        let rules = self.rules.iter().map(|rule| {
            json!({
                "schema": SCHEMA,
                "type": "rule",
                "name": rule.name,
                "kind": rule.kind.name(),
                "section": rule.section,
                "demands": rule.demands,
                "says": rule.says,
                "scope": scope(rule.scope),
                "code": rule.code.to_string(),
                "cause": rule.kind.cause(),
                "remedy": rule.kind.remedy(),
            })
        });
        codes
            .chain(rules)
            .map(|object: Value| format!("{object}\n"))
            .collect()
    }
}

fn body(text: &mut String, says: &str, cause: &str, remedy: &str) {
    text.push_str(&format!(
        "  {HINT}says:{HINT:#}    {says}\n  {HINT}cause:{HINT:#}   {cause}\n  {HINT}do:{HINT:#}      {remedy}\n"
    ));
}

/// What follows when a rule is broken.
fn reach(rule: &Rule) -> String {
    let code = rule.code;
    match rule.scope {
        Scope::Connection => format!("the connection ends, with GOAWAY and {code}"),
        Scope::Stream => format!("the stream is reset, with {code}; the others go on"),
    }
}

const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Connection => "connection",
        Scope::Stream => "stream",
    }
}
