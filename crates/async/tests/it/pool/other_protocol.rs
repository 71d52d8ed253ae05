//! A server behind a pool that does not speak HTTP/2: its session of TLS goes to somebody else.

use testkit::Certified;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tress_async::Pool;
use tress_async::policy::Failure;
use tress_async::tls::TlsError;

use crate::world::in_time;

#[tokio::test]
async fn the_socket_after_http_1_1_by_alpn_goes_to_the_hook_with_its_origin() {
    let mut certified = Certified::default();
    certified.server.alpn_protocols = vec![b"http/1.1".to_vec()];
    let (client, server) = certified.shared();
    let (addr, serving) = testkit::tls_server(server, b"first").unwrap();
    let (sender, mut streams) = tokio::sync::mpsc::unbounded_channel();
    let pool = Pool::builder()
        .tls(client)
        .tls_fallback(move |key, stream| {
            let origin = (key.scheme().to_owned(), key.authority().to_owned());
            sender.send((origin, stream)).unwrap();
        })
        .build();
    let authority = format!("{}:{}", Certified::NAME, addr.port());
    let error = in_time(pool.get(&format!("https://{authority}/"))).await;
    let error = error.unwrap_err();
    assert_eq!(error.failure(), Some(Failure::Protocol));
    let found = error.error().and_then(tress_async::Error::find::<TlsError>);
    assert!(found.unwrap().is_other_protocol(), "{error:#}");
    assert!(error.is_retryable());
    let (origin, mut stream) = streams.try_recv().unwrap();
    assert_eq!(origin, ("https".to_owned(), authority));
    let mut heard = [0; 5];
    in_time(stream.read_exact(&mut heard)).await.unwrap();
    assert_eq!(&heard, b"first");
    in_time(stream.write_all(b"second")).await.unwrap();
    in_time(stream.shutdown()).await.unwrap();
    let spoken = in_time(tokio::task::spawn_blocking(|| serving.join()));
    assert_eq!(spoken.await.unwrap().unwrap().unwrap().heard, b"second");
    // There is one session to hand over, and nobody waits any more.
    assert!(streams.try_recv().is_err());
}
