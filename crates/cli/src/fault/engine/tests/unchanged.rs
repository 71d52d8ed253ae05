//! Without a fault, and with one that hits nobody, what goes on is what came.

use alloc::sync::Arc;
use core::time::Duration;

use tress_testkit::{Rng, Side, conversation};

use super::super::{Engine, Watch};
use crate::fault::Script;
use crate::shaper::{Item, Stage, Way};

#[test]
fn a_conversation_is_passed_on_octet_for_octet_however_it_is_cut() {
    let others = "rst path=/nobody; window path=/nobody size=1G; refuse count=0";
    for seed in 0..300 {
        let mut rng = Rng::new(seed);
        let script = *rng.pick(&["", others]);
        let chooser = Arc::new(Script::parse(script).unwrap().chooser());
        let mut engine = Engine::new(&chooser, 1, Watch::default());
        for (way, side) in [(Way::Up, Side::Client), (Way::Down, Side::Server)] {
            let said = conversation(&mut rng, side).concat();
            let (mut rest, mut heard) = (&said[..], Vec::new());
            while !rest.is_empty() {
                let most = rest.len().min(3000);
                let (piece, after) = rest.split_at(1 + rng.range(0..most));
                rest = after;
                for (its, item) in engine.take(Duration::ZERO, way, piece) {
                    let Item::Octets(octets) = item else {
                        panic!("it ended");
                    };
                    assert_eq!(its, way);
                    heard.extend_from_slice(&octets);
                }
            }
            for (_, item) in engine.finish(Duration::ZERO, way) {
                match item {
                    Item::Octets(octets) => heard.extend_from_slice(&octets),
                    end => assert_eq!(end, Item::Finish),
                }
            }
            assert_eq!(heard, said, "seed {seed} {way:?}");
        }
    }
}

#[test]
fn what_is_not_http2_is_passed_on_as_it_is() {
    let chooser = Arc::new(Script::parse("refuse").unwrap().chooser());
    let mut engine = Engine::new(&chooser, 1, Watch::default());
    for (way, said) in [
        (Way::Up, &b"GET / HTTP/1.1\r\n\r\n"[..]),
        (Way::Down, b"HTTP/1.1 200 OK\r\n\r\n"),
    ] {
        let items = engine.take(Duration::ZERO, way, said);
        assert_eq!(items, [(way, Item::Octets(said.to_vec().into()))]);
    }
}
