//! How requests are shared between threads.

use super::share;

#[test]
fn shares_come_to_the_whole() {
    for all in [0, 1, 7, 100, 101] {
        for threads in 1..5 {
            let shares = (0..threads).map(|number| share(all, (number, threads)));
            assert_eq!(shares.sum::<u64>(), all, "{all} for {threads}");
        }
    }
}
