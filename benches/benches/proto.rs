//! Whole exchanges through two connections in memory.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tress_benches::exchange::Exchange;
use tress_proto::Bytes;

/// Requests in one run.
const COUNT: usize = 1000;

fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("requests");
    group.throughput(Throughput::Elements(COUNT as u64));
    for (at_a_time, octets) in [(1, 0), (1, 100), (100, 0), (100, 100)] {
        let mut exchange = Exchange::new();
        let content = Bytes::from(vec![b'x'; octets]);
        group.bench_function(
            format!("{at_a_time} at a time, {octets} octets"),
            |bencher| {
                bencher.iter(|| exchange.requests(COUNT, at_a_time, &content));
            },
        );
    }
    group.finish();
}

fn bulk(criterion: &mut Criterion) {
    const OCTETS: usize = 16 * 1024 * 1024;
    let mut group = criterion.benchmark_group("bulk");
    group.throughput(Throughput::Bytes(OCTETS as u64));
    let mut exchange = Exchange::new();
    let content = Bytes::from(vec![b'x'; OCTETS]);
    group.bench_function("16 MiB down one stream", |bencher| {
        bencher.iter(|| exchange.requests(1, 1, &content));
    });
    group.finish();
}

criterion_group!(benches, requests, bulk);
criterion_main!(benches);
