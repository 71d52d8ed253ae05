//! A greeter in gRPC: its messages, its client and its server.

pub(crate) mod client;
pub(crate) mod messages;
pub(crate) mod server;
pub(crate) mod status;

pub(crate) use self::client::GreeterClient;
pub(crate) use self::messages::HelloRequest;
pub(crate) use self::server::Greeter;
pub(crate) use self::status::explain;

/// One request, one reply.
const GREET: &str = "/hello.Greeter/Greet";

/// One request, many replies.
const GREET_EACH: &str = "/hello.Greeter/GreetEach";

/// Many requests, one reply.
const GREET_ALL: &str = "/hello.Greeter/GreetAll";

/// A reply to each request.
const CHAT: &str = "/hello.Greeter/Chat";
