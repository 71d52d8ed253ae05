//! Compares what strategies of encoding make of the same requests.
//!
//! Reads lists from the standard input, a field in each line as `name: value`, and an empty line
//! between two lists; on a terminal, or with `--sample`, it makes up requests of a browser.
//!
//! `cargo run --example compare -- --sample`

use std::env;
use std::io::{self, IsTerminal, Read};

use tress_hpack::{Encoder, HeaderField, Indexing, StringCoding};

type Lists = Vec<Vec<(String, String)>>;

fn main() -> io::Result<()> {
    let sample = env::args().any(|argument| argument == "--sample");
    let lists = if sample || io::stdin().is_terminal() {
        requests()
    } else {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text)?;
        parse(&text)
    };
    let fields: usize = lists.iter().map(Vec::len).sum();
    let raw: usize = lists
        .iter()
        .flatten()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    println!(
        "{} lists, {fields} fields, {raw} octets of names and values\n",
        lists.len()
    );
    println!("{:<44} {:>8} {:>7}", "strategy", "octets", "ratio");
    for (name, encoder) in strategies() {
        let octets = size(encoder, &lists);
        let ratio = octets as f64 / raw.max(1) as f64;
        println!("{name:<44} {octets:>8} {ratio:>7.3}");
    }
    Ok(())
}

fn strategies() -> [(&'static str, Encoder); 7] {
    let with_table = |octets| {
        let mut encoder = Encoder::new();
        encoder.set_peer_max_size(octets);
        encoder.set_preferred_size(octets);
        encoder
    };
    let with_coding = |coding| {
        let mut encoder = Encoder::new();
        encoder.set_string_coding(coding);
        encoder
    };
    let mut nothing = Encoder::with_policy(|_| Indexing::DoNotIndex);
    nothing.set_string_coding(StringCoding::Plain);
    [
        ("default: 4096 octets, the shorter string", Encoder::new()),
        ("plain strings", with_coding(StringCoding::Plain)),
        (
            "Huffman strings, even if longer",
            with_coding(StringCoding::Huffman),
        ),
        (
            "everything indexed",
            Encoder::with_policy(|_| Indexing::Index),
        ),
        ("a table of 65,536 octets", with_table(65_536)),
        ("no dynamic table", with_table(0)),
        ("no dynamic table, plain strings", nothing),
    ]
}

fn size(mut encoder: Encoder, lists: &Lists) -> usize {
    let mut block = Vec::new();
    for list in lists {
        let field = |(name, value): &(String, String)| (name.clone(), value.clone());
        let owned: Vec<(String, String)> = list.iter().map(field).collect();
        let fields = owned
            .iter()
            .map(|(name, value)| HeaderField::new(name.as_bytes(), value.as_bytes()));
        encoder.encode(fields, &mut block);
    }
    block.len()
}

fn parse(text: &str) -> Lists {
    let lists = text.split("\n\n").map(|list| {
        let fields = list.lines().filter_map(|line| {
            let (name, value) = line.trim().split_at_checked(1)?;
            let (rest, value) = value.split_once(':').map(|(n, v)| (n, v.trim()))?;
            Some((format!("{name}{rest}"), value.to_owned()))
        });
        fields.collect()
    });
    lists.collect()
}

/// A page and what it refers to.
fn requests() -> Lists {
    let paths = (0..60).map(|n| match n % 4 {
        0 => format!("/news/2024/article-{n}?page={}", n % 7),
        1 => format!("/static/app.{:08x}.js", n * 0x9e37),
        2 => format!("/img/photo-{n:04}.webp"),
        _ => format!("/api/v2/items/{n}/comments"),
    });
    let request = |(n, path): (usize, String)| {
        let accept = if n % 3 == 0 {
            "text/html,application/xhtml+xml"
        } else {
            "*/*"
        };
        let fields = [
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", "www.example.com"),
            (":path", &path),
            (
                "user-agent",
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            ),
            ("accept", accept),
            ("accept-language", "en-US,en;q=0.5"),
            ("accept-encoding", "gzip, deflate, br, zstd"),
            ("referer", "https://www.example.com/news/"),
            (
                "cookie",
                "session=6f1e0c9a7b3d4e5f8a2b; theme=dark; consent=all",
            ),
        ];
        fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    };
    paths.enumerate().map(request).collect()
}
