//! Lists through nghttp2 and `tress-hpack`, both ways, field by field: random ones, and the corpus.

mod lists;

use tress_hpack::{Decoder, Encoder, HeaderField, Representation, Sensitivity};

use self::lists::Lists;
use crate::corpus::Sequence;
use crate::nghttp2::{Deflater, Inflater};

/// How many lists go through one pair of compression contexts.
const LISTS_PER_CONTEXT: usize = 100;

/// The table sizes that are chosen from.
const SIZES: [usize; 9] = [0, 100, 256, 1000, 4096, 4096, 8192, 16_384, 65_536];

/// A field: name, value, and whether it must never be indexed.
type Field = (Vec<u8>, Vec<u8>, bool);

/// What was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The lists, each of which went both ways.
    pub lists: usize,
    /// The pairs of contexts.
    pub contexts: usize,
    /// The fields of all lists.
    pub fields: usize,
    /// The fields that our encoder wrote as references to an entry.
    pub our_references: usize,
    /// The fields that nghttp2 wrote as references to an entry.
    pub their_references: usize,
    /// How often a table got another size.
    pub sizes: usize,
    /// The fields that are larger than the table.
    pub oversized: usize,
}

/// Sends so many lists both ways, and panics at the first difference.
pub fn compare(lists: usize) -> Counts {
    let mut counts = Counts::default();
    let mut random = Lists::new(7541);
    while counts.lists < lists {
        counts.contexts += 1;
        let mut ends = Ends::new();
        random.forget();
        for number in 0..LISTS_PER_CONTEXT.min(lists - counts.lists) {
            if number > 0 && random.below(20) == 0 {
                for _ in 0..=random.below(2) {
                    ends.set_table_size(SIZES[random.below(SIZES.len())]);
                    counts.sizes += 1;
                }
            }
            ends.compare(&random.list(), 1 + random.below(64), &mut counts);
        }
    }
    counts
}

/// Sends the sequences of the corpus both ways, once for each table size, which changes halfway, and
/// panics at the first difference.
pub fn compare_corpus(sequences: &[Sequence]) -> Counts {
    let mut counts = Counts::default();
    for (sequence, size) in sequences
        .iter()
        .flat_map(|all| SIZES.map(|size| (all, size)))
    {
        counts.contexts += 1;
        let mut ends = Ends::new();
        for (number, list) in sequence.lists.iter().enumerate() {
            if number == sequence.lists.len() / 2 {
                ends.set_table_size(size);
                counts.sizes += 1;
            }
            let fields = list.iter();
            let list: Vec<Field> = fields
                .map(|field| (field.name.clone(), field.value.clone(), false))
                .collect();
            ends.compare(&list, 1 + number % 64, &mut counts);
        }
    }
    counts
}

/// Encoders and decoders of both, whose tables have the same size.
struct Ends {
    encoder: Encoder,
    decoder: Decoder,
    /// Reads what our encoder writes, to know what it chose.
    mirror: Decoder,
    deflater: Deflater,
    inflater: Inflater,
    size: usize,
}

impl Ends {
    fn new() -> Self {
        // The encoder of nghttp2 never has a larger table than it was made with.
        let mut deflater = Deflater::new(65_536);
        deflater.set_table_size(4096);
        Self {
            encoder: Encoder::new(),
            decoder: Decoder::new(),
            mirror: Decoder::new(),
            deflater,
            inflater: Inflater::new(),
            size: 4096,
        }
    }

    fn set_table_size(&mut self, size: usize) {
        self.encoder.set_peer_max_size(size);
        self.encoder.set_preferred_size(size);
        self.mirror.set_max_size(size);
        self.decoder.set_max_size(size);
        self.deflater.set_table_size(size);
        self.inflater.set_table_size(size);
        self.size = size;
    }

