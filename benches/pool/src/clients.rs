//! Clients of several makes, asked in the same way.

use alloc::sync::Arc;
use core::net::{IpAddr, SocketAddr};
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::{Context, Poll};
use core::time::Duration;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;
use tress_async::{Address, Connecting, Connector, Pool, PoolBuilder, PoolIo, policy};

use crate::Outcome;

/// A client, with as many connections as it makes.
#[derive(Clone)]
pub(crate) enum Client {
    Tress(Pool),
    Reqwest(reqwest::Client),
    HyperUtil(Box<HyperClient<HttpConnector<Addresses>, Empty<Bytes>>>),
}

impl Client {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Tress(_) => "tress",
            Self::Reqwest(_) => "reqwest",
            Self::HyperUtil(_) => "hyper-util",
        }
    }

    /// A client of each make, for whose hosts these addresses are resolved; ours as it is built.
    pub(crate) fn all(addresses: &[SocketAddr], pool: PoolBuilder) -> Outcome<Vec<Self>> {
        let mut reqwest = reqwest::Client::builder().http2_prior_knowledge();
        let mut connector = HttpConnector::new_with_resolver(Addresses(addresses.to_vec()));
        connector.set_nodelay(true);
        if !addresses.is_empty() {
            reqwest = reqwest.resolve_to_addrs("servers", addresses);
        }
        let hyper = HyperClient::builder(TokioExecutor::new())
            .http2_only(true)
            .build(connector);
        let pool = pool.connector(Addresses(addresses.to_vec())).build();
        Ok(vec![
            Self::Tress(pool),
            Self::Reqwest(reqwest.build()?),
            Self::HyperUtil(Box::new(hyper)),
        ])
    }

    /// Asks for a URL, and takes the whole answer.
    pub(crate) async fn get(&self, url: &str) -> Outcome {
        let status = match self {
            Self::Tress(pool) => {
                let reply = pool.get(url).await?;
                let status = reply.head.status();
                reply.body.bytes(1 << 20).await?;
                status
            }
            Self::Reqwest(client) => {
                let response = client.get(url).send().await?;
                let status = response.status().as_u16();
                response.bytes().await?;
                status
            }
            Self::HyperUtil(client) => {
                let response = client.get(url.parse()?).await?;
                let status = response.status().as_u16();
                response.into_body().collect().await?;
                status
            }
        };
        crate::must(status == 200, "the status is 200")
    }
}

/// Where every name leads, or the address that it is, where none is given.
#[derive(Clone)]
pub(crate) struct Addresses(pub(crate) Vec<SocketAddr>);

impl Addresses {
    fn of(&self, host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
        if !self.0.is_empty() {
            return Ok(self.0.clone());
        }
        let address: IpAddr = host.parse().map_err(std::io::Error::other)?;
        Ok(vec![SocketAddr::new(address, port)])
    }
}

impl tower_service::Service<Name> for Addresses {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = std::io::Error;
    type Future = core::future::Ready<std::io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        core::future::ready(self.of(name.as_str(), 0).map(Vec::into_iter))
    }
}

impl Connector for Addresses {
    fn resolve<'a>(&'a self, key: &'a policy::Key) -> Connecting<'a, Vec<Address>> {
        if self.0.is_empty() {
            return Box::pin(async { tress_async::TcpConnector::default().resolve(key).await });
        }
        let all = self.0.iter().copied().map(Address::Tcp).collect();
        Box::pin(core::future::ready(Ok(all)))
    }

    fn connect(&self, address: Address) -> Connecting<'_, Box<dyn PoolIo>> {
        Box::pin(async move { tress_async::TcpConnector::default().connect(address).await })
    }
}

/// What came of many requests.
pub(crate) struct Asked {
    pub(crate) failed: usize,
    pub(crate) seconds: f64,
    /// Why one failed.
    pub(crate) error: Option<String>,
}

/// How long a request may hang, and all of them together: what has no answer by then failed.
const HANGS: Duration = Duration::from_secs(5);
const ALL: Duration = Duration::from_secs(30);

/// Sends so many requests, so many at a time.
pub(crate) async fn ask(
    client: &Client,
    url: &str,
    count: usize,
    at_once: usize,
) -> Outcome<Asked> {
    let (begun, next) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let mut tasks = Vec::new();
    for _ in 0..at_once {
        let (client, url, next) = (client.clone(), url.to_owned(), Arc::clone(&next));
        tasks.push(tokio::spawn(async move {
            let (mut failed, mut error) = (0, None);
            while next.fetch_add(1, Ordering::Relaxed) < count {
                let got = match begun.elapsed() {
                    passed if passed > ALL => Err("the time was over".into()),
                    _ => match timeout(HANGS, client.get(&url)).await {
                        Ok(got) => got,
                        Err(_) => Err("it hung".into()),
                    },
                };
                if let Err(its) = got {
                    failed += 1;
                    error = error.or_else(|| Some(said(&*its)));
                }
            }
            (failed, error)
        }));
    }
    let (mut failed, mut error) = (0, None);
    for task in tasks {
        let (its, why) = task.await?;
        failed += its;
        error = error.or(why);
    }
    let seconds = begun.elapsed().as_secs_f64();
    Ok(Asked {
        failed,
        seconds,
        error,
    })
}

/// An error and all that it was caused by.
pub(crate) fn said(error: &(dyn std::error::Error + 'static)) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        said = format!("{said}: {error}");
        next = error.source();
    }
    said
}

/// What our pool has done for an authority; of others nothing is known.
pub(crate) fn totals(client: &Client, authority: &str) -> policy::Totals {
    match client {
        Client::Tress(pool) => pool.stats("http", authority).unwrap_or_default().total,
        _ => policy::Totals::default(),
    }
}

/// What a URL has between its scheme and its path.
pub(crate) fn authority(url: &str) -> &str {
    let rest = url.trim_start_matches("http://");
    rest.split('/').next().unwrap_or(rest)
}
