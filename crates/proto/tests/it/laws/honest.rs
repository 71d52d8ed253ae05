//! The first law: no honest peer is cut off.

#[path = "honest/client.rs"]
mod client;
#[path = "honest/link.rs"]
mod link;
#[path = "honest/models/mod.rs"]
mod models;
#[path = "honest/plain.rs"]
mod plain;
#[path = "honest/report.rs"]
mod report;
#[path = "honest/service.rs"]
mod service;
#[path = "honest/stage.rs"]
mod stage;
#[path = "honest/story.rs"]
mod story;
#[path = "honest/task.rs"]
mod task;
#[path = "honest/unlimited.rs"]
mod unlimited;
#[path = "honest/user.rs"]
mod user;

use tress_proto::{Client, Config, Connection, Limits, Server};

pub(crate) use self::models::Model;
pub(crate) use self::report::Report;
pub(crate) use self::service::Service;
use self::stage::{play, play_with_plain};
pub(crate) use self::story::Story;
pub(crate) use self::task::{Plan, Start, Task};
use self::unlimited::unlimited;
pub(crate) use self::user::User;
use super::machine::Machine;

/// Plays a story with these ends, and with ends without limits, and compares.
pub(crate) fn judged<A, B>(
    story: &Story,
    client: fn(Config) -> A,
    server: fn(Config) -> B,
) -> Report
where
    A: Machine<Role = Client>,
    B: Machine<Role = Server>,
{
    let (client, server) = (client(story.client()), server(story.server()));
    let patient = story.with_patience();
    let of_client = unlimited(patient.client(), 100, Limits::client());
    let of_server = unlimited(patient.server(), story.streams, Limits::server());
    let free = Connection::new(of_server);
    let (limited, free) = match story.is_plain {
        true => (play_with_plain(story, server), play_with_plain(story, free)),
        false => (
            play(story, client, server),
            play(story, Connection::new(of_client), free),
        ),
    };
    Report::of(story, &limited, &free)
}
