//! Decodes blocks of hexadecimal digits, and shows the dynamic table after each of them.
//!
//! `cargo run --example decode_hex -- 828684410f7777772e6578616d706c652e636f6d 828684be58086e6f2d6361636865`

use std::env;
use std::process::ExitCode;

use tress_hpack::{Decoder, HeaderField, Representation};

/// RFC 7541 §C.4: three requests.
const EXAMPLE: [&str; 3] = [
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    "8286 84be 5886 a8eb 1064 9cbf",
    "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
];

fn main() -> ExitCode {
    let mut blocks: Vec<String> = env::args().skip(1).collect();
    if blocks.is_empty() {
        println!("no block was given, so these are three requests of RFC 7541 §C.4");
        blocks.extend(EXAMPLE.map(str::to_owned));
    }
    let mut decoder = Decoder::new();
    for block in &blocks {
        println!("\nblock {block}");
        if let Err(error) = show(&mut decoder, block) {
            eprintln!("decode_hex: {block}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Decodes one block, and prints its fields and the table.
fn show(decoder: &mut Decoder, block: &str) -> Result<(), Box<dyn core::error::Error>> {
    let octets = octets(block).ok_or("not an even number of hexadecimal digits")?;
    let mut sink = |field: HeaderField<'_>, form: Representation, _: &mut u8| {
        println!("  {:<20} {field:?}", format!("{form:?}"));
    };
    decoder.decode(&octets, &mut sink)?;
    let summary = decoder.finish()?;
    println!(
        "  {} fields, {} octets with 32 for each",
        summary.fields, summary.octets
    );
    let table = decoder.table();
    println!("table: {} of {} octets", table.size(), table.max_size());
    for entry in table.entries() {
        let (name, value) = (entry.name.escape_ascii(), entry.value.escape_ascii());
        println!("  [{}] (size {}) {name}: {value}", entry.index, entry.size);
    }
    Ok(())
}

fn octets(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = digits
        .chars()
        .filter(|digit| !digit.is_whitespace())
        .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
        .collect();
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(high << 4 | low),
        _ => None,
    };
    digits?.chunks(2).map(pair).collect()
}
