//! Many queues in one slab.

use alloc::vec::Vec;

use crate::stream::pool::{Pool, Queue};

fn drain(pool: &mut Pool<u32>, queue: &mut Queue) -> Vec<u32> {
    core::iter::from_fn(|| pool.pop_front(queue)).collect()
}

#[test]
fn queues_keep_their_order_beside_each_other() {
    let mut pool = Pool::new();
    let mut queues = [Queue::new(), Queue::new(), Queue::new()];
    for item in 0..30 {
        pool.push_back(&mut queues[item as usize % 3], item);
    }
    for (rest, queue) in queues.iter_mut().enumerate() {
        let wanted: Vec<_> = (0..30).filter(|item| *item as usize % 3 == rest).collect();
        assert_eq!(pool.front(queue), wanted.first());
        assert_eq!(pool.back(queue), wanted.last());
        assert_eq!(drain(&mut pool, queue), wanted);
        assert!(queue.is_empty());
        assert_eq!((pool.front(queue), pool.back(queue)), (None, None));
    }
}

#[test]
fn places_are_used_again() {
    let mut pool = Pool::new();
    let (mut a, mut b) = (Queue::new(), Queue::new());
    for round in 0..1000 {
        pool.push_back(&mut a, round);
        pool.push_back(&mut b, round + 1);
        pool.push_back(&mut a, round + 2);
        assert_eq!(drain(&mut pool, &mut a), [round, round + 2]);
        assert_eq!(drain(&mut pool, &mut b), [round + 1]);
    }
    assert!(pool.places() <= 3, "{}", pool.places());
}

#[test]
fn a_queue_that_is_cleared_can_be_filled_again() {
    let mut pool = Pool::new();
    let (mut a, mut b) = (Queue::new(), Queue::new());
    for item in 0..5 {
        pool.push_back(&mut a, item);
        pool.push_back(&mut b, item + 10);
    }
    pool.clear(&mut a);
    assert!(a.is_empty());
    pool.push_back(&mut a, 99);
    *pool.back_mut(&a).unwrap() += 1;
    *pool.front_mut(&b).unwrap() += 1;
    assert_eq!(drain(&mut pool, &mut a), [100]);
    assert_eq!(drain(&mut pool, &mut b), [11, 11, 12, 13, 14]);
    pool.clear(&mut a);
    assert_eq!(pool.pop_front(&mut a), None);
}
