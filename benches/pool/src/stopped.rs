//! One of three servers is stopped under load: when does the last request go to it that then hangs?

use core::net::SocketAddr;
use core::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tress_async::{Pool, policy};

use crate::clients::{Client, totals};
use crate::process::Serving;
use crate::{Outcome, must};

/// As the documentation of the pool says: a PING after so much silence, and so long until it is late.
const DOCUMENTED: Duration = Duration::from_secs(12);
/// How long the load goes on after that.
const AFTER: Duration = Duration::from_secs(5);
/// What an answer takes at most that comes from a server that runs.
const SLOW: Duration = Duration::from_secs(1);
/// How long an answer may take to count as one: longer than it takes to give a connection up.
const PATIENCE: Duration = Duration::from_secs(25);
/// How many requests go out in a second, by each client.
const RATE: u32 = 200;

pub(crate) async fn run() -> Outcome {
    let first = Serving::start(&["serve", "127.0.0.1:0"]).await?;
    let port = first.address.parse::<SocketAddr>()?.port();
    let mut servers = vec![first];
    for last in [2, 3] {
        let address = format!("127.0.0.{last}:{port}");
        servers.push(Serving::start(&["serve", &address]).await?);
    }
    let addresses: Result<Vec<SocketAddr>, _> = servers
        .iter()
        .map(|server| server.address.parse())
        .collect();
    let policy = policy::Config::default().spread(3)?;
    let pool = Pool::builder().policy(policy).repeat_idempotent();
    let clients = Client::all(&addresses?, pool)?;
    let authority = format!("servers:{port}");
    let begun = Instant::now();
    let stops_at = begun + Duration::from_secs(2);
    let mut loads = JoinSet::new();
    for client in &clients {
        loads.spawn(load(
            client.clone(),
            format!("http://{authority}/"),
            begun,
            stops_at,
        ));
    }
    sleep_until(stops_at).await;
    let [stopped, ..] = servers.as_slice() else {
        return Err("there are three".into());
    };
    stopped.signal("STOP").await?;
    while let Some(load) = loads.join_next().await {
        let (client, load) = load??;
        println!(
            "{}: {} requests after the stop, {} of which took longer than {} s, {} had no answer after {} s",
            client.name(),
            load.asked,
            load.slow,
            SLOW.as_secs(),
            load.unanswered,
            PATIENCE.as_secs(),
        );
        println!(
            "  the latest of the slow ones went out {:.1} s after the stop; {} more than {} s after it",
            load.latest.as_secs_f64(),
            load.late,
            DOCUMENTED.as_secs(),
        );
        if let Client::Tress(_) = client {
            let total = totals(&client, &authority);
            println!(
                "  {} connections lost, {} sent again",
                total.lost, total.again
            );
            must(
                load.late == 0,
                "after the documented time no request goes to a server that stopped",
            )?;
            must(
                load.unanswered == 0,
                "what ran there is sent again, which is allowed here",
            )?;
        }
    }
    stopped.signal("CONT").await?;
    sleep(Duration::from_millis(100)).await;
    Ok(())
}

#[derive(Default)]
struct Load {
    /// How many requests went out after the stop.
    asked: usize,
    /// How many of those were answered late or not at all.
    slow: usize,
    unanswered: usize,
    /// How long after the stop the latest of the slow ones went out.
    latest: Duration,
    /// How many of those went out after the documented time.
    late: usize,
}

impl Load {
    fn add(&mut self, after: Duration, took: Option<Duration>) {
        self.asked += 1;
        self.unanswered += usize::from(took.is_none());
        if took.is_none_or(|took| took > SLOW) {
            self.slow += 1;
            self.latest = self.latest.max(after);
            self.late += usize::from(after > DOCUMENTED);
        }
    }
}

/// Sends requests at a rate until a while after the documented time.
async fn load(
    client: Client,
    url: String,
    begun: Instant,
    stops_at: Instant,
) -> Outcome<(Client, Load)> {
    let end = stops_at + DOCUMENTED + AFTER;
    let mut tasks = JoinSet::new();
    for number in 0.. {
        let at = begun + Duration::from_secs(1) * number / RATE;
        if at > end {
            break;
        }
        sleep_until(at).await;
        let (client, url) = (client.clone(), url.clone());
        tasks.spawn(async move {
            let sent = Instant::now();
            let answered = timeout(PATIENCE, client.get(&url)).await;
            let is_answered = matches!(answered, Ok(Ok(())));
            (at, is_answered.then(|| sent.elapsed()))
        });
    }
    let mut load = Load::default();
    while let Some(done) = tasks.join_next().await {
        let (at, took) = done?;
        if let Some(after) = at.checked_duration_since(stops_at) {
            load.add(after, took);
        }
    }
    Ok((client, load))
}
