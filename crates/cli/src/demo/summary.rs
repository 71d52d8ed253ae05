//! The page that the demonstration prints: 100 columns at most, the same on every run but for times.

use alloc::string::{String, ToString};
use core::fmt::{self, Display};
use core::time::Duration;
use std::env;

use super::Report;
use super::tally::{Count, Row, Stream};
use crate::talk::{HINT, STRONG};

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let streams = self.streams();
        writeln!(
            f,
            "{STRONG}One connection, {streams} streams, both ends in this process, over loopback.{STRONG:#}\n"
        )?;
        self.write_streams(f)?;
        self.write_frames(f)?;
        self.write_totals(f)?;
        write_next(f)
    }
}

impl Report {
    fn write_streams(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{STRONG}{:>6}  {:<22} {:>6} {:>12} {:>6} {:>12} {:>12}{STRONG:#}",
            "stream", "path", "status", "octets", "DATA", "head after", "end after"
        )?;
        for (id, stream) in self.tally.numbered_streams() {
            let Stream { path, status, .. } = stream;
            writeln!(
                f,
                "{id:>6}  {path:<22} {status:>6} {:>12} {:>6} {:>12} {:>12}",
                grouped(stream.content),
                stream.data_frames,
                after(stream.head_at),
                after(stream.ended_at),
            )?;
        }
        writeln!(f)
    }

    fn write_frames(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{STRONG}{:<15} {:>12} {:>12} {:>12} {:>12}{STRONG:#}",
            "frames", "sent", "octets", "received", "octets"
        )?;
        let mut total = Row::default();
        for (name, row) in self.tally.rows() {
            write_row(f, name, row)?;
            total.sent.add(row.sent);
            total.received.add(row.received);
        }
        write_row(f, "all", &total)?;
        writeln!(f)
    }

    fn write_totals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (observed, counted) = (self.observed(), self.at_socket());
        let agreement = if observed == counted {
            "the frames above, to the octet"
        } else {
            "NOT what the frames above say"
        };
        let (sent, received) = (grouped(counted.sent), grouped(counted.received));
        writeln!(
            f,
            "The socket carried {sent} octets out and {received} in: {agreement}."
        )?;
        let rows = self.tally.rows();
        let headers = rows.get("HEADERS").copied().unwrap_or_default();
        writeln!(
            f,
            "Fields of {} octets as text took {} in HEADERS frames.",
            grouped(self.tally.field_octets()),
            grouped(headers.sent.octets + headers.received.octets)
        )?;
        let content = grouped(self.content());
        writeln!(
            f,
            "{content} octets of content in {}; a PING took {} there and back.\n",
            milliseconds(self.took),
            milliseconds(self.ping)
        )
    }
}

fn write_row(f: &mut fmt::Formatter<'_>, name: &str, row: &Row) -> fmt::Result {
    let Row { sent, received } = row;
    writeln!(
        f,
        "{name:<15} {:>12} {:>12} {:>12} {:>12}",
        grouped(sent.frames),
        grouped(sent.octets),
        grouped(received.frames),
        grouped(received.octets)
    )
}

/// Writes what to try next; under cargo the tool has a longer name.
fn write_next(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let is_cargo = env::var_os("CARGO").is_some();
    let tress = if is_cargo {
        "cargo run -p tress-cli --"
    } else {
        "tress"
    };
    writeln!(f, "{STRONG}Next:{STRONG:#}")?;
    for (command, what) in [
        (alloc::format!("{tress} serve ."), "serve the files here"),
        (
            alloc::format!("{tress} get -v http://127.0.0.1:8080/"),
            "fetch from it, frame by frame",
        ),
        (
            String::from("curl --http2-prior-knowledge http://127.0.0.1:8080/"),
            "the same with curl",
        ),
    ] {
        writeln!(f, "  {HINT}{command:<58}{HINT:#} {what}")?;
    }
    Ok(())
}

impl Count {
    const fn add(&mut self, other: Self) {
        self.frames += other.frames;
        self.octets += other.octets;
    }
}

fn after(time: Option<Duration>) -> String {
    time.map_or_else(|| String::from("-"), milliseconds)
}

fn milliseconds(time: Duration) -> String {
    alloc::format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// A number with a comma at every third digit.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
