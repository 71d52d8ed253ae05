//! A client of many connections, which are made, spread over, retried on and replaced as
//! `tress-pool` has it.

mod attempt;
mod builder;
mod connector;
mod content;
mod effects;
mod error;
mod live;
mod native;
mod origin;
mod service;
mod settings;
mod ticket;
mod tracing;
mod watch;
mod watched_io;

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ::pool::{Key, Stats};
use http_body::Body;
use proto::bytes::Buf;
use proto::{Bytes, Request};
use tress_http::http::Uri;

pub use self::builder::PoolBuilder;
#[cfg(unix)]
pub use self::connector::UnixConnector;
pub use self::connector::{Address, Connecting, Connector, PoolIo, TcpConnector};
use self::content::ContentSlot;
pub use self::error::PoolError;
pub use self::native::{PoolBody, PoolReply};
use self::origin::Origin;
pub use self::service::{Anew, PoolFuture, PoolIncoming};
use self::settings::Settings;
use crate::service::{BoxError, Length};

/// From how many origins on those that nobody uses are dropped.
const ORIGINS: usize = 256;

/// A client of any number of servers, with as many connections to each as its requests need.
///
/// It is cheap to clone, and all clones share the connections. Requests go to the connection that has
/// least to do; those that a server has certainly not processed (REFUSED_STREAM, GOAWAY) are sent again,
/// elsewhere if possible; connections are replaced as they age, or die. All of that is the policy of
/// `tress-pool`, whose numbers [`PoolBuilder::policy`] sets.
///
/// With the feature `tower` it is a service, also for gRPC by tonic.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use tress_async::Pool;
///
/// let pool = Pool::builder().build();
/// let reply = pool.get("http://127.0.0.1:8080/").await?;
/// println!("{}: {:?}", reply.head.status(), reply.body.bytes(1 << 20).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    settings: Arc<Settings>,
    origins: Mutex<Origins>,
}

struct Origins {
    by_key: HashMap<Key, Arc<Origin>>,
    /// Each origin's choices begin with another one.
    seed: u64,
}

/// What the policy is notified of a request.
#[derive(Clone, Copy)]
struct PolicyRequest {
    wait_limit: Option<Duration>,
    is_repeatable: bool,
}

impl PolicyRequest {
    fn on(self, origin: &Origin) -> ::pool::Request {
        let mut request = ::pool::Request::new();
        if let Some(limit) = self.wait_limit {
            request = request.deadline(origin.after(limit));
        }
        if self.is_repeatable {
            request = request.repeatable();
        }
        request
    }
}

impl Pool {
    /// Makes what pools are made with.
    #[must_use]
    pub fn builder() -> PoolBuilder {
        PoolBuilder::default()
    }

    fn new(settings: Settings, seed: u64) -> Self {
        let origins = Origins {
            by_key: HashMap::new(),
            seed,
        };
        Self(Arc::new(Inner {
            settings: Arc::new(settings),
            origins: Mutex::new(origins),
        }))
    }

    /// Asks for what a URL names, and waits for the head of the response.
    ///
    /// # Errors
    ///
    /// That it is no URL of `http` or `https`, and those of [`fetch`](Self::fetch).
    pub async fn get(&self, url: &str) -> Result<PoolReply, PoolError> {
        let bad = || PoolError::origin("this is no URL of http or https");
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or_else(bad)?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        self.fetch(Request::get(scheme, authority.as_str(), path))
            .await
    }

    /// Sends a request without content, and waits for the head of the response.
    ///
    /// # Errors
    ///
    /// That the request names no origin, that no connection took it, or what ended the last attempt.
    pub async fn fetch(&self, request: Request) -> Result<PoolReply, PoolError> {
        self.fetch_with(request, Bytes::new()).await
    }

    /// Sends a request with content, and waits for the head of the response.
    ///
    /// # Errors
    ///
    /// Those of [`fetch`](Self::fetch).
    pub async fn fetch_with(
        &self,
        request: Request,
        content: impl Into<Bytes>,
    ) -> Result<PoolReply, PoolError> {
        let (origin, policy) = self.place(&request)?;
        native::fetch(origin, policy, request, content.into()).await
    }

