//! What subscribers of `tracing` get to see.

use alloc::sync::Arc;
use core::fmt;
use std::sync::Mutex;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tress_async::compat::tracing::TracingObserver;
use tress_async::proto::{Connection, Side};
use tress_async::{Client, Config, Response, serve_connection};

use crate::pipe::pipe;
use crate::world::{get, in_time};

/// Keeps each event as a line: its target, and its fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<String>>>);

impl Kept {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push_str(&format!(" {field}={value:?}"));
    }
}

impl Subscriber for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("tress")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(format!("span {}", span.metadata().name()));
        span.record(&mut line);
        self.0.lock().unwrap().push(line.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        // A pool is of no connection.
        let parent = (event.metadata().target() != "tress::pool").then(|| Id::from_u64(1));
        assert_eq!(event.parent(), parent.as_ref());
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_connection_is_a_span_and_its_secrets_are_not_shown() {
    let kept = Kept::default();
    let guard = tracing::subscriber::set_default(kept.clone());
    let (near, far) = pipe();
    let serving = serve_connection(Connection::new(Config::default()), far, |exchange| async {
        exchange.reply(Response::new(200), "hello")
    });
    let serving = tokio::spawn(serving);
    let mut connection = Connection::new(Config::default());
    connection.observe(Box::new(TracingObserver::new(Side::Client)));
    let (client, driver) = Client::new(connection, near);
    tokio::spawn(driver);
    let request = get("/")
        .field("authorization", "Basic c2VjcmV0")
        .sensitive_field("x-token", "secret")
        .field("accept", "*/*");
    let reply = in_time(client.fetch(request)).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "hello");
    in_time(client.close()).await.unwrap();
    in_time(serving).await.unwrap().unwrap();
    drop(guard);

    let lines = kept.lines();
    assert_eq!(lines[0], "span connection side=Client");
    let expected = [
        "tress::fields direction=Sent stream_id=1 fields=:method=\"GET\" :scheme=\"http\" \
         :authority=\"localhost\" :path=\"/\" authorization=<secret> x-token=<secret> \
         accept=\"*/*\"",
        "tress::state stream_id=1 from=Idle to=Open",
        "tress::fields direction=Received stream_id=1 fields=:status=\"200\" \
         content-length=\"5\"",
    ];
    for line in expected {
        assert!(lines.iter().any(|seen| seen == line), "{line}\n{lines:#?}");
    }
    let is_data = |line: &&String| {
        line.starts_with("tress::frame direction=Received frame_type=DATA")
            && line.contains("stream_id=1 octets=14")
    };
    assert_eq!(lines.iter().filter(is_data).count(), 1, "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("secret\"")));
}
