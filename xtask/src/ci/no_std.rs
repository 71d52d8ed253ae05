//! Proves that the lower crates need no std.
//!
//! Where the toolchain has a target without std, they are built for it. Else they are linked into a
//! static library with a panic handler of its own: std brings one too, and two of them cannot be
//! compiled. That the second proof can fail is shown each time, by switching std on.

use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Finished};
use crate::repo;

const CRATES: [&str; 8] = [
    "hpack", "frame", "runtime", "pool", "proto", "log", "handlers", "upgrade",
];

/// A target whose toolchain has `core` and `alloc` only.
const BARE: &str = "thumbv7em-none-eabi";

/// The crate that brings a panic handler and an allocator of its own.
const LIBRARY: &str = r#"//! Links the lower crates without std.
#![no_std]

extern crate tress_frame as _;
extern crate tress_handlers as _;
extern crate tress_hpack as _;
extern crate tress_log as _;
extern crate tress_pool as _;
extern crate tress_proto as _;
extern crate tress_runtime as _;
extern crate tress_upgrade as _;

use core::alloc::{GlobalAlloc, Layout};

struct Nothing;

unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static NOTHING: Nothing = Nothing;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
"#;

pub(super) fn prove(bound: Duration) -> Result<String, String> {
    if has_bare_target() {
        let mut command = process::cargo();
        command.args(["build", "--no-default-features", "--target", BARE]);
        for name in CRATES {
            command.args(["-p", &format!("tress-{name}")]);
        }
        let finished = finish(&mut command, bound)?;
        return judged(
            &finished,
            true,
            &format!("{} crates are built for {BARE}", CRATES.len()),
        );
    }
    let folder = write_library().map_err(|error| error.to_string())?;
    let without = build(&folder, &[], bound)?;
    judged(&without, true, "")?;
    let with = build(&folder, &["--features", "std"], bound)?;
    if !with.output.contains("panic_impl") {
        return Err(format!(
            "with std the proof should fail, and did not:\n{}",
            with.output
        ));
    }
    let says = format!(
        "{} crates are linked without std (no {BARE} here); with std they are refused",
        CRATES.len()
    );
    judged(&with, false, &says)
}

fn judged(finished: &Finished, success: bool, says: &str) -> Result<String, String> {
    if finished.success == success {
        return Ok(says.to_owned());
    }
    Err(finished.output.clone())
}

/// Says whether the toolchain can build for the target without std.
fn has_bare_target() -> bool {
    let mut command = Command::new("rustc");
    let output = command
        .args(["--print", "target-libdir", "--target", BARE])
        .output();
    output.is_ok_and(|output| {
        let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success() && Path::new(&path).is_dir()
    })
}

/// Writes the crate below the target folder, with the versions of the root lock file.
fn write_library() -> std::io::Result<PathBuf> {
    let folder = repo::target_dir().join("no_std");
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), LIBRARY)?;
    fs::write(folder.join("Cargo.toml"), manifest())?;
    fs::copy(repo::root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(folder)
}

fn manifest() -> String {
    let mut text = String::from(
        "[package]\nname = \"no-std\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         [workspace]\n[lib]\ncrate-type = [\"staticlib\"]\n[profile.dev]\npanic = \"abort\"\n\
         [features]\nstd = [\"tress-proto/std\"]\n[dependencies]\n",
    );
    for name in CRATES {
        let path = repo::root().join("crates").join(name);
        text.push_str(&format!(
            "tress-{name} = {{ path = {path:?}, default-features = false }}\n"
        ));
    }
    text
}

fn build(folder: &Path, extra: &[&str], bound: Duration) -> Result<Finished, String> {
    let mut command = process::cargo();
    command.current_dir(folder).arg("build").args(extra);
    command.arg("--target-dir").arg(folder.join("target"));
    finish(&mut command, bound)
}

fn finish(command: &mut Command, bound: Duration) -> Result<Finished, String> {
    process::run(command, bound).map_err(|error| error.to_string())
}