    /// Sends a request with content that is taken as it is sent, and waits for the head of the response.
    ///
    /// Once some of `body` was taken, the request is sent again only if `anew` gives it from its beginning.
    ///
    /// # Errors
    ///
    /// Those of [`fetch`](Self::fetch).
    pub async fn fetch_body<B>(
        &self,
        request: Request,
        body: B,
        anew: impl FnMut() -> Option<B> + Send + 'static,
    ) -> Result<PoolReply, PoolError>
    where
        B: Body + Send + 'static,
        B::Data: Buf,
        B::Error: Into<BoxError>,
    {
        let (origin, policy) = self.place(&request)?;
        let (length, content) = (Length::of(&body), ContentSlot::new(body, anew));
        native::fetch_body(origin, policy, request, length, content).await
    }

    /// Ends all connections in good order, and waits until they are closed: what runs finishes first. Whoever
    /// has a clone of this pool and goes on makes new ones, which are waited for, too.
    pub async fn close(self) {
        let origins: Vec<_> = self.lock().by_key.drain().collect();
        for (_, origin) in &origins {
            let clients = origin.clients();
            clients.iter().for_each(|client| client.session().go_away());
        }
        drop(origins);
        let live = self.0.settings.live.clone();
        drop(self);
        live.none().await;
    }

    /// How the connections to an origin stand, such as `http` and `127.0.0.1:8080`, and what has happened
    /// so far; `None` where it was not asked for anything yet.
    #[must_use]
    pub fn stats(&self, scheme: &str, authority: &str) -> Option<Stats> {
        let key = self.key(scheme, authority);
        let origins = self.lock();
        let origin = origins.by_key.get(&key);
        origin.map(|origin| origin.stats())
    }

    fn lock(&self) -> MutexGuard<'_, Origins> {
        let origins = self.0.origins.lock();
        origins.unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a request goes, and what the policy is told of it.
    fn place(&self, request: &Request) -> Result<(Arc<Origin>, ::pool::Request), PoolError> {
        let text = |octets: Option<&[u8]>| {
            let text = octets.and_then(|octets| core::str::from_utf8(octets).ok());
            text.map(str::to_owned)
        };
        let (scheme, authority) = (text(request.scheme()), text(request.authority()));
        let origin = self.origin_of(scheme.as_deref(), authority.as_deref())?;
        let policy = self.policy_request(is_idempotent(request.method()));
        let policy = policy.on(&origin);
        Ok((origin, policy))
    }

    fn policy_request(&self, is_idempotent: bool) -> PolicyRequest {
        PolicyRequest {
            wait_limit: self.0.settings.wait_limit,
            is_repeatable: is_idempotent && self.0.settings.repeats_idempotent,
        }
    }

    /// The origin that a request is for.
    fn origin_of(
        &self,
        scheme: Option<&str>,
        authority: Option<&str>,
    ) -> Result<Arc<Origin>, PoolError> {
        let named = scheme.zip(authority);
        let needs = "a request of a pool needs a URI with scheme and authority";
        let (scheme, authority) = named.ok_or_else(|| PoolError::origin(needs))?;
        match scheme {
            "http" => {}
            #[cfg(feature = "rustls")]
            "https" if self.0.settings.tls.is_some() => {}
            "https" => return Err(PoolError::origin("https needs PoolBuilder::tls")),
            _ => return Err(PoolError::origin("a pool speaks http and https")),
        }
        Ok(self.origin(self.key(scheme, authority)))
    }

    fn key(&self, scheme: &str, authority: &str) -> Key {
        let key = Key::new(scheme, authority);
        match &self.0.settings.server_name {
            Some(name) => key.server_name(name),
            None => key,
        }
    }

    fn origin(&self, key: Key) -> Arc<Origin> {
        let mut origins = self.lock();
        if let Some(origin) = origins.by_key.get(&key) {
            return Arc::clone(origin);
        }
        if origins.by_key.len() >= ORIGINS {
            origins
                .by_key
                .retain(|_, its| Arc::strong_count(its) > 1 || !its.is_unused());
        }
        origins.seed = origins.seed.wrapping_add(1);
        let settings = &self.0.settings;
        let origin = Arc::new(Origin::new(key.clone(), Arc::clone(settings), origins.seed));
        let keeping = effects::keep_time(Arc::downgrade(&origin));
        drop(settings.runtime.spawn(keeping));
        origins.by_key.insert(key, Arc::clone(&origin));
        origin
    }
}

/// Says whether doing it twice is as good as once (RFC 9110 §9.2.2).
fn is_idempotent(method: &[u8]) -> bool {
    matches!(
        method,
        b"DELETE" | b"GET" | b"HEAD" | b"OPTIONS" | b"PUT" | b"TRACE"
    )
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}
