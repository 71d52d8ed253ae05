//! The programs of the README are those that are built and run.

use std::fs;
use std::path::Path;

#[test]
fn the_ways_without_a_patch_are_programs_of_the_consumers() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(package.join("README.md")).unwrap();
    for name in ["axum_on_tress", "tonic_on_tress"] {
        let path = format!("../../xtask/consumers/src/bin/{name}.rs");
        let program = fs::read_to_string(package.join(path)).unwrap();
        let code = program.find("\nuse ").map(|at| &program[at + 1..]).unwrap();
        assert!(readme.contains(code), "{name}");
    }
}
