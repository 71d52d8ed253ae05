//! A server on one thread: `/OCTETS` answers with so many, and what is posted is counted.

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;

use crate::Outcome;
use crate::body::Octets;

pub fn run(is_large: bool) -> Outcome {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        let mut builder = Builder::new(TokioExecutor::new());
        builder.max_concurrent_streams(1000);
        if is_large {
            builder.initial_stream_window_size(16 << 20);
            builder.initial_connection_window_size(32 << 20);
        }
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let connection = builder.serve_connection(TokioIo::new(stream), service_fn(answer));
            // One that is given up says so, and nobody listens.
            tokio::spawn(connection);
        }
    })
}

async fn answer(request: Request<Incoming>) -> Result<Response<Octets>, hyper::Error> {
    let octets = request
        .uri()
        .path()
        .trim_start_matches('/')
        .parse()
        .unwrap_or(0);
    let mut content = request.into_body();
    while let Some(frame) = content.frame().await {
        frame?;
    }
    Ok(Response::new(Octets(octets)))
}
