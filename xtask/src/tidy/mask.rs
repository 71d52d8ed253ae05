//! Separates a Rust file into code, comments and literals, without moving a line.

/// Three copies of a file; in each of them the other two kinds of text are blank.
#[derive(Debug, Default)]
pub(super) struct Masked {
    pub(super) code: String,
    pub(super) comments: String,
    pub(super) literals: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

impl Masked {
    pub(super) fn new(text: &str) -> Self {
        let mut masked = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let (kind, length) = piece(rest);
            let (taken, left) = rest.split_at(length);
            masked.push(kind, taken);
            rest = left;
        }
        masked
    }

    fn push(&mut self, kind: Kind, text: &str) {
        let masks = [
            (Kind::Code, &mut self.code),
            (Kind::Comment, &mut self.comments),
            (Kind::Literal, &mut self.literals),
        ];
        for (its, mask) in masks {
            if its == kind {
                mask.push_str(text);
            } else {
                let blank = |sign| if sign == '\n' { '\n' } else { ' ' };
                mask.extend(text.chars().map(blank));
            }
        }
    }
}

/// The identifiers of a line of code.
pub(super) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|sign: char| !is_word(sign))
        .filter(|word| !word.is_empty())
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

/// The kind and the length of the piece of text that stands first.
fn piece(rest: &str) -> (Kind, usize) {
    let first = rest.chars().next().unwrap_or_default();
    if rest.starts_with("//") {
        (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
    } else if rest.starts_with("/*") {
        (Kind::Comment, block_comment(rest))
    } else if first == '"' {
        (Kind::Literal, quoted(rest, '"'))
    } else if is_char_literal(rest) {
        (Kind::Literal, quoted(rest, '\''))
    } else if let Some(length) = raw_string(rest) {
        (Kind::Literal, length)
    } else if is_word(first) {
        let end = rest.find(|sign| !is_word(sign));
        (Kind::Code, end.unwrap_or(rest.len()))
    } else {
        (Kind::Code, first.len_utf8())
    }
}

/// The length of a block comment, with those inside it.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a literal between two quotes, where a backslash hides the sign behind it.
fn quoted(rest: &str, quote: char) -> usize {
    let mut signs = rest.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        if sign == '\\' {
            signs.next();
        } else if sign == quote {
            return at + 1;
        }
    }
    rest.len()
}

/// Tells a character from a lifetime.
fn is_char_literal(rest: &str) -> bool {
    let mut signs = rest.chars();
    signs.next() == Some('\'')
        && match signs.next() {
            Some('\\') => true,
            Some(_) => signs.next() == Some('\''),
            None => false,
        }
}

/// The length of a raw string, if one stands here.
fn raw_string(rest: &str) -> Option<usize> {
    let tail = ["r", "br", "cr"]
        .iter()
        .find_map(|prefix| rest.strip_prefix(prefix))?;
    let hashes = tail.len() - tail.trim_start_matches('#').len();
    let content = tail.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = content.find(&end)? + end.len();
    Some(rest.len() - content.len() + length)
}

#[cfg(test)]
mod tests {
    use super::{Masked, words};

    fn squeezed(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_literals_leave_the_code() {
        let text = "let a = \"// no\"; // yes \"x\"\n/* one /* two */ still */ b('\\'', '\"');\n";
        let masked = Masked::new(text);
        assert_eq!(squeezed(&masked.code), "let a = ; b( , );");
        assert_eq!(
            squeezed(&masked.comments),
            "// yes \"x\" /* one /* two */ still */"
        );
        assert_eq!(squeezed(&masked.literals), "\"// no\" '\\'' '\"'");
    }

    #[test]
    fn a_lifetime_is_code() {
        let masked = Masked::new("fn a<'a>(b: &'a str) -> &'a str { \"c\" }");
        assert_eq!(
            squeezed(&masked.code),
            "fn a<'a>(b: &'a str) -> &'a str { }"
        );
    }

    #[test]
    fn a_raw_string_ends_at_its_own_hashes() {
        let masked = Masked::new("a(r##\"one \"# two\"##, br\"three\"); r#type; four");
        assert_eq!(squeezed(&masked.code), "a( , ); r#type; four");
    }

    #[test]
    fn no_line_moves() {
        let text = "a\n\"b\nc\"\n// d\n/*\n*/ e\n";
        let masked = Masked::new(text);
        for mask in [&masked.code, &masked.comments, &masked.literals] {
            assert_eq!(mask.lines().count(), text.lines().count());
        }
        assert_eq!(masked.code.lines().nth(5), Some("   e"));
    }

    #[test]
    fn words_are_whole() {
        let found: Vec<&str> = words("TcpStream::connect(&a_b)?").collect();
        assert_eq!(found, ["TcpStream", "connect", "a_b"]);
    }
}
