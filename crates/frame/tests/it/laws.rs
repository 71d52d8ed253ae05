//! What holds for all octets; plain functions, so that a fuzzer can call them.

use tress_frame::{Data, Decoder, Error, Frame, Head, Headers, PushPromise, StreamId, fragments};

use self::frames::{Numbers, make, settings, shape};

// The path is spelled out, so that it is also right where this file is included by path.
#[path = "laws/frames.rs"]
mod frames;
#[cfg(test)]
mod tests;

/// No octets make the decoder or what it returns panic, and what it returns fits the octets.
pub(crate) fn no_octets_panic(data: &[u8]) {
    are_read(data, Decoder::decode);
}

type Decode = for<'a> fn(&mut Decoder, &'a [u8]) -> Result<Option<(Frame<'a>, usize)>, Error>;

fn are_read(data: &[u8], decode: Decode) {
    let (frames, rest, error) = read_all(data, decode);
    let read: usize = frames.iter().map(|frame| frame.head().frame_len()).sum();
    assert_eq!(read + rest, data.len(), "octets were lost");
    for frame in &frames {
        let line = format!("{frame} {frame:?}");
        assert!(
            line.is_ascii() && !line.contains('\n'),
            "not one line: {line}"
        );
        assert!(
            frame.head().length <= 16_384,
            "above the maximum size: {line}"
        );
    }
    if let Some(error) = error {
        let section = error.section();
        assert!(section.starts_with("RFC "), "no section: {section}");
        assert!(!format!("{error} {error:?}").is_empty());
    }
}

/// What is read, written, and read again is the same frame.
pub(crate) fn what_was_read_reads_the_same_when_written(data: &[u8]) {
    survives_writing(data, |frame, out| frame.encode(out));
}

fn survives_writing(data: &[u8], write: impl Fn(&Frame<'_>, &mut Vec<u8>)) {
    let wire = shape(data);
    for frame in read_all(&wire, Decoder::decode).0 {
        parses_back(&frame, &write);
    }
}

/// Frames that are made, of every type, parse back to themselves.
pub(crate) fn what_was_made_parses_back(data: &[u8]) {
    made_parses_back(data, |frame, out| frame.encode(out));
}

fn made_parses_back(data: &[u8], write: impl Fn(&Frame<'_>, &mut Vec<u8>)) {
    let mut numbers = Numbers(data);
    let settings = settings(&mut numbers);
    let origins = [numbers.octets(), numbers.octets()];
    for frame in make(&mut numbers, &settings, &origins) {
        parses_back(&frame, &write);
    }
}

#[track_caller]
fn parses_back(frame: &Frame<'_>, write: &impl Fn(&Frame<'_>, &mut Vec<u8>)) {
    let mut octets = Vec::new();
    write(frame, &mut octets);
    let found = Decoder::new().decode(&octets);
    assert_eq!(found, Ok(Some((*frame, octets.len()))));
    assert_eq!(frame.head().frame_len(), octets.len(), "the head is wrong");
}

/// In whatever pieces the octets arrive, the same frames are in them.
pub(crate) fn chunks_do_not_matter(data: &[u8]) {
    same_in_chunks(data, Decoder::decode);
}

fn same_in_chunks(data: &[u8], decode: Decode) {
    let wire = shape(data);
    let (frames, rest, error) = read_all(&wire, Decoder::decode);
    let mut lengths = data
        .iter()
        .map(|octet| usize::from(*octet % 32) + 1)
        .cycle();
    let mut decoder = Decoder::new();
    let (mut start, mut end, mut count, mut failed) = (0, 0, 0, None);
    while failed.is_none() {
        match decode(&mut decoder, &wire[start..end]) {
            Ok(Some((frame, consumed))) => {
                assert_eq!(Some(&frame), frames.get(count), "frame {count} differs");
                start += consumed;
                count += 1;
            }
            Ok(None) if end == wire.len() => break,
            Ok(None) => end = wire.len().min(end + lengths.next().unwrap_or(1)),
            Err(error) => failed = Some(error),
        }
    }
    assert_eq!(count, frames.len(), "frames are missing");
    assert_eq!(failed, error);
    assert_eq!(wire.len() - start, rest, "octets were lost");
}

/// The path that reads only heads sees the same frames.
pub(crate) fn heads_alone_say_the_same(data: &[u8]) {
    heads_say_the_same(data, Decoder::decode_head);
}

type DecodeHead = fn(&mut Decoder, &[u8]) -> Result<Option<Head>, Error>;

fn heads_say_the_same(data: &[u8], decode_head: DecodeHead) {
    let wire = shape(data);
    let mut decoder = Decoder::new();
    let mut rest = wire.as_slice();
    while let Ok(Some(head)) = decode_head(&mut decoder, rest) {
        match decoder.decode(rest) {
            Ok(Some((frame, consumed))) => {
                assert_eq!(frame.head().length, head.length);
                assert_eq!(frame.head().frame_type, head.frame_type);
                assert_eq!(frame.head().stream_id, head.stream_id);
                assert_eq!(head.frame_len(), consumed);
            }
            Ok(None) => break,
            Err(error) => assert_eq!(error.head(), head),
        }
        rest = &rest[head.frame_len()..];
    }
}

/// Octets that are divided into frames are all there, in order, and no frame is too long.
pub(crate) fn splitting_loses_nothing(data: &[u8]) {
    let mut numbers = Numbers(data);
    let max = u32::from(numbers.octet()) + 8;
    let block = numbers.0;
    content_is_whole(block, max);
    let id = StreamId::from_wire(1);
    let promised_id = StreamId::from_wire(2);
    block_is_whole(block, max, Headers::new(id, block).padded(1).split(max));
    block_is_whole(
        block,
        max,
        PushPromise::new(id, promised_id, block).split(max),
    );
}

fn content_is_whole(block: &[u8], max: u32) {
    let id = StreamId::from_wire(1);
    let joined: Vec<u8> = fragments(block, max)
        .flat_map(|piece| piece.octets)
        .copied()
        .collect();
    assert_eq!(joined, block);
    let content: Vec<Data<'_>> = Data::new(id, block)
        .padded(1)
        .end_stream()
        .split(max)
        .collect();
    assert!(
        content.iter().all(|data| data.flow_len() <= max),
        "above {max}"
    );
    assert_eq!(content.iter().filter(|data| data.end_stream).count(), 1);
    assert_eq!(
        content.iter().flat_map(|data| data.data).count(),
        block.len()
    );
}

fn block_is_whole<'a>(block: &[u8], max: u32, frames: impl Iterator<Item = Frame<'a>>) {
    let mut joined = Vec::new();
    let mut ended = false;
    for frame in frames {
        assert!(!ended, "a frame follows the end of the block");
        assert!(frame.head().length <= max, "above {max}: {frame}");
        let (fragment, end_headers) = match frame {
            Frame::Headers(headers) => (headers.fragment, headers.end_headers),
            Frame::PushPromise(promise) => (promise.fragment, promise.end_headers),
            Frame::Continuation(continuation) => (continuation.fragment, continuation.end_headers),
            _ => panic!("not a part of a field block: {frame}"),
        };
        joined.extend_from_slice(fragment);
        ended = end_headers;
    }
    assert!(ended, "the block does not end");
    assert_eq!(joined, block);
}

/// The frames in the octets, how many octets are left, and why no more were read.
fn read_all(octets: &[u8], decode: Decode) -> (Vec<Frame<'_>>, usize, Option<Error>) {
    let mut decoder = Decoder::new();
    let mut frames = Vec::new();
    let mut rest = octets;
    loop {
        match decode(&mut decoder, rest) {
            Ok(Some((frame, consumed))) => {
                frames.push(frame);
                rest = &rest[consumed..];
            }
            Ok(None) => return (frames, rest.len(), None),
            Err(error) => return (frames, rest.len(), Some(error)),
        }
    }
}
