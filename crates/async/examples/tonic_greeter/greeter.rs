//! A greeter in gRPC: its messages, its client and its server.

pub mod client;
pub mod messages;
pub mod server;
pub mod status;

pub use self::client::GreeterClient;
pub use self::messages::HelloRequest;
pub use self::server::Greeter;
pub use self::status::explain;

/// One request, one reply.
const GREET: &str = "/hello.Greeter/Greet";

/// One request, many replies.
const GREET_EACH: &str = "/hello.Greeter/GreetEach";

/// Many requests, one reply.
const GREET_ALL: &str = "/hello.Greeter/GreetAll";

/// A reply to each request.
const CHAT: &str = "/hello.Greeter/Chat";
