//! Work is done or refused, whatever threads there are.

use core::sync::atomic::AtomicBool;
use std::io::ErrorKind;
use std::sync::Barrier;
use std::sync::mpsc::channel;

use super::*;

/// Waits until the threads that are not needed have ended.
fn wait_until_empty(pool: &Pool, limit: Duration) -> usize {
    let begin = Instant::now();
    let mut state = pool.lock();
    while state.is_at_work() && begin.elapsed() < limit {
        let waited = pool.emptied.wait_timeout(state, limit);
        state = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
    state.threads
}

#[test]
fn threads_without_work_end_together_and_not_one_after_the_other() {
    const COUNT: usize = 16;
    let pool = Arc::new(Pool {
        idle: Duration::from_millis(200),
        ..Pool::new(2 * COUNT)
    });
    let barrier = Arc::new(Barrier::new(COUNT));
    let share = pool.share();
    for _ in 0..COUNT {
        let barrier = Arc::clone(&barrier);
        let work = move |_| {
            barrier.wait();
        };
        share.submit(work).unwrap();
    }
    let limit = pool.idle * u32::try_from(COUNT).unwrap() / 2;
    assert_eq!(wait_until_empty(&pool, limit), 0);
}

#[test]
fn work_that_was_taken_in_runs_or_is_an_error_while_no_thread_can_be_started() {
    // Some starts fail late, so that others are under way by then.
    let fails = |_: Box<dyn FnOnce() + Send>| {
        thread::yield_now();
        Err(ErrorKind::WouldBlock.into())
    };
    for _ in 0..1000 {
        let pool = Arc::new(Pool {
            start: fails,
            ..Pool::new(8)
        });
        let barrier = Barrier::new(2);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let (tell, told) = channel::<()>();
                    barrier.wait();
                    assert!(pool.share().submit(move |_| drop(tell)).is_err());
                    // The work was dropped, too.
                    assert!(told.try_recv().is_err_and(|error| {
                        error == std::sync::mpsc::TryRecvError::Disconnected
                    }));
                });
            }
        });
        assert_eq!(pool.lock().shares.queued(), 0);
        pool.close();
    }
}

#[test]
fn a_thread_that_runs_does_the_work_for_which_none_can_be_started() {
    static IS_FIRST: AtomicBool = AtomicBool::new(true);
    let once = |work: Box<dyn FnOnce() + Send>| match IS_FIRST.swap(false, Ordering::Relaxed) {
        true => start(work),
        false => Err(ErrorKind::WouldBlock.into()),
    };
    let pool = Arc::new(Pool {
        start: once,
        ..Pool::new(8)
    });
    let (tell, told) = channel();
    let (go, wait) = channel::<()>();
    let begun = tell.clone();
    let first = move |_| {
        begun.send(0).unwrap();
        wait.recv().unwrap();
    };
    pool.share().submit(first).unwrap();
    assert_eq!(told.recv().unwrap(), 0);
    for number in 1..=3 {
        let tell = tell.clone();
        let work = move |_| tell.send(number).unwrap();
        pool.share().submit(work).unwrap();
    }
    go.send(()).unwrap();
    assert_eq!([1, 2, 3], [(); 3].map(|()| told.recv().unwrap()));
    pool.close();
}

#[test]
fn closing_within_a_limit_returns_as_soon_as_all_threads_have_ended() {
    let pool = Arc::new(Pool::new(2));
    pool.share().submit(|_| {}).unwrap();
    let (begin, limit) = (Instant::now(), Duration::from_secs(10));
    pool.close_within(limit);
    assert!(begin.elapsed() < limit / 2);
    assert_eq!(pool.lock().threads, 0);
}

#[test]
fn closing_within_a_limit_leaves_those_to_themselves_who_still_work() {
    let pool = Arc::new(Pool::new(2));
    let (go, wait) = channel::<()>();
    let (begun, has_begun) = channel();
    let work = move |_| {
        begun.send(()).unwrap();
        let _ = wait.recv();
    };
    pool.share().submit(work).unwrap();
    has_begun.recv().unwrap();
    pool.close_within(Duration::from_millis(1));
    assert!(pool.lock().is_at_work());
    drop(go);
    pool.close();
}

#[test]
fn one_connection_never_keeps_another_from_a_thread() {
    let pool = Arc::new(Pool::new(8));
    let (tell, told) = channel();
    let (go, wait) = channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let greedy = pool.share();
    for _ in 0..1000 {
        let (tell, wait) = (tell.clone(), Arc::clone(&wait));
        let work = move |_| {
            tell.send("greedy").unwrap();
            let _ = wait.lock().unwrap().recv();
        };
        greedy.submit(work).unwrap();
    }
    for _ in 0..6 {
        assert_eq!(told.recv().unwrap(), "greedy");
    }
    for _ in 0..100 {
        let tell = tell.clone();
        let work = move |_| tell.send("other").unwrap();
        pool.share().submit(work).unwrap();
        assert_eq!(told.recv().unwrap(), "other");
    }
    assert!(told.try_recv().is_err());
    drop(go);
    pool.close();
    assert_eq!(told.try_iter().count(), 994);
}
