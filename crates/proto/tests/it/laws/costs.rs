//! The second law: no peer costs more than its bound for longer than its time.

#[path = "costs/app.rs"]
mod app;
#[path = "costs/attacker.rs"]
mod attacker;
#[path = "costs/bounds.rs"]
mod bounds;
#[path = "costs/figures.rs"]
mod figures;
#[path = "costs/scan.rs"]
mod scan;
#[path = "costs/siege.rs"]
mod siege;

use testkit::Side;
use tress_proto::{Client, Config, Server};

use self::attacker::Attacker;
use self::bounds::Endpoint;
pub(crate) use self::figures::Costs;
use self::siege::{Last, Siege};
use super::honest::{Service, User};
use super::machine::Machine;
use super::numbers::Numbers;

/// Lets a client do to a server what octets tell it, after two to choose by.
pub(crate) fn a_server_besieged<M: Machine<Role = Server>>(
    data: &[u8],
    make: fn(Config) -> M,
    service: Service,
) -> Costs {
    let mut numbers = Numbers(data);
    let endpoint = match numbers.rarely(3) {
        true => Endpoint::server(),
        false => Endpoint::small(),
    };
    let last = numbers.pick(&[Last::Deaf, Last::Silent, Last::Drip]);
    let siege = Siege::new(make(endpoint.config()), endpoint, service);
    siege.run(Attacker::new(Side::Client, numbers), last)
}

/// Lets a server do to a client what octets tell it, after two to choose by.
pub(crate) fn a_client_besieged<M: Machine<Role = Client>>(
    data: &[u8],
    make: fn(Config) -> M,
) -> Costs {
    let mut numbers = Numbers(data);
    let endpoint = match numbers.rarely(3) {
        true => Endpoint::client(),
        false => Endpoint::small(),
    };
    let last = numbers.pick(&[Last::Deaf, Last::Silent, Last::Drip]);
    let endpoint = endpoint.of_client();
    let config = endpoint.config().allow_push();
    let siege = Siege::new(make(config), endpoint, User::new(&app::wishes()));
    siege.run(Attacker::new(Side::Server, numbers), last)
}
