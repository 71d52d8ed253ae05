//! The command line of `tress hpack`.

use std::path::PathBuf;

use clap::ValueEnum;

/// Encode and decode field blocks, and look at the table between them
///
/// FILE is a story of hpack-test-case, JSON with `cases` that have `headers` or `wire`; to decode it may be hexadecimal
/// digits, too, a block a line. Cases follow each other on one connection: the dynamic table goes on from one to the
/// next. A `header_table_size` of a case is what the decoder's side allows from then on, in octets.
///
/// Nothing is hidden here: values are shown as they are.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  \
    tress hpack decode story.json\n  \
    tress hpack encode story.json > encoded.json\n  \
    tress hpack table - < blocks.hex",
    after_help = "Exit codes: 0 done, 1 it cannot be written, 2 it cannot be read, 3 a block is wrong."
)]
pub(crate) struct Hpack {
    /// What to do
    #[arg(value_enum)]
    pub(crate) action: Action,

    /// The story, or digits; - is stdin
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Write an object a line for each case in place of a story; schema tress-hpack/1
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is done with a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Action {
    /// Write the story with the octets of each case
    Encode,
    /// Write the story with the fields of each case
    Decode,
    /// Say what each octet means, and what is in the table after each case
    Table,
}
