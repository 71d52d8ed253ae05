//! Exchanges through two sessions in memory, which is what the lock, the entries and the wakers cost.

use core::task::{Context, Poll, Waker};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tress_proto::runtime::{ReadOperation, WriteOperation, WriteResult};
use tress_proto::{Bytes, Client, Config, Connection, Request, Response, Role, Server};
use tress_session::{Options, RecvHalf, Session};

/// Requests in one run.
const COUNT: usize = 1000;

fn session<R: Role>() -> Session<R>
where
    Connection<R>: Send,
{
    let machine = Connection::<R>::new(Config::default());
    Session::new(Box::new(machine), Options::default())
}

/// Takes all that an end has to say.
fn take<R: Role>(from: &Session<R>) -> Vec<u8> {
    let taken = from.turn(|locked| {
        let mut octets = Vec::new();
        while let WriteOperation::Write(chunks) = locked.machine().next_write_operation() {
            let before = octets.len();
            chunks
                .as_slices()
                .iter()
                .for_each(|chunk| octets.extend_from_slice(chunk));
            let count = octets.len() - before;
            locked.machine().report_write_result(WriteResult::Ok(count));
        }
        locked.park_writer();
        octets
    });
    from.driver().clear();
    taken.expect("nobody is in a turn").0
}

/// Has an end hear all of it.
fn give<R: Role>(to: &Session<R>, mut octets: &[u8]) {
    let given = to.turn(|locked| {
        while !octets.is_empty() && locked.machine().next_read_operation() == ReadOperation::Read {
            let count = locked.machine().read(octets);
            octets = octets.get(count..).unwrap_or_default();
        }
    });
    given.expect("nobody is in a turn");
}

/// Lets both ends say all that they have to say.
fn run(client: &Session<Client>, server: &Session<Server>) {
    loop {
        let (up, down) = (take(client), take(server));
        if up.is_empty() && down.is_empty() {
            return;
        }
        give(server, &up);
        give(client, &down);
    }
}

/// Takes an answer; returns how many octets it has.
fn answer(recv: &mut RecvHalf<Client>) -> usize {
    let (mut cx, mut octets) = (Context::from_waker(Waker::noop()), 0);
    while let Poll::Ready(Ok(Some(data))) = recv.poll_data(&mut cx) {
        octets += data.len();
    }
    octets
}

/// So many requests, some of them at a time, each answered whole; returns the octets of the answers.
fn requests(client: &Session<Client>, server: &Session<Server>, at_a_time: usize) -> usize {
    let content = Bytes::from_static(&[b'x'; 100]);
    let mut octets = 0;
    for _ in 0..COUNT / at_a_time {
        let ask = |_| client.request(Request::get("http", "localhost", "/"), Some(Bytes::new()));
        let opened = (0..at_a_time).map(ask).collect::<Result<Vec<_>, _>>();
        run(client, server);
        let (mut ended, mut answered) = (Vec::new(), Vec::new());
        for mut accepted in server.accept(0, &mut ended).expect("nobody is in a turn") {
            answered.push(accepted.id());
            let received = Some(&mut accepted.recv);
            let replied = accepted
                .send
                .reply(received, Response::new(200), content.clone(), None);
            replied.expect("the stream runs");
        }
        server.end_handlers(answered).expect("nobody is in a turn");
        run(client, server);
        for mut opened in opened.expect("it is well formed") {
            octets += answer(&mut opened.recv);
        }
    }
    assert_eq!(octets, COUNT * content.len());
    octets
}

fn exchanges(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sessions");
    group.throughput(Throughput::Elements(COUNT as u64));
    for at_a_time in [1, 100] {
        let (client, server) = (session(), session());
        run(&client, &server);
        group.bench_function(format!("both ends, {at_a_time} at a time"), |bencher| {
            bencher.iter(|| requests(&client, &server, at_a_time));
        });
    }
    group.finish();
}

criterion_group!(benches, exchanges);
criterion_main!(benches);
