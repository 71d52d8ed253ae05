//! How much code a server takes: programs that serve one recording with one library each, and what
//! the linker keeps of them.

use std::env;
use std::path::Path;
use std::process::Command;

/// The programs: the one without a library, and those with one.
const PROGRAMS: [(&str, &str); 4] = [
    ("only_nothing", "nothing"),
    ("only_tress", "tress"),
    ("only_nghttp2", "nghttp2"),
    ("only_h2", "h2, and tokio"),
];

/// Prints the size of each library's code, as far as the programs lie beside this one.
pub fn print() {
    let Some(folder) = env::current_exe()
        .ok()
        .and_then(|it| Some(it.parent()?.to_owned()))
    else {
        return;
    };
    let [nothing, libraries @ ..] = PROGRAMS;
    let Some(least) = text_octets(&folder.join(nothing.0)) else {
        println!("code of the libraries: not measured; build all programs, and install `size`\n");
        return;
    };
    println!("code in a server, in KiB, beyond a program that reads its input and does nothing:");
    for (program, name) in libraries {
        if let Some(octets) = text_octets(&folder.join(program)) {
            println!(
                "  {name:<14} {:>7.1}",
                (octets.saturating_sub(least)) as f64 / 1024.0
            );
        }
    }
    println!();
}

/// The octets of a program's section of code.
fn text_octets(program: &Path) -> Option<u64> {
    let output = Command::new("size").arg("-A").arg(program).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.lines().find(|line| line.starts_with(".text "))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Reads what a client says, and writes how many octets a server answers.
pub fn serve(replay: impl FnOnce(&[u8]) -> usize) {
    let mut octets = Vec::new();
    let read = std::io::Read::read_to_end(&mut std::io::stdin(), &mut octets);
    read.expect("a recording comes by the standard input");
    println!("{}", replay(&octets));
}
