//! `cargo xtask long`: what takes too long for every change, by name.

use core::time::Duration;
use std::time::Instant;

use crate::fuzz;
use crate::{Failure, Outcome};

/// A long run.
struct Long {
    name: &'static str,
    about: &'static str,
    /// Takes the time that it may use.
    run: fn(Duration) -> Outcome,
}

const ALL: [Long; 1] = [Long {
    name: "fuzz",
    about: "every fuzz target for its share of the minutes (default 10 for each)",
    run: fuzz_all,
}];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let (name, minutes) = match arguments {
        [] => {
            for long in &ALL {
                println!("  {:<12} {}", long.name, long.about);
            }
            return Ok(());
        }
        [name] => (name, None),
        [name, minutes] => (name, Some(minutes)),
        _ => return Err(Failure::Usage("one name, and minutes".to_owned())),
    };
    let Some(long) = ALL.iter().find(|long| long.name == name) else {
        return Err(Failure::Usage(format!("no long run is called `{name}`")));
    };
    let minutes = match minutes.map(|minutes| minutes.parse::<u64>()) {
        None => 10 * fuzz::targets()?.len() as u64,
        Some(Ok(minutes)) => minutes,
        Some(Err(error)) => return Err(Failure::Usage(format!("minutes: {error}"))),
    };
    let started = Instant::now();
    (long.run)(Duration::from_secs(minutes * 60))?;
    println!(
        "long {name}: passed in {} min",
        started.elapsed().as_secs() / 60
    );
    Ok(())
}

fn fuzz_all(time: Duration) -> Outcome {
    if !fuzz::is_available() {
        return Err("needs cargo-fuzz and a nightly toolchain".to_owned().into());
    }
    let targets = fuzz::targets()?;
    let share = time.as_secs() / targets.len().max(1) as u64;
    for target in &targets {
        fuzz::fuzz(target, share)?;
        println!("{target}: {share} s without a finding");
    }
    Ok(())
}
