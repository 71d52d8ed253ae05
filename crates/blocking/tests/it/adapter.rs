//! The types of the crate `http`, on both ends.

mod bodies;
mod expect;
mod requests;
mod responses;
mod tunnels;

use std::io::Read;

use tress_blocking::http::types::{HeaderMap, Request, Response, request};
use tress_blocking::http::{Body, handler};
use tress_blocking::{Client, Error};

use crate::world::{World, serve};

fn world<B: Into<Body> + 'static>(
    handle: impl Fn(Request<Body>) -> Result<Response<B>, Error> + Send + Sync + 'static,
) -> World {
    serve(handler(handle))
}

fn get(path: &str) -> request::Builder {
    Request::get(format!("http://localhost{path}"))
}

fn post(path: &str) -> request::Builder {
    Request::post(format!("http://localhost{path}"))
}

/// The response, and its content as text.
#[track_caller]
fn exchange(client: &Client, request: Request<impl Into<Body>>) -> (Response<Body>, String) {
    let mut response = client.request(request).unwrap();
    let text = text(response.body_mut());
    (response, text)
}

#[track_caller]
fn text(mut body: impl Read) -> String {
    let mut text = String::new();
    body.read_to_string(&mut text).unwrap();
    text
}

/// The value of a field that comes once.
fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().map(|value| value.to_str().unwrap());
    assert!(values.next().is_none(), "{name} comes once");
    value
}
