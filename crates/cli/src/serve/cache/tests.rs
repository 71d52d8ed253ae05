//! What is kept is bounded, whatever is asked for.

use super::{Cache, Entry, FRESH, OVERHEAD};
use crate::serve::resource::Resource;
use alloc::sync::Arc;
use core::time::Duration;
use std::fs;
use std::path::Path;
use std::time::{Instant, SystemTime};

fn entry(content: &str, checked: Instant) -> Arc<Entry> {
    let metadata = fs::metadata(".").unwrap();
    let resource = Resource::new(Path::new("x"), &metadata, SystemTime::now());
    Arc::new(Entry::new(resource, content.to_owned().into(), checked))
}

fn kept(cache: &Cache, path: &str) -> Option<String> {
    let entry = cache.get(path)?;
    Some(String::from_utf8(entry.content.to_vec()).unwrap())
}

fn totals(cache: &Cache) -> (usize, usize) {
    let generations = cache.generations.read().unwrap();
    let all = || generations.young.iter().chain(&generations.old);
    let young: usize = generations
        .young
        .iter()
        .map(|(path, entry)| entry.cost(path))
        .sum();
    assert_eq!(generations.octets, young, "what is counted is there");
    (
        all().map(|(path, entry)| entry.cost(path)).sum(),
        all().count(),
    )
}

#[test]
fn what_was_put_last_is_got() {
    let cache = Cache::default();
    let now = Instant::now();
    assert_eq!(kept(&cache, "/a"), None);
    cache.put("/a", entry("first", now));
    cache.put("/a", entry("second", now));
    assert_eq!(kept(&cache, "/a").as_deref(), Some("second"));
    assert_eq!(totals(&cache).1, 1);
}

#[test]
fn entries_and_octets_are_bounded() {
    let now = Instant::now();
    let octets = 40 * OVERHEAD;
    for (bound, content) in [(10, "x"), (1000, "x"), (1000, "x".repeat(5000).as_str())] {
        let cache = Cache::bounded(octets, bound);
        for number in 0..1000 {
            cache.put(&format!("/{number}"), entry(content, now));
            let (cost, entries) = totals(&cache);
            assert!(cost <= octets && entries <= bound, "{cost} {entries}");
        }
        assert!(cache.get("/999").is_some());
        assert!(cache.get("/0").is_none());
    }
}

#[test]
fn what_is_asked_for_again_outlives_what_is_not() {
    let cache = Cache::bounded(1 << 20, 10);
    let now = Instant::now();
    for number in 0..100 {
        cache.put(&format!("/{number}"), entry("x", now));
        // As when it is looked at again, once a second.
        cache.put("/often", entry("often", now));
        assert_eq!(kept(&cache, "/often").as_deref(), Some("often"), "{number}");
    }
}

#[test]
fn what_costs_more_than_a_generation_is_not_kept() {
    let cache = Cache::bounded(4 * OVERHEAD, 10);
    cache.put("/large", entry(&"x".repeat(2 * OVERHEAD), Instant::now()));
    assert!(cache.get("/large").is_none());
    assert_eq!(totals(&cache), (0, 0));
}

#[test]
fn a_file_is_looked_at_again_after_a_second() {
    let now = Instant::now();
    let entry = entry("x", now);
    assert!(entry.is_fresh(now) && entry.is_fresh(now + FRESH - Duration::from_nanos(1)));
    assert!(!entry.is_fresh(now + FRESH));
}
