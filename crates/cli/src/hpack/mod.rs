//! `tress hpack`: field blocks by hand (RFC 7541).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::io::Write;

use blocking::proto::HeaderField;
use blocking::proto::hpack::{Decoder, Encoder, Representation};

use self::story::Case;
use crate::args::{self, Action};
use crate::exit::{Failure, Result};
use crate::frames::Harmless;
use crate::inspect::{block, read};
use crate::talk::{FAINT, STRONG};

mod json;
mod story;

/// Does what the command line asks for.
pub(crate) fn run(args: &args::Hpack) -> Result<()> {
    let place = args.file.display();
    let mut cases = story::parse(&read(&args.file)?).map_err(|failure| failure.at(&place))?;
    let text = match args.action {
        Action::Encode if args.json => encode(&mut cases).map(|()| json::cases(&cases)),
        Action::Decode | Action::Table if args.json => json::decoded(&mut cases),
        Action::Encode => encode(&mut cases).map(|()| story::write(&cases)),
        Action::Decode => decode(&mut cases, |_, _, _| {}).map(|()| story::write(&cases)),
        Action::Table => tables(&mut cases),
    };
    let text = text.map_err(|failure| failure.at(&place))?;
    let mut stdout = anstream::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::write("stdout", &error))
}

fn encode(cases: &mut [Case]) -> Result<()> {
    let mut encoder = Encoder::new();
    for (number, case) in (0..).zip(cases) {
        let missing = || Failure::usage(format_args!("case {number} has no headers to encode"));
        let fields = case.fields.as_ref().ok_or_else(missing)?;
        if let Some(octets) = case.table_size {
            encoder.set_peer_max_size(octets);
        }
        let mut wire = Vec::new();
        let fields = fields.iter();
        let fields =
            fields.map(|(name, value)| HeaderField::new(name.as_bytes(), value.as_bytes()));
        encoder.encode(fields, &mut wire);
        case.wire = Some(wire);
    }
    Ok(())
}

/// Decodes each case, and shows it with its number and the decoder after it.
fn decode(cases: &mut [Case], mut show: impl FnMut(usize, &Case, &Decoder)) -> Result<()> {
    let mut decoder = Decoder::new();
    for (number, case) in (0..).zip(cases) {
        let missing = || Failure::usage(format_args!("case {number} has no wire to decode"));
        let wire = case.wire.as_ref().ok_or_else(missing)?;
        if let Some(octets) = case.table_size {
            decoder.set_max_size(octets);
        }
        let mut fields = Vec::new();
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        let mut take = |field: HeaderField<'_>, _: Representation, _: &mut u8| {
            fields.push((text(field.name), text(field.value)));
        };
        let decoded = decoder.decode(wire, &mut take);
        decoded
            .and_then(|()| decoder.finish())
            .map_err(|error| Failure::judged(format_args!("case {number}: {error}")))?;
        case.fields = Some(fields);
        show(number, case, &decoder);
    }
    Ok(())
}

/// What each octet means, and the table after each case.
fn tables(cases: &mut [Case]) -> Result<String> {
    let mut text = String::new();
    decode(cases, |number, case, decoder| {
        let wire = case.wire.as_deref().unwrap_or_default();
        let fields = case.fields.iter().flatten();
        let clean = |text: &String| format!("{}", Harmless(text.as_bytes()));
        let fields: Vec<String> = fields
            .map(|(name, value)| format!("{}: {}", clean(name), clean(value)))
            .collect();
        text.push_str(&format!(
            "{STRONG}case {number}: {} octets{STRONG:#}\n",
            wire.len()
        ));
        let mut rest = wire;
        for part in block::parts(wire, &fields) {
            let (octets, after) = rest.split_at_checked(part.octets).unwrap_or((rest, &[]));
            rest = after;
            let mut means = part.means.as_str();
            for line in octets.chunks(16) {
                let digits: String = line.iter().map(|octet| format!("{octet:02x} ")).collect();
                text.push_str(&format!("  {digits:<48} {means}\n"));
                means = "";
            }
        }
        let table = decoder.table();
        let (len, size, most, gone) = (
            table.len(),
            table.size(),
            table.max_size(),
            table.evictions(),
        );
        text.push_str(&format!(
            "  {FAINT}table: {len} entries, {size} of {most} octets, {gone} evicted{FAINT:#}\n"
        ));
        // RFC 7541 §2.3.3: the dynamic table begins behind the 61 entries of the static one.
        for (index, entry) in (62..).zip(table.entries()) {
            let (name, value) = (Harmless(entry.name), Harmless(entry.value));
            text.push_str(&format!("  {index:>5}  {name}: {value}\n"));
        }
    })?;
    Ok(text)
}
