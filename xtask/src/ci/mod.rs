//! `cargo xtask ci`: everything that must hold before a change lands, one step after the other.

mod examples;
mod no_std;
mod package;
mod steps;

use core::time::Duration;
use std::time::Instant;

use crate::process::{self, Finished};
use crate::{Failure, Outcome};

pub(crate) use self::package::is_clean;

/// One thing that must hold.
struct Step {
    name: &'static str,
    /// It gets this many seconds.
    seconds: u64,
    work: Work,
}

enum Work {
    /// A program that must succeed.
    Cargo(&'static str, &'static [(&'static str, &'static str)]),
    /// Something that takes more than one program; returns its closing line.
    Function(fn(Duration) -> Result<String, String>),
}

/// What the caller asked for.
#[derive(Default)]
struct Choice {
    skip_tests: bool,
    only: Option<String>,
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let choice = choice(arguments)?;
    let started = Instant::now();
    let mut passed = 0;
    for step in steps::STEPS.iter().filter(|step| choice.takes(step)) {
        run_step(step)?;
        passed += 1;
    }
    if passed == 0 {
        let names: Vec<&str> = steps::STEPS.iter().map(|step| step.name).collect();
        return Err(Failure::Usage(format!(
            "the steps are: {}",
            names.join(", ")
        )));
    }
    println!(
        "ci: {passed} steps passed in {} s",
        started.elapsed().as_secs()
    );
    Ok(())
}

fn choice(arguments: &[String]) -> Result<Choice, Failure> {
    let mut choice = Choice::default();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match (argument.as_str(), arguments.as_slice()) {
            ("--skip-tests", _) => choice.skip_tests = true,
            ("--only", [name, ..]) => {
                choice.only = Some(name.clone());
                arguments.next();
            }
            _ => return Err(Failure::Usage(format!("`{argument}` means nothing here"))),
        }
    }
    Ok(choice)
}

impl Choice {
    fn takes(&self, step: &Step) -> bool {
        let named = self.only.as_ref().is_none_or(|only| only == step.name);
        named && !(self.skip_tests && step.name == "tests")
    }
}

/// Runs the step and prints one line; on failure the error holds all that it said.
fn run_step(step: &Step) -> Outcome {
    let started = Instant::now();
    let bound = Duration::from_secs(step.seconds);
    let closing = match step.work {
        Work::Cargo(line, variables) => {
            let finished = cargo(line, variables, bound)?;
            if !finished.success {
                let output = finished.output;
                return Err(format!("{}: cargo {line}\n{output}", step.name).into());
            }
            finished.closing_line().to_owned()
        }
        Work::Function(work) => work(bound).map_err(|error| format!("{}: {error}", step.name))?,
    };
    let seconds = started.elapsed().as_secs_f32();
    println!("{:<12} {seconds:>6.1} s  {closing}", step.name);
    Ok(())
}

/// Runs cargo with the words of `line`.
fn cargo(line: &str, variables: &[(&str, &str)], bound: Duration) -> Result<Finished, String> {
    let mut command = process::cargo();
    command
        .args(line.split(' '))
        .envs(variables.iter().copied());
    process::run(&mut command, bound).map_err(|error| format!("cargo {line}: {error}"))
}
