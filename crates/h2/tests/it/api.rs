//! The public API of `h2` 0.4.20, and ours: every item, signature, bound and trait.
//!
//! Both lists are made by `cargo xtask api` of what rustdoc says, without `Freeze`, `UnsafeUnpin` and
//! `StructuralPartialEq`, which no program can name.

use alloc::collections::BTreeSet;
use core::panic::{RefUnwindSafe, UnwindSafe};

use tokio::io::DuplexStream;
use tress_h2::{client, ext, server};

const THEIRS: &str = include_str!("facts/h2-0.4.20.txt");
const OURS: &str = include_str!("facts/tress-h2.txt");

/// What they have otherwise than we, and what we have for it: less is asked of a body's type, and the type
/// of what makes requests counts itself.
const OTHERWISE: [(&str, &str); 4] = [
    (
        "client::Connection: auto Sync where B: Send, B: Sync, T: Sync",
        "client::Connection: auto Sync where B: Send, T: Sync",
    ),
    (
        "server::Connection: auto Sync where B: Send, B: Sync, T: Sync",
        "server::Connection: auto Sync where B: Send, T: Sync",
    ),
    (
        "server::Handshake: auto Sync where B: Sync, T: Sync",
        "server::Handshake: auto Sync where B: Send, T: Sync",
    ),
    ("", "client::SendRequest: impl Drop where B: Buf"),
];

/// What both builders have besides.
const EXTENSIONS: [&str; 4] = [
    "credit_on_receipt",
    "observe",
    "priorities",
    "window_growth",
];

/// What else there is besides.
const STATS: [&str; 3] = [
    "client::Connection::stats: ",
    "client::SendRequest::stats: ",
    "server::Connection::stats: ",
];

fn lines(list: &str) -> BTreeSet<&str> {
    list.lines().filter(|line| !line.is_empty()).collect()
}

#[test]
fn all_that_is_public_there_is_public_here_in_the_same_form() {
    let (mut theirs, mut ours) = (lines(THEIRS), lines(OURS));
    assert!(theirs.len() > 300);
    for (there, here) in OTHERWISE {
        theirs.remove(there);
        assert!(ours.remove(here), "{here}");
    }
    for builder in ["client", "server"] {
        for name in EXTENSIONS {
            let start = format!("{builder}::Builder::{name}: ");
            let count = ours.len();
            ours.retain(|line| !line.starts_with(&start));
            assert_eq!(ours.len() + 1, count, "{start}");
        }
    }
    for start in STATS {
        let count = ours.len();
        ours.retain(|line| !line.starts_with(start));
        assert_eq!(ours.len() + 1, count, "{start}");
    }
    // A trait that a type of theirs has not is one that ours may have.
    theirs.retain(|line| !line.contains(": never "));
    ours.retain(|line| !line.contains(": never "));
    ours.retain(|line| theirs.contains(line) || !line.contains(": auto "));
    let missing: Vec<_> = theirs.difference(&ours).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    let more: Vec<_> = ours.difference(&theirs).collect();
    assert!(more.is_empty(), "{more:#?}");
}

/// The lists can be old; this is compiled.
#[test]
fn types_may_be_sent_shared_pinned_and_caught() {
    fn all<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}
    all::<tress_h2::SendStream<bytes::Bytes>>();
    all::<tress_h2::RecvStream>();
    all::<tress_h2::FlowControl>();
    all::<tress_h2::PingPong>();
    all::<tress_h2::Ping>();
    all::<tress_h2::Pong>();
    all::<tress_h2::Reason>();
    all::<tress_h2::StreamId>();
    all::<ext::Protocol>();
    all::<client::Builder>();
    all::<client::SendRequest<bytes::Bytes>>();
    all::<client::ReadySendRequest<bytes::Bytes>>();
    all::<client::ResponseFuture>();
    all::<client::PushPromises>();
    all::<client::PushedResponseFuture>();
    all::<server::Builder>();
    all::<server::SendResponse<bytes::Bytes>>();
    all::<server::SendPushedResponse<bytes::Bytes>>();
    fn moved<T: Send + Sync + Unpin>() {}
    moved::<tress_h2::Error>();
    moved::<client::PushPromise>();
    moved::<client::Connection<DuplexStream, bytes::Bytes>>();
    moved::<server::Connection<DuplexStream, bytes::Bytes>>();
    moved::<server::Handshake<DuplexStream, bytes::Bytes>>();
    // Content that is bound to a thread makes its own handles so, and no type parameter is more than it is.
    fn pinned<T: Unpin + UnwindSafe>() {}
    pinned::<tress_h2::SendStream<alloc::rc::Rc<core::cell::Cell<u8>>>>();
}
