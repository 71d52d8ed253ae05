//! Runs the law on seeded octets, and shows that it notices a fault.

use fastrand::Rng;

use super::any_order_of_inputs_is_tolerated;

#[test]
fn any_order_of_inputs_is_tolerated_holds() {
    for seed in 0..2000 {
        let mut rng = Rng::with_seed(seed);
        let mut data = vec![0; rng.usize(0..400)];
        rng.fill(&mut data);
        any_order_of_inputs_is_tolerated(&data);
    }
}

#[test]
#[should_panic(expected = "assertion")]
fn a_connection_that_is_forgotten_is_noticed() {
    // The law counts the connections that it was notified of; one that it was not notified of is one
    // too many.
    let mut origin = tress_pool::Origin::new(tress_pool::Config::default(), 0);
    origin.resolved(vec![1]);
    origin.request(tress_pool::Request::new()).unwrap();
    while origin.poll().is_some() {}
    super::obey(&mut origin, &mut super::Seen::default());
}
