//! `cargo xtask tidy`: what the architecture promises and a program can check.

mod circles;
mod citations;
mod dependencies;
mod fields;
mod forbidden;
mod frames;
mod layout;
mod marks;
mod mask;
mod merges;
mod sizes;
#[cfg(test)]
mod tests;
mod twins;

use core::fmt;
use std::fs;

use crate::repo::{self, Source};
use crate::{Failure, Outcome};

/// Something that does not stand as it should, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    line: usize,
    advice: String,
}

impl Finding {
    fn new(path: &str, line: usize, advice: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            advice: advice.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.advice)
    }
}

/// Runs all checks and prints the largest modules.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if let Some(argument) = arguments.first() {
        return Err(Failure::Usage(format!("`{argument}` means nothing here")));
    }
    let root = repo::root();
    let files = repo::files(&root).map_err(|error| error.to_string())?;
    let sources = repo::sources(&root).map_err(|error| error.to_string())?;
    print!("{}", sizes::report(&sources));
    let circles = circles::find(&sources);
    print!("{}", circles::report(&circles));
    let mut findings = check(&files, &sources);
    for path in &files {
        // What is no text was not merged line by line.
        if let Ok(text) = fs::read_to_string(root.join(path)) {
            findings.extend(merges::check(path, &text));
        }
    }
    findings.extend(circles::check(&circles));
    let twins = twins::find(&sources);
    println!("pairs of lines that two adapters share: {}", twins.len());
    findings.extend(twins::check(&twins));
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("tidy: {} files, nothing to do", files.len());
        return Ok(());
    }
    Err(Failure::Found(format!("{} findings", findings.len())))
}

/// All findings, by path and line.
fn check(files: &[String], sources: &[Source]) -> Vec<Finding> {
    let mut findings = layout::check(files, sources);
    findings.extend(dependencies::check(sources));
    findings.extend(frames::check(files, sources));
    for source in sources.iter().filter(|source| source.is_rust()) {
        findings.extend(check_rust(source));
    }
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    findings
}

fn check_rust(source: &Source) -> Vec<Finding> {
    let masked = mask::Masked::new(&source.text);
    let mut findings = layout::first_line(source);
    if !source.is_generated() {
        findings.extend(marks::check(source, &masked));
        findings.extend(citations::check(source, &masked));
        findings.extend(forbidden::check(source, &masked));
        findings.extend(fields::check(source, &masked));
    }
    findings
}
