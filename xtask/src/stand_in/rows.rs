//! The rows of the table: what is measured, in turns, and what it must come to.

use std::fs;
use std::path::{Path, PathBuf};

use super::{build, measure};
use crate::process;
use crate::{Failure, Outcome};

/// How many turns each figure is of, unless told.
const ROUNDS: usize = 5;

/// The octets of the file that is sent, sixteen times over.
const FILE: usize = 64 << 20;

/// Both programs: the other `h2`, and ours.
struct Both {
    theirs: PathBuf,
    ours: PathBuf,
}

/// What is measured of one of them, and what the ratio of ours to theirs must be.
struct Row<'a> {
    name: String,
    must: Must,
    measure: Box<Measure<'a>>,
}

type Measure<'a> = dyn Fn(&Path) -> Result<f64, Failure> + 'a;

/// What a ratio must be.
#[derive(Clone, Copy)]
enum Must {
    /// The median of the turns is at most this.
    AtMost(f64),
    /// The median is at least this.
    AtLeast(f64),
    /// Three turns of four are at least this.
    LowerQuartile(f64),
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let rounds = match arguments {
        [] => ROUNDS,
        [rounds] => rounds
            .parse()
            .map_err(|_| Failure::Usage(format!("`{rounds}` is no number of rounds")))?,
        _ => return Err(Failure::Usage("one number of rounds".to_owned())),
    };
    for tool in ["h2load", "taskset"] {
        if !process::is_installed(tool) {
            return Err(format!("{tool} is not installed").into());
        }
    }
    let both = Both {
        theirs: build("benches/stand_in/h2", "stand_in_h2")?,
        ours: build("benches/stand_in/tress", "stand_in_tress")?,
    };
    let file = std::env::temp_dir().join(format!("stand-in-{}", std::process::id()));
    fs::write(&file, vec![b'x'; FILE]).map_err(|error| error.to_string())?;
    let measured = table(&both, &file, rounds.max(1));
    // It lies where the system clears up.
    let _ = fs::remove_file(&file);
    match measured? {
        0 => Ok(()),
        missed => Err(format!("{missed} figures are not as they must be").into()),
    }
}

/// Measures all rows, and prints them; returns how many are not as they must be.
fn table(both: &Both, file: &Path, rounds: usize) -> Result<usize, Failure> {
    println!("| what | h2 | tress-h2 | ratio | must |\n|---|--:|--:|--:|--:|");
    let mut missed = 0;
    for row in rows(both, file) {
        missed += usize::from(!row.print(both, rounds)?);
    }
    for (at, name) in ["idle connection, octets", "open stream, octets"]
        .into_iter()
        .enumerate()
    {
        let measure = move |program: &Path| {
            let figures = measure::memory(program)?;
            Ok(figures.get(at).copied().unwrap_or_default())
        };
        let row = Row::new(name, Must::AtMost(0.7), measure);
        missed += usize::from(!row.print(both, 1)?);
    }
    Ok(missed)
}

fn rows<'a>(both: &'a Both, file: &'a Path) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for (clients, streams, requests, most) in [
        (10, 100, 400_000, 0.7),
        (100, 100, 400_000, 0.7),
        (10, 1, 60_000, 1.0),
        (1, 1, 30_000, 1.0),
    ] {
        let name = format!("{clients} × {streams}, µs a request");
        rows.push(Row::new(&name, Must::AtMost(most), move |program| {
            measure::small(program, clients, streams, requests)
        }));
    }
    for windows in ["default", "large"] {
        for (way, file) in [("download", None), ("upload", Some(file))] {
            let name = format!("{way} of 1 GiB, {windows} windows, MiB/s");
            rows.push(Row::new(&name, Must::LowerQuartile(0.97), move |program| {
                measure::large(program, windows, file)
            }));
        }
    }
    let name = "client of 2 threads, 64 tasks, requests/s";
    rows.push(Row::new(name, Must::AtLeast(1.2), |program| {
        measure::client(program, &both.theirs)
    }));
    rows
}

impl<'a> Row<'a> {
    fn new(name: &str, must: Must, measure: impl Fn(&Path) -> Result<f64, Failure> + 'a) -> Self {
        Self {
            name: name.to_owned(),
            must,
            measure: Box::new(measure),
        }
    }

    /// Measures both in turns, and prints what it comes to. Says whether that is as it must be.
    fn print(&self, both: &Both, rounds: usize) -> Result<bool, Failure> {
        let (mut theirs, mut ours, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            let (their, our) = ((self.measure)(&both.theirs)?, (self.measure)(&both.ours)?);
            theirs.push(their);
            ours.push(our);
            ratios.push(our / their);
        }
        let (ratio, is_good, must) = match self.must {
            Must::AtMost(most) => {
                let ratio = quantile(&mut ratios, 2);
                (ratio, ratio <= most, format!("≤ {most}"))
            }
            Must::AtLeast(least) => {
                let ratio = quantile(&mut ratios, 2);
                (ratio, ratio >= least, format!("≥ {least}"))
            }
            Must::LowerQuartile(least) => {
                let ratio = quantile(&mut ratios, 4);
                (ratio, ratio >= least, format!("lower quartile ≥ {least}"))
            }
        };
        let (their, our) = (quantile(&mut theirs, 2), quantile(&mut ours, 2));
        let mark = if is_good { "" } else { " **missed**" };
        let name = &self.name;
        println!("| {name} | {their:.2} | {our:.2} | {ratio:.2}{mark} | {must} |");
        Ok(is_good)
    }
}

/// What one in `parts` of the figures is below; with 2 their median.
fn quantile(figures: &mut [f64], parts: usize) -> f64 {
    figures.sort_by(f64::total_cmp);
    let at = figures.len().saturating_sub(1) / parts;
    figures.get(at).copied().unwrap_or(f64::NAN)
}
