//! Our clients, as their people may use them: replies that nobody reads, and calls that the server
//! resets.
//!
//! `our_client blocking|async|http unread HOST:PORT PATH COUNT` holds so many replies unread, and says
//! how long one more takes, of `/1`. `our_client … resets HOST:PORT COUNT` asks so many times for
//! `/reset`, each of which must fail, and then for `/whole` on the same connection.

mod asynchronous;
mod blocking;
mod http;

use std::env;
use std::process::ExitCode;
use std::time::Duration;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(15);

/// How many calls are under way at once.
const AT_ONCE: usize = 50;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<String, Failure> {
    match *arguments {
        [client, "unread", place, path, count] => {
            let count = count.parse()?;
            let took = match client {
                "blocking" => blocking::unread(place, path, count),
                "async" => wait(asynchronous::unread(place, path, count)),
                _ => wait(http::unread(place, path, count)),
            };
            let took =
                took.map_err(|error| format!("with {count} replies unread, one more: {error}"))?;
            Ok(format!("after {} ms", took.as_millis()))
        }
        [client, "resets", place, count] => {
            let count = count.parse()?;
            let failed = match client {
                "blocking" => blocking::resets(place, count),
                "async" => wait(asynchronous::resets(place, count)),
                _ => wait(http::resets(place, count)),
            };
            let failed =
                failed.map_err(|error| format!("after {count} resets, one more: {error}"))?;
            Ok(format!(
                "{failed} calls were reset, and the next was answered"
            ))
        }
        _ => Err(
            "usage: our_client CLIENT unread HOST:PORT PATH COUNT | resets HOST:PORT COUNT".into(),
        ),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::time::timeout(LIMIT, work)
        .await
        .unwrap_or_else(|_| Err(format!("nothing in {} s", LIMIT.as_secs()).into()))
}
