//! Plays a story on two machines in virtual time.

use core::time::Duration;

use testkit::{Driver, Path};
use tress_proto::{Client, Server};

use super::super::machine::{Machine, streams};
use super::client::{HonestClient, Ours};
use super::plain::Plain;
use super::service::Service;
use super::story::Story;
use super::user::Fate;

/// No story is longer.
const LONGEST: Duration = Duration::from_secs(4 * 3600);
/// No story has more turns.
const TURNS: usize = 2_000_000;
/// How long the ends may take to leave each other in good order, besides what the link takes: it may be
/// gone once more.
const GRACE: Duration = Duration::from_secs(150);

/// Half of the smallest window of a connection: of what came, less is not granted again at once.
const HALF: i32 = 32_767;

/// What came of a story.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) fates: Vec<Fate>,
    /// What is wrong with it, whatever the other run came to.
    pub(crate) faults: Vec<String>,
    /// How long it was, and how many octets came down.
    pub(crate) time: Duration,
    pub(crate) octets: u64,
}

/// A story in progress.
struct Stage<'a, A, B> {
    story: &'a Story,
    client: A,
    server: B,
    driver: Driver,
    up: Path,
    down: Path,
    service: Service,
    changes: usize,
    now: Duration,
    turns: usize,
}

/// Plays a story to its end, with a client of ours.
pub(crate) fn play<A, B>(story: &Story, client: A, server: B) -> Ending
where
    A: Machine<Role = Client>,
    B: Machine<Role = Server>,
{
    let mut stage = Stage::new(story, Ours::new(client, &story.tasks), server);
    let mut faults = stage.play();
    let (time, octets) = (stage.now, stage.down.carried());
    if faults.is_empty() && stage.client.is_done() {
        stage.come_to_rest();
        faults.extend(stage.left_behind());
        faults.extend(stage.windows_differ());
        stage.client.machine.connection().go_away();
        let last = stage.now + stage.story.link.queue() + 4 * story.link.round_trip() + GRACE;
        while !stage.is_closed() && stage.go_on(last) {}
        let client = stage.client.over();
        if client.as_deref() != Some("Ok(())") || stage.service.closed != ["Ok(())"] {
            faults.push(format!("they did not part in good order: {}", stage.ends()));
        }
    }
    Ending {
        fates: stage.client.fates(),
        faults,
        time,
        octets,
    }
}

/// Plays a story to its end, with a client that is not ours.
pub(crate) fn play_with_plain<B>(story: &Story, server: B) -> Ending
where
    B: Machine<Role = Server>,
{
    let mut stage = Stage::new(story, Plain::new(&story.tasks), server);
    let mut faults = stage.play();
    let (time, octets) = (stage.now, stage.down.carried());
    if faults.is_empty() && stage.client.is_done() {
        stage.come_to_rest();
        faults.extend(stage.left_behind());
    }
    Ending {
        fates: stage.client.fates(),
        faults,
        time,
        octets,
    }
}

impl<'a, A: HonestClient, B: Machine<Role = Server>> Stage<'a, A, B> {
    fn new(story: &'a Story, client: A, server: B) -> Self {
        let (up, down) = story.link.paths();
        Self {
            story,
            client,
            server,
            driver: Driver::new(),
            up,
            down,
            service: Service::default(),
            changes: 0,
            now: Duration::ZERO,
            turns: 0,
        }
    }

    /// Plays until all tasks came to an end; says what is wrong with that.
    fn play(&mut self) -> Vec<String> {
        while !self.client.is_done() && !self.is_over() && self.go_on(LONGEST) {}
        match self.is_over() {
            true => vec![format!(
                "the connection is over after {:?}: {}",
                self.now,
                self.ends()
            )],
            false => Vec::new(),
        }
    }

    /// Does all that is to be done now, and goes to the next time at which something happens; says
    /// whether there is one, before `last`.
    fn go_on(&mut self, last: Duration) -> bool {
        while self.turn() {}
        let Some(next) = self.next() else {
            return false;
        };
        assert!(self.turns < TURNS, "it never ends: {:?}", self.story);
        // A deadline that has passed already is looked at again a moment later.
        self.now = next.max(self.now + Duration::from_nanos(1));
        self.up.advance(self.now);
        self.down.advance(self.now);
        self.now <= last
    }

    /// Lets both ends do what they can now; says whether anything moved.
    fn turn(&mut self) -> bool {
        self.turns += 1;
        self.announce();
        let of_client = self.client.turn(&mut self.down, &mut self.up, self.now);
        self.service.act(&mut self.server, self.now);
        let server = &mut self.server;
        let of_server = (self.driver).turn(server, &mut self.up, &mut self.down, self.now);
        of_client || of_server
    }

    fn announce(&mut self) {
        while let Some((at, change, streams)) = self.story.changes.get(self.changes) {
            if *at > self.now {
                return;
            }
            self.changes += 1;
            // A connection that is over takes no change.
            let _ = self.server.announce(*change, *streams);
        }
    }

    fn next(&mut self) -> Option<Duration> {
        let change = self.story.changes.get(self.changes).map(|(at, ..)| *at);
        let times = [
            self.up.next(),
            self.down.next(),
            self.client.next(self.now),
            self.service.next(),
            change,
            self.server.tick(self.now),
        ];
        times.into_iter().flatten().min()
    }

    /// Lets everything arrive that is under way, and the applications finish.
    fn come_to_rest(&mut self) {
        while !self.is_at_rest() && self.go_on(LONGEST * 2) {}
    }

    fn is_at_rest(&self) -> bool {
        let is_empty = self.up.held() + self.down.held() == 0;
        is_empty && self.service.live() == 0 && self.changes == self.story.changes.len()
    }

    fn is_over(&self) -> bool {
        self.client.over().is_some() || !self.service.closed.is_empty()
    }

    fn ends(&self) -> String {
        format!(
            "client {:?}, server {:?}",
            self.client.over(),
            self.service.closed
        )
    }

    /// What the server keeps where nothing should be left.
    fn left_behind(&mut self) -> Vec<String> {
        let counts = [
            ("streams of the server", streams(&mut self.server).len()),
            ("handlers", self.service.live()),
        ];
        let left = counts.into_iter().filter(|(_, count)| *count > 0);
        left.map(|(name, count)| format!("{count} {name} left behind"))
            .collect()
    }
}

impl<A: Machine<Role = Client>, B: Machine<Role = Server>> Stage<'_, Ours<A>, B> {
    fn is_closed(&self) -> bool {
        self.client.driver.is_closed() && self.driver.is_closed()
    }

    /// What is wrong with the credit when nothing is under way, or with the client.
    fn windows_differ(&mut self) -> Vec<String> {
        let mut wrong = Vec::new();
        let count = streams(&mut self.client.machine).len();
        if count > 0 {
            wrong.push(format!("{count} streams of the client left behind"));
        }
        let (client, server) = (self.client.machine.connection(), self.server.connection());
        let windows = [
            ("up", client.send_window(), server.recv_window()),
            ("down", server.send_window(), client.recv_window()),
        ];
        for (way, sender, receiver) in windows {
            if sender != receiver || receiver < HALF {
                wrong.push(format!(
                    "window {way}: {sender} to send, {receiver} to receive"
                ));
            }
        }
        wrong
    }
}
