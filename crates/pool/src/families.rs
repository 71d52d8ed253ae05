//! Addresses of several families, in the order in which they are tried.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// Puts families of addresses in turns, that of the first address first, and leaves the order within each as it
/// is (RFC 8305 §4): where one family leads nowhere, the next attempt goes to another one.
///
/// ```
/// let resolved = vec!["2001:db8::1", "2001:db8::2", "192.0.2.1"];
/// let ordered = tress_pool::in_turns(resolved, |address| address.contains(':'));
/// assert_eq!(ordered, ["2001:db8::1", "192.0.2.1", "2001:db8::2"]);
/// ```
#[must_use]
pub fn in_turns<A, F: PartialEq>(addresses: Vec<A>, family: impl Fn(&A) -> F) -> Vec<A> {
    let mut families: Vec<(F, VecDeque<A>)> = Vec::new();
    let mut ordered = Vec::with_capacity(addresses.len());
    for address in addresses {
        let its = family(&address);
        match families.iter_mut().find(|(family, _)| *family == its) {
            Some((_, members)) => members.push_back(address),
            None => families.push((its, VecDeque::from([address]))),
        }
    }
    while !families.is_empty() {
        families.retain_mut(|(_, members)| {
            ordered.extend(members.pop_front());
            !members.is_empty()
        });
    }
    ordered
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::in_turns;

    fn ordered(addresses: &[i8]) -> Vec<i8> {
        in_turns(addresses.to_vec(), |address| address.signum())
    }

    #[test]
    fn families_come_in_turns_and_keep_their_order() {
        assert_eq!(ordered(&[1, 2, 3, -1, -2]), [1, -1, 2, -2, 3]);
        assert_eq!(ordered(&[-1, 1, 2, -2, 0]), [-1, 1, 0, -2, 2]);
        assert_eq!(ordered(&[1, 2, 3]), [1, 2, 3]);
        assert_eq!(ordered(&[]), vec![]);
    }
}
