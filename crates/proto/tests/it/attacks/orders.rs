//! Every order of five frames on two streams, judged by a model of a few lines (RFC 9113 §5.1).
//!
//! An order that ends the connection is not made longer: all frames are fed to what is left of it,
//! and nothing may come of them.
//!
//! HEADERS come whole, or are begun and need CONTINUATION. Orders of frames with END_STREAM besides are
//! shorter, but for `TRESS_TIMES`, which asks for a long run.

mod model;

use runtime::{ReadOperation, Runtime, WriteResult};
use testkit::{
    Reader, Wire, code, continuation, data, kind, rst_stream, settings_ack, window_update,
};
use tress_proto::{Client, Config, Connection, Event, Server, Side};

use self::model::{IDS, Kind, Model, Step};
use super::rig::{drain, read_all};
use crate::support::{Ends, both, post};

/// How many frames an order has.
const LENGTH: usize = 5;

/// How many it has where some have END_STREAM.
const LENGTH_WITH_ENDS: usize = 3;

/// One order in so many is also fed octet by octet.
const SAMPLE: usize = 61;

const KINDS: [Kind; 6] = [
    Kind::Headers,
    Kind::HeadersBegun,
    Kind::Data,
    Kind::RstStream,
    Kind::WindowUpdate,
    Kind::Continuation,
];

const KINDS_WITH_ENDS: [Kind; 8] = [
    Kind::Headers,
    Kind::HeadersLast,
    Kind::HeadersBegun,
    Kind::Data,
    Kind::DataLast,
    Kind::RstStream,
    Kind::WindowUpdate,
    Kind::Continuation,
];

fn steps(kinds: &[Kind]) -> impl Iterator<Item = Step> {
    kinds.iter().flat_map(|kind| [(*kind, 0), (*kind, 1)])
}

fn octets<R: Ends>((kind, place): Step) -> Vec<u8> {
    let id = IDS[place];
    match kind {
        Kind::Headers => R::head(id).octets(),
        Kind::HeadersLast => R::head(id).end().octets(),
        Kind::HeadersBegun => R::head(id).no_end_headers().octets(),
        Kind::Data => data(id, "x").octets(),
        Kind::DataLast => data(id, "x").end().octets(),
        Kind::RstStream => rst_stream(id, code::CANCEL).octets(),
        Kind::WindowUpdate => window_update(id, 1).octets(),
        Kind::Continuation => continuation(id).octets(),
    }
}

/// What makes two streams ready for whatever the peer says.
trait Begins: Ends {
    fn begin(machine: &mut Connection<Self>);
}

impl Begins for Server {
    fn begin(_: &mut Connection<Self>) {}
}

impl Begins for Client {
    fn begin(machine: &mut Connection<Self>) {
        machine.request(post()).unwrap();
        let id = machine.request(post()).unwrap();
        machine.stream_mut(id).unwrap().end().unwrap();
    }
}

/// Feeds orders, and counts them.
struct Tour<R: Begins> {
    hello: Vec<u8>,
    wires: Vec<(Step, Vec<u8>)>,
    length: usize,
    count: usize,
    role: core::marker::PhantomData<R>,
}

impl<R: Begins> Tour<R> {
    fn new(kinds: &[Kind], length: usize) -> Self {
        Self {
            length,
            hello: (R::hello(), settings_ack()).octets(),
            wires: steps(kinds).map(|step| (step, octets::<R>(step))).collect(),
            count: 0,
            role: core::marker::PhantomData,
        }
    }

    /// A machine that has been greeted, and what it said is forgotten.
    fn machine(&self) -> Connection<R> {
        let mut machine = Connection::<R>::new(Config::default());
        read_all(&mut machine, &self.hello);
        R::begin(&mut machine);
        drain(&mut machine, &mut Vec::new());
        machine
    }

    /// Tries all orders that begin so. What came of the frames before is seen at the end of each.
    fn visit(&mut self, order: &mut Vec<usize>, model: &Model) {
        if order.len() == self.length || model.goaway.is_some() {
            return self.try_one(order, model);
        }
        for step in 0..self.wires.len() {
            order.push(step);
            self.visit(order, &model.after(self.wires[step].0));
            order.pop();
        }
    }

    fn try_one(&mut self, order: &[usize], model: &Model) {
        self.count += 1;
        let mut wire = Vec::new();
        for step in order {
            wire.extend_from_slice(&self.wires[*step].1);
        }
        let mut machine = self.machine();
        read_all(&mut machine, &wire);
        self.judge(&mut machine, model, order);
        if self.count % SAMPLE == 0 {
            self.same_octet_by_octet(&wire, order);
        }
        self.finish(machine, order);
    }

    fn named(&self, order: &[usize]) -> Vec<Step> {
        order.iter().map(|step| self.wires[*step].0).collect()
    }

