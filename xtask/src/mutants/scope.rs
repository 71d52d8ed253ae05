//! What is changed, how often, and whose tests judge it.

use std::process::Command;

use crate::Failure;

/// A part of one crate, and how many changes of it are tried.
pub(super) struct Scope {
    /// The folder of the crate below `crates/`, by which it is asked for.
    pub(super) name: &'static str,
    /// What of the crate is changed, from its own folder on.
    files: &'static [&'static str],
    /// How many changes are tried.
    pub(super) sample: usize,
    /// How long the tests may take with one change, in seconds; a change that loops ends so.
    timeout: u32,
}

/// All that can be asked for. The first is meant where none is named.
const ALL: [Scope; 8] = [
    Scope {
        name: "proto",
        files: &["src/**"],
        sample: 200,
        timeout: 400,
    },
    Scope {
        sample: 40,
        ..Scope::whole("session")
    },
    Scope::whole("runtime"),
    Scope::whole("async"),
    Scope::whole("blocking"),
    Scope::whole("tls"),
    Scope::whole("upgrade"),
    Scope::whole("handlers"),
];

/// The models of threads run under a compiler flag of their own, and no test of ours builds them.
const MODELS: [&str; 2] = ["crates/*/src/models.rs", "crates/*/src/models/**"];

impl Scope {
    const fn whole(name: &'static str) -> Self {
        Self {
            name,
            files: &["src/**"],
            sample: 20,
            timeout: 150,
        }
    }

    /// Says whether the change of this name belongs here.
    pub(super) fn holds(&self, change: &str) -> bool {
        let folder = change.strip_prefix("crates/");
        let rest = folder.and_then(|path| path.strip_prefix(self.name));
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// Tells the program to change this and to judge it by the crate's own tests.
    fn tell(&self, command: &mut Command) {
        command.arg("--package").arg(format!("tress-{}", self.name));
        for files in self.files {
            let files = format!("crates/{}/{files}", self.name);
            command.arg("--file").arg(files);
        }
    }
}

/// Tells the program to change these, with everything compiled that is there.
pub(super) fn tell(scopes: &[&Scope], command: &mut Command) {
    command.arg("--all-features");
    for scope in scopes {
        scope.tell(command);
    }
    for models in MODELS {
        command.args(["--exclude", models]);
    }
}

/// How long the tests of any of them may take with one change, in seconds.
pub(super) fn timeout(scopes: &[&Scope]) -> u32 {
    let timeouts = scopes.iter().map(|scope| scope.timeout);
    timeouts.max().unwrap_or_default()
}

/// The scopes of these names; the rules of `proto` where there are none.
pub(super) fn of(names: &[String]) -> Result<Vec<&'static Scope>, Failure> {
    if names.is_empty() {
        return Ok(ALL.iter().take(1).collect());
    }
    let named = |name: &String| {
        let found = ALL.iter().find(|scope| scope.name == name);
        found.ok_or_else(|| {
            let known: Vec<&str> = ALL.iter().map(|scope| scope.name).collect();
            Failure::Usage(format!("no mutants of `{name}`: {}", known.join(" ")))
        })
    };
    names.iter().map(named).collect()
}
