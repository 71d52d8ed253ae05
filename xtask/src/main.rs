//! What the project does to itself: generate, check, measure, release.

extern crate alloc;

mod api;
mod bench_sockets;
mod bench_table;
mod ci;
mod citation;
mod codegen;
mod fuzz;
mod guidelines;
mod interop;
mod links;
mod long;
mod mutants;
mod pool_figures;
mod process;
mod public_api;
mod release;
mod repo;
mod rfc;
mod rustdoc;
mod stand_in;
mod tidy;

use std::env;
use std::process::ExitCode;

/// One thing that `cargo xtask` can do.
struct Command {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Outcome,
}

/// How a command ends.
pub(crate) type Outcome = Result<(), Failure>;

/// Why a command did not do what it should.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was called wrongly.
    Usage(String),
    /// It was called rightly and found something.
    Found(String),
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Found(message)
    }
}

const COMMANDS: [Command; 15] = [
    Command {
        name: "tidy",
        usage: "",
        about: "checks the invariants of the architecture; prints the largest modules",
        run: tidy::run,
    },
    Command {
        name: "api",
        usage: "JSON",
        about: "prints the public API of a crate as a list, from rustdoc's JSON",
        run: api::run,
    },
    Command {
        name: "codegen",
        usage: "[--check]",
        about: "writes the generated files, or compares them",
        run: codegen::run,
    },
    Command {
        name: "rfc",
        usage: "",
        about: "checks every citation and the ledger of rules; prints what they cover",
        run: rfc::run,
    },
    Command {
        name: "ci",
        usage: "[--skip-tests] [--only STEP]",
        about: "everything that must hold before a change lands",
        run: ci::run,
    },
    Command {
        name: "public-api",
        usage: "[--check | PACKAGE]",
        about: "writes what each crate shows to others, or compares it; needs nightly",
        run: public_api::run,
    },
    Command {
        name: "guidelines",
        usage: "",
        about: "holds all public types against the API guidelines; needs nightly",
        run: guidelines::run,
    },
    Command {
        name: "links",
        usage: "",
        about: "makes the documentation and follows every link in it",
        run: links::run,
    },
    Command {
        name: "interop",
        usage: "[--only NAME] [--list]",
        about: "the tool against other people's clients, servers and browsers",
        run: interop::run,
    },
    Command {
        name: "fuzz",
        usage: "--smoke | --minimise [TARGET...] | --add TARGET FILE...",
        about: "replays the corpora, with cargo-fuzz a few seconds of each target; cares for the corpora",
        run: fuzz::run,
    },
    Command {
        name: "bench-table",
        usage: "[ROUNDS]",
        about: "measures beside the peers, in turns, and prints the ratios",
        run: bench_table::run,
    },
    Command {
        name: "bench-sockets",
        usage: "[ROUNDS [PART]]",
        about: "servers over loopback beside hyper, h2, nghttpd and h2o",
        run: bench_sockets::run,
    },
    Command {
        name: "bench-stand-in",
        usage: "[ROUNDS]",
        about: "hyper on tress-h2 beside hyper on h2: CPU, transfers, memory, a client",
        run: stand_in::bench,
    },
    Command {
        name: "long",
        usage: "[NAME [MINUTES]]",
        about: "what takes too long for every change; without a name, the list",
        run: long::run,
    },
    Command {
        name: "release",
        usage: "CRATE VERSION",
        about: "moves the version and the changelog; prints the tag command",
        run: release::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", help());
        return ExitCode::from(2);
    };
    if matches!(name.as_str(), "-h" | "--help" | "help") || asks_for_help(rest) {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("xtask: no command is called `{name}`\n\n{}", help());
        return ExitCode::from(2);
    };
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Found(message)) => {
            eprintln!("xtask {name}: {message}");
            ExitCode::FAILURE
        }
        Err(Failure::Usage(message)) => {
            eprintln!("xtask {name}: {message}");
            eprintln!("usage: cargo xtask {name} {}", command.usage);
            ExitCode::from(2)
        }
    }
}

fn asks_for_help(arguments: &[String]) -> bool {
    arguments
        .iter()
        .any(|argument| matches!(argument.as_str(), "-h" | "--help"))
}

fn help() -> String {
    let mut text = String::from("usage: cargo xtask COMMAND\n\n");
    for command in &COMMANDS {
        let call = format!("{} {}", command.name, command.usage);
        text.push_str(&format!("  {call:<36} {}\n", command.about));
    }
    text
}
