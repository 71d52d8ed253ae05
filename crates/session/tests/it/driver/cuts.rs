//! Two ends over a transport that takes and brings as much as it likes, whoever owns the buffers.

use core::mem;
use core::task::Poll;
use core::time::Duration;

use testkit::Rng;
use tress_session::proto::runtime::Staged;
use tress_session::proto::{Client, Connection, Role, Server};
use tress_session::{Bytes, Next, RecvHalf, Response, SendHalf};

use super::support::{End, cx, post};

/// How many connections are tried.
const SEEDS: u64 = 20;

/// What one end has sent and the other has not heard.
#[derive(Default)]
struct Way {
    octets: Vec<u8>,
    /// The output is closed.
    is_ended: bool,
}

/// How far one end has come.
#[derive(PartialEq, Eq)]
enum Course {
    /// It may be woken, or have something to read.
    On,
    Over,
}

#[test]
fn all_content_comes_and_both_ends_end_whatever_the_cuts() {
    for seed in 0..SEEDS {
        let mut rng = Rng::new(seed);
        let length = rng.range(1..120_000);
        let content = Bytes::from(rng.bytes(length));
        let (mut client, mut server) = (End::<Client>::new(), End::<Server>::new());
        let (mut up, mut down) = (Way::default(), Way::default());
        let mut opened = client
            .session()
            .request(post(), Some(content.clone()))
            .unwrap();
        let (mut back, mut echo) = (Vec::new(), None);
        let mut courses = [Course::On, Course::On];
        for _ in 0..100_000 {
            if courses[0] == Course::On {
                courses[0] = round(&mut client, &mut down, &mut up, &mut rng);
                while let Poll::Ready(Ok(data)) = opened.recv.poll_data(&mut cx()) {
                    let Some(data) = data else {
                        client.session().go_away();
                        break;
                    };
                    back.extend_from_slice(&data);
                }
            }
            if courses[1] == Course::On {
                courses[1] = round(&mut server, &mut up, &mut down, &mut rng);
                work(&server, &mut echo);
            }
            if courses == [Course::Over, Course::Over] {
                break;
            }
        }
        assert!(courses == [Course::Over, Course::Over], "seed {seed}");
        assert!(back == content, "seed {seed}");
        let (ours, theirs) = (client.session().octets(), server.session().octets());
        assert_eq!((ours.sent, ours.received), (theirs.received, theirs.sent));
        client.session().outcome().unwrap();
        server.session().outcome().unwrap();
    }
}

/// Takes the request, and sends back what has come of it.
fn work(server: &End<Server>, echo: &mut Option<(RecvHalf<Server>, Option<SendHalf<Server>>)>) {
    if echo.is_none() {
        let accepted = server.session().accept(0, &mut Vec::new()).unwrap().pop();
        *echo = accepted.map(|accepted| {
            accepted.send.respond(Response::new(200)).unwrap();
            (accepted.recv, Some(accepted.send))
        });
    }
    let Some((recv, send)) = echo else { return };
    while let Poll::Ready(Ok(data)) = recv.poll_data(&mut cx()) {
        match (data, &*send) {
            (Some(data), Some(half)) => half.send_data(data).unwrap(),
            _ => {
                return send
                    .take()
                    .map_or((), |half| half.finish(Bytes::new(), None).unwrap());
            }
        }
    }
}

/// One round over a transport that brings and takes any number of octets, none at times.
fn round<R: Role>(end: &mut End<R>, from: &mut Way, to: &mut Way, rng: &mut Rng) -> Course
where
    Connection<R>: Send,
{
    end.offer();
    loop {
        if end.writer.left() == 0 {
            match end.driver.stage(&mut end.writer).unwrap() {
                Staged::Octets => {}
                Staged::Nothing => break,
                Staged::Closed => assert!(!mem::replace(&mut to.is_ended, true), "once"),
            }
        }
        let taken = rng.range(0..end.writer.left() + 2).min(end.writer.left());
        let shown = match rng.range(0..2) {
            0 => end.writer.pieces().collect::<Vec<Bytes>>().concat(),
            _ => {
                let (slices, count) = end.writer.io_slices();
                let slices = slices.iter().take(count);
                slices.flat_map(|slice| slice.to_vec()).collect()
            }
        };
        to.octets.extend(shown.iter().take(taken));
        end.writer.written(taken);
        if end.writer.left() > 0 && rng.range(0..3) == 0 {
            break;
        }
    }
    match end.next() {
        Next::Over => return Course::Over,
        Next::Read(until) => {
            let is_idle = !read(end, from, rng) && end.driver.may_rest(cx().waker());
            if let (true, 0, Some(until)) = (is_idle, rng.range(0..50), until) {
                end.now = until.min(end.now + Duration::from_millis(200));
            }
        }
        Next::Again | Next::Wait(_) => {}
    }
    Course::On
}

/// Reads some of what has come; says whether there was anything.
fn read<R: Role>(end: &mut End<R>, from: &mut Way, rng: &mut Rng) -> bool
where
    Connection<R>: Send,
{
    if from.octets.is_empty() {
        if from.is_ended {
            end.reader.ended();
        }
        return from.is_ended;
    }
    let most = 1 + rng.range(0..from.octets.len());
    if rng.range(0..2) == 0 {
        let space = end.reader.space();
        let count = most.min(space.len());
        let octets = from.octets.drain(..count);
        space
            .iter_mut()
            .zip(octets)
            .for_each(|(to, from)| *to = from);
        end.reader.filled(count);
    } else {
        let mut buffer = end.reader.lend();
        let count = most.min(buffer.capacity() - buffer.len());
        buffer.extend(from.octets.drain(..count));
        end.reader.take_back(buffer);
    }
    true
}
