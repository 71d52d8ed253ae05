//! Tunnels in the types of the crate `http`.

use std::io::{Read, Write};

use tress_blocking::http::types::{Method, Request, Response, StatusCode};
use tress_blocking::http::{Body, Protocol, handler};
use tress_blocking::{Config, Error, Exchange};

use super::{exchange, get};
use crate::world::{bind, start};

/// Sends back what comes through a tunnel, twice.
fn double(request: Request<Body>) -> Result<Response<Body>, Error> {
    let protocol = request.extensions().get().map(Protocol::as_str);
    let is_known = matches!(protocol, None | Some("double"));
    let mut response = Response::new(Body::from_tunnel(|mut tunnel| {
        let mut all = Vec::new();
        tunnel.read_to_end(&mut all)?;
        tunnel.write_all(&all)?;
        tunnel.write_all(&all)?;
        tunnel.finish()
    }));
    if request.method() == Method::CONNECT && !is_known {
        *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
    }
    Ok(response)
}

type Handler = Box<dyn Fn(Exchange) -> Result<(), Error> + Send + Sync>;

#[test]
fn connect_and_extended_connect_give_tunnels() {
    let boxed = || -> Handler { Box::new(handler(double)) };
    let config = || Config::default().allow_extended_connect();
    let pooled = start(bind().config(config()), move |server| server.serve(boxed()));
    let inline = start(bind().config(config()), move |server| {
        server.serve_inline(boxed())
    });
    for world in [pooled, inline] {
        let client = world.client();
        let plain = Request::connect("example.com:443").body(()).unwrap();
        let extended =
            Request::connect("http://localhost/x").extension(Protocol::from_static("double"));
        for request in [plain, extended.body(()).unwrap()] {
            let (response, tunnel) = client.request_tunnel(request).unwrap();
            let mut tunnel = tunnel.unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            tunnel.write_all(b"ab").unwrap();
            tunnel.finish().unwrap();
            let mut all = String::new();
            tunnel.read_to_string(&mut all).unwrap();
            assert_eq!(all, "abab");
        }
        client.close().unwrap();
        world.stop();
    }
}

#[test]
fn a_refusal_is_a_response_without_content() {
    let server = bind().config(Config::default().allow_extended_connect());
    let world = start(server, |server| server.serve(handler(double)));
    let client = world.client();
    let request = Request::connect("http://localhost/x").extension(Protocol::from_static("other"));
    let request = request.body(()).unwrap();
    let (response, tunnel) = client.request_tunnel(request).unwrap();
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert!(tunnel.is_none() && response.into_body().is_ended());
    // At another method, a tunnel is no content.
    let (response, text) = exchange(&client, get("/").body("").unwrap());
    assert_eq!((response.status(), &*text), (StatusCode::OK, ""));
    client.close().unwrap();
    world.stop();
}
