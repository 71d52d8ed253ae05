//! Connections of a pool on tokio, for threads that are not its own.
//!
//! There is one at a time. One that goes away or is lost is followed by the next, and what was certainly not
//! processed is sent again.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::future::Future;
use core::time::Duration;

use tokio::runtime::Handle;
use tokio::task::{AbortHandle, JoinHandle};
use tress_async::policy::{self, Failure as Reason};
use tress_async::proto::{Bytes, Request, Response, Trailers};
use tress_async::{Pool, PoolBody, PoolBuilder, PoolError, PoolReply};

use super::super::data::Data;
use super::super::mixup::Heard;
use super::super::upload::Upload;
use super::super::url::Origin;
use super::dialer::{Attempts, Dialer};
use super::upload_body::UploadBody;
use super::{Incoming, Link};
use crate::exit::{Failure, Result};

/// How long a server may be away. Whoever tries something wants to know soon that nobody is there, and a server
/// that went away takes new connections again.
const PATIENCE: Duration = Duration::from_millis(300);

/// The connections to one origin.
pub(crate) struct PoolLink {
    pool: Pool,
    runtime: Handle,
    explains: Arc<Explains>,
}

/// Says in our words why a request failed.
struct Explains {
    origin: Origin,
    limit: Duration,
    attempts: Attempts,
}

impl PoolLink {
    /// Connects once something is asked for; `says` hears where a socket leads.
    pub(crate) fn new(
        builder: PoolBuilder,
        origin: &Origin,
        limit: Duration,
        runtime: &Handle,
        heard: Heard,
        says: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        let policy = policy::Config::default()
            // All that there are are shown, and one is easier to look at.
            .single_connection()
            .connect_limit(limit)
            .max_age(None)
            .patience(PATIENCE)
            .waiting(usize::MAX);
        let attempts = Attempts::default();
        let dialer = Dialer {
            heard: if origin.is_secure() {
                Heard::default()
            } else {
                heard
            },
            key: policy::Key::new(origin.scheme.as_str(), &origin.authority()),
            limit,
            attempts: attempts.clone(),
            says: Box::new(says),
            tcp: tress_async::TcpConnector::default(),
        };
        let _context = runtime.enter();
        let explains = Explains {
            origin: origin.clone(),
            limit,
            attempts,
        };
        Self {
            // As without a pool: a server that is slow to say anything is looked at, too.
            pool: builder.policy(policy).connector(dialer).eager().build(),
            runtime: runtime.clone(),
            explains: Arc::new(explains),
        }
    }

    /// Requests are opened in the order in which they are asked for: the runtime has one thread, and runs its
    /// tasks in turn.
    fn arriving(
        &self,
        asked: impl Future<Output = core::result::Result<PoolReply, PoolError>> + Send + 'static,
    ) -> Box<dyn Incoming> {
        let asking = self.runtime.spawn(asked);
        Box::new(Arriving {
            runtime: self.runtime.clone(),
            explains: Arc::clone(&self.explains),
            gives_up: asking.abort_handle(),
            stage: Stage::Asked(asking),
            stream: None,
        })
    }
}

impl Link for PoolLink {
    fn ask(&self, request: Request) -> Result<Box<dyn Incoming>> {
        let pool = self.pool.clone();
        Ok(self.arriving(async move { pool.fetch(request).await }))
    }

    fn upload(&self, request: Request, data: &Data) -> Result<(Upload, Box<dyn Incoming>)> {
        let upload = Upload::default();
        let (data, notes) = (data.clone(), upload.clone());
        let body = UploadBody::new(data.clone(), upload.clone());
        let anew = move || {
            let is_there = !matches!(data, Data::Stdin);
            is_there.then(|| UploadBody::new(data.clone(), notes.clone()))
        };
        let pool = self.pool.clone();
        let asked = async move { pool.fetch_body(request, body, anew).await };
        Ok((upload, self.arriving(asked)))
    }

    fn close(&self) {
        self.runtime.block_on(self.pool.clone().close());
    }
}

impl Explains {
    fn failure(&self, error: &PoolError) -> Failure {
        let last = error.error();
        match (error.failure(), last) {
            // Of a request that was sent before that tells more.
            (Some(Reason::Again(_)), Some(last)) => super::failure(last),
            (Some(reason), _) if reason != Reason::Full => {
                self.attempts
                    .explain(&self.origin, reason, last, self.limit)
            }
            (_, Some(last)) => super::failure(last),
            (_, None) => super::failure(error),
        }
    }
}

struct Arriving {
    runtime: Handle,
    explains: Arc<Explains>,
    gives_up: AbortHandle,
    stage: Stage,
    stream: Option<u32>,
}

enum Stage {
    Asked(JoinHandle<core::result::Result<PoolReply, PoolError>>),
    Body(PoolBody),
    Nothing,
}

impl Incoming for Arriving {
    fn head(&mut self) -> Result<Response> {
        let Stage::Asked(asked) = core::mem::replace(&mut self.stage, Stage::Nothing) else {
            unreachable!("the head is asked for once");
        };
        let ended = |_| Failure::transfer("the connection was given up");
        match self.runtime.block_on(asked).map_err(ended)? {
            Ok(reply) => {
                self.stream = Some(reply.body.stream_id().into());
                self.stage = Stage::Body(reply.body);
                Ok(reply.head)
            }
            Err(error) => {
                self.stream = error.stream_id().map(Into::into);
                Err(self.explains.failure(&error))
            }
        }
    }

    fn data(&mut self) -> Result<Option<Bytes>> {
        match &mut self.stage {
            Stage::Body(body) => {
                let data = self.runtime.block_on(body.data());
                data.map_err(|error| super::failure(&error))
            }
            Stage::Asked(_) | Stage::Nothing => Ok(None),
        }
    }

    fn trailers(&mut self) -> Option<Trailers> {
        match &mut self.stage {
            Stage::Body(body) => body.trailers(),
            Stage::Asked(_) | Stage::Nothing => None,
        }
    }

    fn stream_id(&self) -> Option<u32> {
        self.stream
    }
}

impl Drop for Arriving {
    /// Nobody wants the answer any more.
    fn drop(&mut self) {
        self.gives_up.abort();
    }
}
