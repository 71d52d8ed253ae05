//! What the types are, beside what they do.

use core::error::Error;
use core::fmt::Debug;

use tress_hpack::{
    DecodeError, Decoder, DynamicTable, Encoder, HeaderField, Indexing, Limit, Limits,
    Representation, Sensitivity, StringCoding, Summary,
};

fn is_send_sync_debug<T: Send + Sync + Debug>() {}

#[test]
fn everything_can_be_sent_shared_and_shown() {
    is_send_sync_debug::<Decoder>();
    is_send_sync_debug::<Encoder>();
    is_send_sync_debug::<DynamicTable<'_>>();
    is_send_sync_debug::<HeaderField<'_>>();
    is_send_sync_debug::<(Limits, Limit, Summary, Representation)>();
    is_send_sync_debug::<(Sensitivity, Indexing, StringCoding)>();
}

#[test]
fn errors_are_errors() {
    fn is_error<T: Error + Send + Sync + 'static>() {}
    is_error::<DecodeError>();
}

#[test]
fn messages_are_lower_case_and_cite_their_section() {
    let errors = [
        DecodeError::IndexZero,
        DecodeError::IndexOutOfRange { index: 99 },
        DecodeError::IntegerTooLarge,
        DecodeError::IntegerTooLong,
        DecodeError::HuffmanEos,
        DecodeError::HuffmanPaddingTooLong,
        DecodeError::HuffmanPaddingNotOnes,
        DecodeError::SizeUpdateAboveLimit {
            size: 5000,
            limit: 4096,
        },
        DecodeError::SizeUpdateAfterField,
        DecodeError::TooManySizeUpdates,
        DecodeError::SizeUpdateMissing,
        DecodeError::Truncated,
    ];
    for error in errors {
        let text = error.to_string();
        assert!(text.contains(&format!("({})", error.section())), "{text}");
        assert!(!text.ends_with('.'), "{text}");
    }
    let error = DecodeError::SizeUpdateAboveLimit {
        size: 5000,
        limit: 4096,
    };
    assert_eq!(
        error.to_string(),
        "table size 5000 is above the limit of 4096 (RFC 7541 §6.3)"
    );
}

#[test]
fn a_field_is_shown_as_text_and_a_secret_is_not() {
    let field = HeaderField::new(b":path", b"/a\x00");
    assert_eq!(format!("{field:?}"), r#"":path: /a\x00""#);
    let field = HeaderField::sensitive(b"authorization", b"secret");
    assert_eq!(
        format!("{field:?}"),
        r#""authorization: <6 octets, never indexed>""#
    );
}

/// Both print their tables, in which no secret ever is.
#[test]
fn a_secret_is_not_shown_by_its_encoder_or_decoder() {
    let mut encoder = Encoder::new();
    let mut block = Vec::new();
    encoder.set_string_coding(StringCoding::Plain);
    encoder.encode(
        [
            HeaderField::new(b"a", b"b"),
            HeaderField::sensitive(b"c", b"secret"),
        ],
        &mut block,
    );
    let mut decoder = Decoder::new();
    let mut sink = |_: HeaderField<'_>, _: Representation, _: &mut u8| {};
    block
        .chunks(1)
        .for_each(|fragment| decoder.decode(fragment, &mut sink).unwrap());
    for shown in [format!("{encoder:?}"), format!("{decoder:?}")] {
        assert!(shown.contains(r#"{"a": "b"}"#), "{shown}");
        assert!(
            !shown.contains("secret") && !shown.contains("115, 101, 99"),
            "{shown}"
        );
    }
}

#[test]
fn a_field_has_the_size_of_an_entry() {
    const FIELD: HeaderField<'_> = HeaderField::new(b"custom-key", b"custom-header");
    assert_eq!(FIELD.size(), 55);
    assert_eq!(FIELD.sensitivity, Sensitivity::default());
}

#[test]
fn nothing_is_limited_by_default() {
    let limits = Limits::default();
    let all = [limits.list_octets, limits.fields, limits.string_octets];
    assert_eq!(all, [usize::MAX; 3]);
}

#[test]
fn hot_types_are_small() {
    assert!(size_of::<HeaderField<'_>>() <= 5 * size_of::<usize>());
    assert!(size_of::<DecodeError>() <= 12);
    assert!(size_of::<Decoder>() <= 512, "{}", size_of::<Decoder>());
    assert!(size_of::<Encoder>() <= 320, "{}", size_of::<Encoder>());
}

#[test]
fn a_table_is_shown_with_its_entries() {
    let mut encoder = Encoder::new();
    encoder.encode([HeaderField::new(b"a", b"b\n")], &mut Vec::new());
    let shown = format!("{:?}", encoder.table());
    assert!(shown.contains(r#"entries: {"a": "b\\n"}"#), "{shown}");
    assert!(shown.contains("size: 35"), "{shown}");
    let entries = encoder.table().entries();
    assert_eq!((entries.len(), entries.size_hint()), (1, (1, Some(1))));
}
