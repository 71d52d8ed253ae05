//! Requests to a server that goes away after every hundred.

use tress_async::Pool;

use crate::clients::{Client, ask, authority, totals};
use crate::{Outcome, must, servers};

const AT_ONCE: usize = 50;

pub(crate) async fn run(count: usize) -> Outcome {
    for client in Client::all(&[], Pool::builder())? {
        let (url, serving) = servers::start(Some(100)).await?;
        let asked = ask(&client, &url, count, AT_ONCE).await?;
        let (name, seconds, failed) = (client.name(), asked.seconds, asked.failed);
        let error = asked.error.unwrap_or_default();
        println!("{name}: {count} requests in {seconds:.2} s, {failed} failed {error}");
        if let Client::Tress(_) = client {
            let total = totals(&client, authority(&url));
            println!(
                "  {} connections, {} sent again",
                total.connects, total.again
            );
            must(failed == 0, "no request of ours fails")?;
        }
        serving.abort();
    }
    Ok(())
}
