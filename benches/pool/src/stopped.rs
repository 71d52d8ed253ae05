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
/// How long an answer may take to count as one.
const PATIENCE: Duration = Duration::from_secs(15);
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
        let Load {
            asked,
            unanswered,
            latest,
            late,
        } = load;
        println!(
            "{}: {asked} requests after the stop, {unanswered} not answered within {} s; the latest of these {:.1} s after it, {late} after {} s",
            client.name(),
            PATIENCE.as_secs(),
            latest.as_secs_f64(),
            DOCUMENTED.as_secs(),
        );
        if let Client::Tress(_) = client {
            let total = totals(&client, &authority);
            println!(
                "  {} connections lost, {} sent again",
                total.lost, total.again
            );
            must(
                late == 0,
                "no request hangs that came after the documented time",
            )?;
        }
    }
    stopped.signal("CONT").await?;
    sleep(Duration::from_millis(100)).await;
    Ok(())
}

struct Load {
    /// How many requests went out after the stop.
    asked: usize,
    unanswered: usize,
    /// How long after the stop the latest of those went out.
    latest: Duration,
    /// How many of those went out after the documented time.
    late: usize,
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
            let answered = timeout(PATIENCE, client.get(&url)).await;
            (at, matches!(answered, Ok(Ok(()))))
        });
    }
    let mut load = Load {
        asked: 0,
        unanswered: 0,
        latest: Duration::ZERO,
        late: 0,
    };
    while let Some(done) = tasks.join_next().await {
        let (at, is_answered) = done?;
        let after = at.saturating_duration_since(stops_at);
        load.asked += usize::from(at >= stops_at);
        if !is_answered {
            load.unanswered += 1;
            load.latest = load.latest.max(after);
            load.late += usize::from(after > DOCUMENTED);
        }
    }
    Ok((client, load))
}
