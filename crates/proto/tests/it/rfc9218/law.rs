//! What holds of the field `priority`, whatever its octets.

use testkit::Rng;
use tress_proto::Priority;

/// Any octets are read without a panic, and what was read of them is read back from what is written
/// of it.
pub(crate) fn a_priority_is_read_back(data: &[u8]) {
    holds(data, Priority::parse);
}

#[track_caller]
fn holds(data: &[u8], parse: impl Fn(&[u8]) -> Option<Priority>) {
    if let Some(priority) = parse(data) {
        assert!(priority.urgency() <= 7);
        assert!(data.len() <= 64, "{data:?} is not worth reading");
        assert_eq!(parse(priority.to_string().as_bytes()), Some(priority));
    }
}

/// Octets of which dictionaries are made, and a few of which they are not.
const OCTETS: &[u8] = b"ui=?01,;x \t3789-.\"\\:(=)*A_\x00\x80";

fn random(rng: &mut Rng) -> Vec<u8> {
    let length = rng.range(0..24);
    (0..length).map(|_| *rng.pick(OCTETS)).collect()
}

#[test]
fn a_priority_is_read_back_of_random_octets() {
    let mut rng = Rng::new(9218);
    let mut read = 0;
    for _ in 0..100_000 {
        let data = random(&mut rng);
        a_priority_is_read_back(&data);
        a_priority_is_read_back(&rng.bytes(3));
        read += usize::from(Priority::parse(&data).is_some());
    }
    assert!(read > 1000, "the random octets are no dictionaries: {read}");
}

#[test]
#[should_panic = "left"]
fn a_reader_that_forgets_is_found() {
    holds(b"u=5,i", |data| match data {
        b"u=5,i" => Priority::parse(data),
        _ => Some(Priority::default()),
    });
}
