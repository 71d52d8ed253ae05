//! A server and a client in the types of the crate `http`: content that is read and written as it
//! goes, trailers, early hints, and content that waits until it is asked for:
//! `cargo run --features http --example http_server_and_client`.

use core::time::Duration;
use std::io::Read;
use std::thread;

use tress_blocking::http::types::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use tress_blocking::http::{Body, Informational, handler};
use tress_blocking::{Client, Error, Server};

fn answer(request: Request<Body>) -> Result<Response<Body>, Error> {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => {
            let hints = valid(
                Response::builder()
                    .status(103)
                    .header("link", "</style.css>"),
                (),
            );
            request.body().inform(hints)?;
            Ok(Response::new("a page\n".into()))
        }
        (&Method::GET, "/count") => Ok(Response::new(Body::from_writer(|out| {
            for number in 1..=5 {
                out.send(format!("{number} "))?;
            }
            let mut trailers = HeaderMap::new();
            trailers.insert("count", HeaderValue::from_static("5"));
            out.set_trailers(trailers);
            Ok(())
        }))),
        // What comes goes back as it comes.
        (&Method::POST, "/echo") => Ok(Response::new(request.into_body())),
        _ => Ok(valid(
            Response::builder().status(StatusCode::NOT_FOUND),
            Body::empty(),
        )),
    }
}

fn valid<B>(builder: tress_blocking::http::types::response::Builder, body: B) -> Response<B> {
    builder.body(body).expect("the head is valid")
}

fn main() -> Result<(), Error> {
    let server = Server::bind("127.0.0.1:0")?;
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = thread::spawn(move || server.serve(handler(answer)));
    let url = |path: &str| format!("http://{addr}{path}");
    let client = Client::connect(addr)?.with_timeout(Duration::from_secs(5));

    let request = Request::get(url("/")).body(Body::empty());
    let mut response = client.request(request.expect("it is valid"))?;
    let hints = response
        .extensions()
        .get()
        .map_or(0, |early: &Informational| early.0.len());
    println!("{} after {hints} early hints", response.status());
    println!("{:?}", response.headers());
    print!("{}", text(response.body_mut())?);

    let request = Request::get(url("/count")).body(Body::empty());
    let mut response = client.request(request.expect("it is valid"))?;
    println!("{}", text(response.body_mut())?);
    println!("{:?}", response.body_mut().trailers()?);

    // The server is asked first, whether it wants the content.
    let content = Body::from_reader(std::io::repeat(b'x').take(1_000_000));
    let request = Request::post(url("/echo")).header("expect", "100-continue");
    let mut response = client.request(request.body(content).expect("it is valid"))?;
    println!("{} octets came back", text(response.body_mut())?.len());

    drop(response);
    client.close()?;
    handle.shutdown(Duration::from_secs(1));
    serving.join().expect("the server does not panic")
}

fn text(body: &mut Body) -> Result<String, Error> {
    let mut text = String::new();
    body.read_to_string(&mut text)?;
    Ok(text)
}
