//! A progress bar, for a person who waits.

use core::time::Duration;
use std::io::{self, IsTerminal};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use super::url::Url;

/// How long a transfer goes without one.
const DELAY: Duration = Duration::from_millis(500);

/// What is known, and what is not.
const SIZED: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
const ENDLESS: &str = "{msg} {spinner} {bytes} {bytes_per_sec} {elapsed}";

/// The progress of one transfer. Its bar is gone when it is dropped.
#[derive(Debug)]
pub(crate) struct Progress<'a> {
    url: &'a Url,
    total: Option<u64>,
    start: Instant,
    octets: u64,
    is_shown: bool,
    bar: Option<ProgressBar>,
}

impl<'a> Progress<'a> {
    /// Begins; a bar is drawn only if it may be, and only if stderr is a terminal.
    pub(crate) fn new(is_shown: bool, url: &'a Url, total: Option<u64>) -> Self {
        Self {
            url,
            total,
            start: Instant::now(),
            octets: 0,
            is_shown: is_shown && io::stderr().is_terminal(),
            bar: None,
        }
    }

    /// Takes note of octets.
    pub(crate) fn add(&mut self, octets: usize) {
        self.octets += octets as u64;
        if !self.is_shown || self.start.elapsed() < DELAY {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| bar(self.url, self.total));
        bar.set_position(self.octets);
    }
}

fn bar(url: &Url, total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), SIZED),
        None => (ProgressBar::new_spinner(), ENDLESS),
    };
    let style = ProgressStyle::with_template(template);
    // A template that did not parse would cost the looks of the bar, no more.
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(alloc::format!("{url}"));
    bar
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
