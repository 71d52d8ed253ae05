//! Encodes and decodes on command, so that another implementation can be held against this one.
//!
//! Reads commands from the standard input, one in a line, and answers each with one line. Octets
//! are hexadecimal; a list is made of `name:value:never` with commas between, `never` being 0 or 1.
//!
//! | command | does | answer |
//! |---|---|---|
//! | `new` | begins with a fresh encoder and a fresh decoder | `ok` |
//! | `peer SIZE` | sets the table size that the peer allows our encoder | `ok` |
//! | `own SIZE` | sets the table size that our decoder allows the peer | `ok` |
//! | `encode LIST` | encodes a list | the block, and how many fields are references |
//! | `decode BLOCK` | decodes a block in two pieces | the list, and how many fields are references |

use std::io::{self, BufRead, Write};

use tress_hpack::{Decoder, Encoder, HeaderField, Representation, Sensitivity};

/// Name, value, and whether it is never to be indexed.
type Field = (Vec<u8>, Vec<u8>, bool);

#[derive(Default)]
struct Context {
    encoder: Encoder,
    decoder: Decoder,
    /// Reads what our encoder wrote, to count its references.
    mirror: Decoder,
}

fn main() -> io::Result<()> {
    let mut context = Context::default();
    let mut answers = io::stdout().lock();
    let mut count = 0_u64;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (command, argument) = line.split_once(' ').unwrap_or((&line, ""));
        match context.obey(command, argument) {
            Some(answer) => writeln!(answers, "{answer}")?,
            None => writeln!(answers, "error: cannot obey `{command}`")?,
        }
        answers.flush()?;
        count += 1;
    }
    if count == 0 {
        eprintln!("no command came: see the head of the source for what there is");
    }
    Ok(())
}

impl Context {
    fn obey(&mut self, command: &str, argument: &str) -> Option<String> {
        match command {
            "new" => *self = Self::default(),
            "peer" => {
                let size = argument.parse().ok()?;
                self.encoder.set_peer_max_size(size);
                self.encoder.set_preferred_size(size);
                self.mirror.set_max_size(size);
            }
            "own" => self.decoder.set_max_size(argument.parse().ok()?),
            "encode" => return self.encode(&list(argument)?),
            "decode" => {
                let block = octets(argument)?;
                let (fields, references) = match decode(&mut self.decoder, &block) {
                    Ok(decoded) => decoded,
                    Err(error) => return Some(format!("error: {error}")),
                };
                return Some(format!("{} {references}", text(&fields)));
            }
            _ => return None,
        }
        Some("ok".to_owned())
    }

    fn encode(&mut self, fields: &[Field]) -> Option<String> {
        let mut block = Vec::new();
        let fields = fields.iter().map(|(name, value, never)| HeaderField {
            name,
            value,
            sensitivity: if *never {
                Sensitivity::NeverIndexed
            } else {
                Sensitivity::Normal
            },
        });
        self.encoder.encode(fields, &mut block);
        let (_, references) = decode(&mut self.mirror, &block).ok()?;
        Some(format!("{} {references}", hex(&block)))
    }
}

/// Decodes a block; returns its fields, and how many of them are references.
fn decode(
    decoder: &mut Decoder,
    block: &[u8],
) -> Result<(Vec<Field>, usize), tress_hpack::DecodeError> {
    let mut fields = Vec::new();
    let mut references = 0;
    let mut sink = |field: HeaderField<'_>, form: Representation, _: &mut u8| {
        references += usize::from(form == Representation::Indexed);
        let never = field.sensitivity == Sensitivity::NeverIndexed;
        fields.push((field.name.to_vec(), field.value.to_vec(), never));
    };
    let (first, second) = block.split_at(block.len() / 2);
    decoder.decode(first, &mut sink)?;
    decoder.decode(second, &mut sink)?;
    decoder.finish()?;
    Ok((fields, references))
}

fn list(text: &str) -> Option<Vec<Field>> {
    let field = |field: &str| {
        let mut parts = field.split(':');
        Some((
            octets(parts.next()?)?,
            octets(parts.next()?)?,
            parts.next()? == "1",
        ))
    };
    text.split(',')
        .filter(|field| !field.is_empty())
        .map(field)
        .collect()
}

fn text(fields: &[Field]) -> String {
    let field =
        |(name, value, never): &Field| format!("{}:{}:{}", hex(name), hex(value), u8::from(*never));
    fields.iter().map(field).collect::<Vec<_>>().join(",")
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn octets(digits: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    digits.as_bytes().chunks(2).map(pair).collect()
}
