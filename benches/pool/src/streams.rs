//! Requests to a server that takes 100 at a time and sleeps 50 ms for each.

use tress_async::{Pool, policy};

use crate::clients::{Client, ask, authority, totals};
use crate::{Outcome, must, servers};

/// From how many requests on the beginning matters little.
const MANY: usize = 5000;
const AT_ONCE: usize = 1000;

/// Asks by our pool with one, two and four connections, and by the others as they are.
pub(crate) async fn run(count: usize) -> Outcome {
    let mut one = None;
    let mut ratios = Vec::new();
    for connections in [1, 2, 4] {
        let (url, serving) = servers::start(None).await?;
        let policy = policy::Config::default().connections(connections, connections)?;
        let pool = Pool::builder().policy(policy).build();
        let client = Client::Tress(pool);
        let asked = ask(&client, &url, count, AT_ONCE).await?;
        let ratio = asked.seconds / *one.get_or_insert(asked.seconds);
        let (seconds, failed) = (asked.seconds, asked.failed);
        let made = totals(&client, authority(&url)).connects;
        println!(
            "tress, {made} of {connections} connections: {count} requests in {seconds:.2} s, {ratio:.3} of one, {failed} failed"
        );
        must(failed == 0, "no request of ours fails")?;
        ratios.push((connections, ratio));
        serving.abort();
    }
    for client in Client::all(&[], Pool::builder())?.iter().skip(1) {
        let (url, serving) = servers::start(None).await?;
        let asked = ask(client, &url, count, AT_ONCE).await?;
        let (name, seconds, failed) = (client.name(), asked.seconds, asked.failed);
        let error = asked.error.unwrap_or_default();
        println!("{name}: {count} requests in {seconds:.2} s, {failed} failed {error}");
        serving.abort();
    }
    for (connections, ratio) in ratios {
        let is_fast = ratio * f64::from(u32::try_from(connections)?) <= 1.2;
        must(
            count < MANY || is_fast,
            "k connections take 1.2 / k of the time of one",
        )?;
    }
    Ok(())
}
