//! Whole exchanges through two connections in memory, and a server that answers a recording.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tress_benches::engine::messages::Recording;
use tress_benches::engine::tress::{self, Pair, Style};
use tress_proto::Bytes;

/// Requests in one run.
const COUNT: usize = 1000;

fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("requests");
    group.throughput(Throughput::Elements(COUNT as u64));
    let recording = Recording::of(COUNT);
    group.bench_function("a server, recorded requests", |bencher| {
        bencher.iter(|| tress::replay(&recording, Style::Copied));
    });
    for at_a_time in [1, 100] {
        let mut pair = Pair::default();
        group.bench_function(format!("both ends, {at_a_time} at a time"), |bencher| {
            bencher.iter(|| pair.requests(COUNT, at_a_time));
        });
    }
    group.finish();
}

fn bulk(criterion: &mut Criterion) {
    const OCTETS: usize = 16 * 1024 * 1024;
    let mut group = criterion.benchmark_group("bulk");
    group.throughput(Throughput::Bytes(OCTETS as u64));
    let mut pair = Pair::default();
    let piece = Bytes::from(vec![b'x'; 64 * 1024]);
    group.bench_function("16 MiB down one stream", |bencher| {
        bencher.iter(|| pair.bulk(OCTETS, &piece, false));
    });
    group.finish();
}

criterion_group!(benches, requests, bulk);
criterion_main!(benches);
