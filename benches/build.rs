//! Tells the programs how they and their peers were built, so that they can print it.

use std::env;
use std::process::Command;

fn main() {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = first_line(Command::new(rustc).arg("--version"));
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let c_version = first_line(Command::new(compiler).arg("--version"));
    let c_flags = env::var("CFLAGS").unwrap_or_default();
    let level = env::var("OPT_LEVEL").unwrap_or_default();
    println!("cargo:rustc-env=BUILT_BY={version}");
    println!("cargo:rustc-env=BUILT_C_BY={c_version}");
    println!("cargo:rustc-env=BUILT_C_FLAGS=-O{level} {c_flags}");
    println!("cargo:rustc-env=BUILT_LEVEL={level}");
    println!("cargo:rerun-if-env-changed=CFLAGS");
    println!("cargo:rerun-if-env-changed=CC");
    println!("cargo:rerun-if-changed=build.rs");
}

/// What a compiler says of itself.
fn first_line(command: &mut Command) -> String {
    let output = command.output().ok();
    let text = output.and_then(|output| String::from_utf8(output.stdout).ok());
    let line = text.and_then(|text| text.lines().next().map(str::to_owned));
    line.unwrap_or_else(|| "an unknown compiler".to_owned())
}