    /// The wire says what the model does, and no more streams are there than were opened.
    fn judge(&self, machine: &mut Connection<R>, model: &Model, order: &[usize]) {
        let mut sent = Vec::new();
        drain(machine, &mut sent);
        let name = || (R::SIDE, self.named(order));
        let mut rest = &sent[..];
        // A connection that dies may drop the resets that were due.
        let is_silent = model.goaway.is_some() && rest.get(3) == Some(&kind::GOAWAY);
        for (id, code) in model.resets.iter().filter(|_| !is_silent) {
            let reset = rst_stream(*id, *code).octets();
            rest = rest
                .strip_prefix(&reset[..])
                .unwrap_or_else(|| panic!("no RST_STREAM: {:?}", name()));
        }
        let goaway = Reader::new().read(rest);
        let goaway: Vec<_> = goaway
            .iter()
            .map(|frame| (frame.kind, frame.code()))
            .collect();
        let expected: Vec<_> = model
            .goaway
            .iter()
            .map(|code| (kind::GOAWAY, Some(*code)))
            .collect();
        assert_eq!(goaway, expected, "{:?}", name());
        let is_over = machine.next_read_operation() == ReadOperation::Close;
        assert_eq!(is_over, model.goaway.is_some(), "{:?}", name());
        assert!(machine.streams().count() <= IDS.len(), "{:?}", name());
    }

    /// Nothing comes of what follows the end; and the end is reported once, and last.
    fn finish(&self, mut machine: Connection<R>, order: &[usize]) {
        let is_over = machine.next_read_operation() == ReadOperation::Close;
        let mut events = poll(&mut machine);
        if is_over {
            for (_, wire) in &self.wires {
                read_all(&mut machine, wire);
            }
            let mut sent = Vec::new();
            drain(&mut machine, &mut sent);
            assert!(sent.is_empty(), "{:?}", self.named(order));
        } else {
            machine.report_exn("cut".into());
        }
        machine.report_write_result(WriteResult::Closed);
        events.extend(poll(&mut machine));
        let closed = |event: &Event| matches!(event, Event::Closed(_));
        let places: Vec<_> = (0..events.len())
            .filter(|place| closed(&events[*place]))
            .collect();
        assert_eq!(
            places,
            [events.len() - 1],
            "{:?}: {events:?}",
            self.named(order)
        );
        for id in IDS {
            let is_opened = R::SIDE == Side::Client
                || events.iter().any(
                    |event| matches!(event, Event::Opened { stream_id } if stream_id.value() == id),
                );
            let finished = |event: &&Event| matches!(event, Event::Finished { stream_id, .. } if stream_id.value() == id);
            let times = events.iter().filter(finished).count();
            assert_eq!(
                times,
                usize::from(is_opened),
                "{id}: {:?}: {events:?}",
                self.named(order)
            );
        }
    }

    fn same_octet_by_octet(&self, wire: &[u8], order: &[usize]) {
        let mut found = Vec::new();
        for step in [1, wire.len().max(1)] {
            let mut machine = self.machine();
            let (mut consumed, mut offered) = (0, 0);
            while offered < wire.len() {
                offered = (offered + step).min(wire.len());
                while consumed < offered {
                    match machine.read(&wire[consumed..offered]) {
                        0 => break,
                        count => consumed += count,
                    }
                }
            }
            let mut sent = Vec::new();
            drain(&mut machine, &mut sent);
            found.push((sent, format!("{:?}", poll(&mut machine))));
        }
        assert_eq!(found[0], found[1], "{:?}: {:?}", R::SIDE, self.named(order));
    }
}

fn poll<R: Ends>(machine: &mut Connection<R>) -> Vec<Event> {
    core::iter::from_fn(|| machine.poll_event()).collect()
}

fn tour<R: Begins>(kinds: &[Kind], length: usize) -> usize {
    let mut tour = Tour::<R>::new(kinds, length);
    tour.visit(&mut Vec::new(), &Model::new(R::SIDE));
    println!(
        "{:?}: {} orders of up to {length} of {} kinds",
        R::SIDE,
        tour.count,
        kinds.len()
    );
    tour.count
}

#[test]
fn every_order_of_five_frames_on_two_streams_comes_to_what_the_states_say() {
    both!(R => assert!(tour::<R>(&KINDS, LENGTH) > 5000));
}

#[test]
fn every_order_of_frames_with_end_stream_comes_to_what_the_states_say() {
    let length = match std::env::var_os("TRESS_TIMES") {
        Some(_) => LENGTH,
        None => LENGTH_WITH_ENDS,
    };
    both!(R => assert!(tour::<R>(&KINDS_WITH_ENDS, length) > 500));
}
