//! The second law: no peer costs more than its bound for longer than its time.

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

use tress_proto::{Config, Server};

use self::attacker::Attacker;
use self::bounds::Endpoint;
pub(crate) use self::figures::Costs;
use self::siege::{Last, Siege};
use super::honest::Service;
use super::machine::Machine;
use super::numbers::Numbers;

/// Lets a peer do what octets tell it, after two to choose by.
pub(crate) fn besieged<M: Machine<Role = Server>>(
    data: &[u8],
    make: fn(Config) -> M,
    service: Service,
) -> Costs {
    let mut numbers = Numbers(data);
    let endpoint = match numbers.rarely(3) {
        true => Endpoint::by_default(),
        false => Endpoint::small(),
    };
    let last = numbers.pick(&[Last::Deaf, Last::Silent, Last::Drip]);
    let siege = Siege::new(make(endpoint.config()), endpoint, service);
    siege.run(Attacker::new(numbers), last)
}
