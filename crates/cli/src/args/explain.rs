//! The command lines of `tress explain` and `tress completions`.

use clap_complete::Shell;

/// Say what an error code or a rule means, and what to do about it
///
/// WHAT is an error code by its name or number (PROTOCOL_ERROR, 0x1), a rule or a limit by its name (WindowExceeded), a
/// section (6.9.1), or a part of what they say. Without it, all are listed.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  \
    tress explain ENHANCE_YOUR_CALM\n  \
    tress explain WindowExceeded\n  \
    tress explain 8.2.1 --json",
    after_help = "Exit codes: 0 done, 2 nothing is known of that."
)]
pub(crate) struct Explain {
    /// What to explain
    #[arg(value_name = "CODE|RULE|SECTION")]
    pub(crate) what: Option<String>,

    /// Write an object a line; schema tress-explain/1
    #[arg(long)]
    pub(crate) json: bool,
}

/// Write a script that completes the tool's words in a shell
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  \
    tress completions bash > ~/.local/share/bash-completion/completions/tress\n  \
    tress completions zsh > ~/.zfunc/_tress\n  \
    tress completions fish > ~/.config/fish/completions/tress.fish",
    after_help = "Exit codes: 0 done, 1 it cannot be written, 2 there is no such shell."
)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}
