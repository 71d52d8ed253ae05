//! The input of a law that failed, made small, as a test to paste.

use core::cell::Cell;
use core::panic::AssertUnwindSafe;
use std::panic::{catch_unwind, set_hook, take_hook};
use std::sync::Once;

/// How often to try whether less fails, too.
const TRIES: usize = 2000;

std::thread_local! {
    /// What panics here is part of a search, and of no interest.
    static IS_SEARCHING: Cell<bool> = const { Cell::new(false) };
}

/// Leaves out of the input what the law does not need to fail: halves, quarters, and so on.
pub(super) fn shrunk(data: &[u8], law: &mut impl FnMut(&[u8])) -> Vec<u8> {
    be_quiet_while_searching();
    IS_SEARCHING.set(true);
    let mut fails = |data: &[u8]| catch_unwind(AssertUnwindSafe(|| law(data))).is_err();
    let (mut best, mut tries) = (data.to_vec(), 0);
    let mut length = best.len();
    while length > 0 && tries < TRIES {
        let mut place = 0;
        while place < best.len() && tries < TRIES {
            let end = (place + length).min(best.len());
            let less = [&best[..place], &best[end..]].concat();
            tries += 1;
            if fails(&less) {
                best = less;
            } else {
                place = end;
            }
        }
        length /= 2;
    }
    IS_SEARCHING.set(false);
    best
}

/// Says whether this thread looks for less that fails.
pub(super) fn is_searching() -> bool {
    IS_SEARCHING.get()
}

fn be_quiet_while_searching() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !is_searching() {
                before(panic);
            }
        }));
    });
}

/// A test that runs the law on this input; `acts` is what a play does then, if it is one.
pub(super) fn of(test: &str, seed: u64, data: &[u8], acts: &[&str]) -> String {
    let law = test.strip_suffix("_holds").unwrap_or(test);
    let octets: Vec<String> = data.iter().map(|octet| format!("{octet:02x}")).collect();
    let lines: Vec<String> = octets
        .chunks(24)
        .map(|line| format!("         {} \\\n", line.join(" ")))
        .collect();
    let lines = lines.concat();
    let acts = acts
        .chunks(8)
        .map(|acts| format!("    // {}\n", acts.join(", ")));
    let acts: String = acts.collect();
    format!(
        "#[test]\nfn {law}_found_by_seed_{seed}() {{\n{acts}    {law}(&testkit::hex(\n        \"\\\n{lines}         \",\n    ));\n}}\n"
    )
}

/// Fails where a seven comes before a nine.
fn no_seven_before_a_nine(data: &[u8]) {
    let seven = data.iter().position(|octet| *octet == 7);
    let behind = seven.map_or(&[][..], |seven| &data[seven..]);
    assert!(!behind.contains(&9));
}

#[test]
fn an_input_that_fails_is_made_as_small_as_it_can_be() {
    let data: Vec<u8> = (0..=255).chain(0..=255).collect();
    assert_eq!(shrunk(&data, &mut no_seven_before_a_nine), [7, 9]);
    assert!(!is_searching());
}

#[test]
fn an_input_is_printed_as_a_test_that_runs_its_law() {
    let acts = ["request", "run"];
    let printed = of("a_pair_comes_to_its_end_holds", 17, &[0x00, 0xa1], &acts);
    let wanted = "#[test]\nfn a_pair_comes_to_its_end_found_by_seed_17() {\n    // request, run\n    \
                  a_pair_comes_to_its_end(&testkit::hex(\n        \"\\\n         00 a1 \\\n         \",\n    ));\n}\n";
    assert_eq!(printed, wanted);
}

/// What [`of`] prints for two octets, pasted.
#[test]
fn a_pair_comes_to_its_end_pasted() {
    // request, run
    crate::laws::a_pair_comes_to_its_end(&testkit::hex(
        "\
         00 a1 \
         ",
    ));
}
