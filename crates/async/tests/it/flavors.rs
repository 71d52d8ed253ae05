//! Both flavors of a connection, for what must be so in both.

use core::future::Future;

use tress_async::proto::{Client as ClientRole, Server as ServerRole};
use tress_async::{
    AsyncIo, Client, Driver, Error, Exchange, Flavor, Local, Machine, Serving, Threads, local,
    serve_connection,
};

use crate::by_hand::HandTimer;

/// A flavor, and how its connections are made.
pub(crate) trait Both: Flavor {
    fn client<Io: AsyncIo>(
        machine: impl Machine<ClientRole> + 'static,
        io: Io,
    ) -> (Client<Self>, Driver<Io, Self>);

    fn timed<Io>(driver: Driver<Io, Self>, timer: HandTimer) -> Driver<Io, Self>;

    fn serve<Io, H, Fut>(
        machine: impl Machine<ServerRole> + 'static,
        io: Io,
        handler: H,
    ) -> Serving<Io, H, Fut, Self>
    where
        Io: AsyncIo,
        H: FnMut(Exchange<Self>) -> Fut,
        Fut: Future<Output = Result<(), Error>>;
}

impl Both for Threads {
    fn client<Io: AsyncIo>(
        machine: impl Machine<ClientRole> + 'static,
        io: Io,
    ) -> (Client, Driver<Io>) {
        Client::new(machine, io)
    }

    fn timed<Io>(driver: Driver<Io>, timer: HandTimer) -> Driver<Io> {
        driver.with_timer(timer)
    }

    fn serve<Io, H, Fut>(
        machine: impl Machine<ServerRole> + 'static,
        io: Io,
        handler: H,
    ) -> Serving<Io, H, Fut>
    where
        Io: AsyncIo,
        H: FnMut(Exchange) -> Fut,
        Fut: Future<Output = Result<(), Error>>,
    {
        serve_connection(machine, io, handler)
    }
}

impl Both for Local {
    fn client<Io: AsyncIo>(
        machine: impl Machine<ClientRole> + 'static,
        io: Io,
    ) -> (local::Client, local::Driver<Io>) {
        Client::local(machine, io)
    }

    fn timed<Io>(driver: local::Driver<Io>, timer: HandTimer) -> local::Driver<Io> {
        driver.with_timer(timer)
    }

    fn serve<Io, H, Fut>(
        machine: impl Machine<ServerRole> + 'static,
        io: Io,
        handler: H,
    ) -> local::Serving<Io, H, Fut>
    where
        Io: AsyncIo,
        H: FnMut(local::Exchange) -> Fut,
        Fut: Future<Output = Result<(), Error>>,
    {
        local::serve_connection(machine, io, handler)
    }
}