    /// Sends a list both ways; theirs comes in pieces.
    fn compare(&mut self, list: &[Field], piece: usize, counts: &mut Counts) {
        self.ours_to_theirs(list, counts);
        self.theirs_to_ours(list, piece, counts);
        counts.lists += 1;
        counts.fields += list.len();
        let size = |(name, value, _): &&Field| name.len() + value.len() + 32 > self.size;
        counts.oversized += list.iter().filter(size).count();
    }

    fn ours_to_theirs(&mut self, list: &[Field], counts: &mut Counts) {
        let mut block = Vec::new();
        self.encoder.encode(list.iter().map(borrow), &mut block);
        let written = read(
            &mut self.mirror,
            &block,
            block.len(),
            &mut counts.our_references,
        );
        let mut found = Vec::new();
        self.inflater.inflate(&block, |name, value, never| {
            found.push((name.to_vec(), value.to_vec(), never));
        });
        let place = counts.lists;
        assert_eq!(
            found, written,
            "list {place}: nghttp2 and we read otherwise"
        );
        same(&found, list, place);
    }

    fn theirs_to_ours(&mut self, list: &[Field], piece: usize, counts: &mut Counts) {
        let fields = list.iter();
        let fields = fields.map(|(name, value, never)| (&**name, &**value, *never));
        let block = self.deflater.deflate_all(fields);
        let found = read(
            &mut self.decoder,
            block,
            piece,
            &mut counts.their_references,
        );
        same(&found, list, counts.lists);
    }
}

/// Decodes a block that comes in pieces, and counts the references.
fn read(decoder: &mut Decoder, block: &[u8], piece: usize, references: &mut usize) -> Vec<Field> {
    let mut found = Vec::new();
    let mut sink = |field: HeaderField<'_>, representation: Representation, _: &mut u8| {
        *references += usize::from(representation == Representation::Indexed);
        let never = field.sensitivity == Sensitivity::NeverIndexed;
        found.push((field.name.to_vec(), field.value.to_vec(), never));
    };
    for fragment in block.chunks(piece.max(1)) {
        decoder
            .decode(fragment, &mut sink)
            .expect("the block is right");
    }
    decoder.finish().expect("the block is whole");
    found
}

/// A field may come as never indexed though it was not asked for, but not the other way.
fn same(found: &[Field], list: &[Field], place: usize) {
    assert_eq!(found.len(), list.len(), "list {place}: fields were lost");
    for (found, asked) in found.iter().zip(list) {
        assert_eq!((&found.0, &found.1), (&asked.0, &asked.1), "list {place}");
        assert!(found.2 || !asked.2, "list {place}: a secret was not kept");
    }
}

fn borrow((name, value, never): &Field) -> HeaderField<'_> {
    if *never {
        HeaderField::sensitive(name, value)
    } else {
        HeaderField::new(name, value)
    }
}

#[cfg(test)]
mod tests {
    use super::{compare, compare_corpus, same};
    use crate::corpus;

    #[test]
    fn some_lists_come_to_the_same_and_are_worth_comparing() {
        let counts = compare(1000);
        assert_eq!((counts.lists, counts.contexts), (1000, 10));
        assert!(
            counts.our_references * 100 >= 30 * counts.fields,
            "{counts:?}"
        );
        assert!(
            counts.their_references * 100 >= 30 * counts.fields,
            "{counts:?}"
        );
        assert!(counts.oversized > 0 && counts.sizes > 20, "{counts:?}");
    }

    #[test]
    fn the_corpus_comes_to_the_same_with_every_table_size() {
        let corpus = corpus::sequences();
        let lists: usize = corpus.iter().map(|sequence| sequence.lists.len()).sum();
        let counts = compare_corpus(&corpus);
        assert_eq!(counts.lists, 9 * lists);
        assert_eq!(counts.contexts, counts.sizes);
    }

    #[test]
    #[should_panic(expected = "list 7: a secret was not kept")]
    fn a_secret_that_is_not_kept_is_noticed() {
        let field = |never| (b"a".to_vec(), b"b".to_vec(), never);
        same(&[field(false)], &[field(true)], 7);
    }
}
