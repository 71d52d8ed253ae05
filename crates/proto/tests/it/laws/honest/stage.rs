//! Plays a story on two machines in virtual time.

use core::time::Duration;

use testkit::{Driver, Path};
use tress_proto::{Client, Server};

use super::super::machine::{Machine, streams};
use super::service::Service;
use super::story::Story;
use super::user::{Fate, User};

/// No story is longer.
const LONGEST: Duration = Duration::from_secs(4 * 3600);
/// No story has more turns.
const TURNS: usize = 2_000_000;
/// How long the ends may take to leave each other in good order, besides what the line takes.
const GOODBYE: Duration = Duration::from_secs(30);

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
    drivers: [Driver; 2],
    up: Path,
    down: Path,
    user: User,
    service: Service,
    changes: usize,
    now: Duration,
    turns: usize,
}

/// Plays a story to its end.
pub(crate) fn play<A, B>(story: &Story, client: A, server: B) -> Ending
where
    A: Machine<Role = Client>,
    B: Machine<Role = Server>,
{
    let (up, down) = story.line.paths();
    let mut stage = Stage {
        story,
        client,
        server,
        drivers: [Driver::new(), Driver::new()],
        up,
        down,
        user: User::new(&story.tasks),
        service: Service::default(),
        changes: 0,
        now: Duration::ZERO,
        turns: 0,
    };
    let mut faults = Vec::new();
    while !stage.user.is_done() && !stage.is_over() && stage.go_on(LONGEST) {}
    let time = stage.now;
    if stage.is_over() {
        faults.push(format!(
            "the connection is over after {time:?}: {}",
            stage.ends()
        ));
    } else if stage.user.is_done() {
        stage.come_to_rest();
        faults.extend(stage.left_behind());
        stage.client.connection().go_away();
        let last = stage.now + stage.story.line.queue() + 4 * story.line.round_trip() + GOODBYE;
        while !stage.is_closed() && stage.go_on(last) {}
        if stage.user.closed != ["Ok(())"] || stage.service.closed != ["Ok(())"] {
            faults.push(format!("they did not part in good order: {}", stage.ends()));
        }
    }
    Ending {
        fates: stage.user.fates().cloned().collect(),
        faults,
        time,
        octets: stage.down.carried(),
    }
}

impl<A: Machine<Role = Client>, B: Machine<Role = Server>> Stage<'_, A, B> {
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
        let [client, server] = &mut self.drivers;
        self.user.act(&mut self.client, self.now);
        let of_client = client.turn(&mut self.client, &mut self.down, &mut self.up, self.now);
        self.service.act(&mut self.server, self.now);
        let of_server = server.turn(&mut self.server, &mut self.up, &mut self.down, self.now);
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
            self.user.next(),
            self.service.next(),
            change,
            self.client.tick(self.now),
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
        !self.user.closed.is_empty() || !self.service.closed.is_empty()
    }

    fn is_closed(&self) -> bool {
        self.drivers.iter().all(Driver::is_closed)
    }

    fn ends(&self) -> String {
        format!(
            "client {:?}, server {:?}",
            self.user.closed, self.service.closed
        )
    }

    /// What is left where nothing should be.
    fn left_behind(&mut self) -> Vec<String> {
        let mut left = Vec::new();
        for (name, count) in [
            ("client", streams(&mut self.client).len()),
            ("server", streams(&mut self.server).len()),
            ("handlers", self.service.live()),
        ] {
            if count > 0 {
                left.push(format!("{count} streams left behind: {name}"));
            }
        }
        let (client, server) = (self.client.connection(), self.server.connection());
        let windows = [
            ("up", client.send_window(), server.recv_window()),
            ("down", server.send_window(), client.recv_window()),
        ];
        for (way, sender, receiver) in windows {
            if sender != receiver || receiver < 32_768 {
                left.push(format!(
                    "window {way}: {sender} to send, {receiver} to receive"
                ));
            }
        }
        left
    }
}
