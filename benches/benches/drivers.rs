//! Whole exchanges over loopback sockets.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tress_benches::loopback::{Blocking, Tokio};

/// Requests in one run.
const COUNT: usize = 500;

fn requests(criterion: &mut Criterion) {
    let blocking = Blocking::new().expect("loopback works");
    let tokio = Tokio::new().expect("loopback works");
    let mut group = criterion.benchmark_group("requests over loopback");
    group.throughput(Throughput::Elements(COUNT as u64));
    for at_a_time in [1, 100] {
        group.bench_function(format!("blocking, {at_a_time} at a time"), |bencher| {
            bencher.iter(|| {
                blocking
                    .requests(COUNT, at_a_time, 100)
                    .expect("loopback works")
            });
        });
        group.bench_function(format!("tokio, {at_a_time} at a time"), |bencher| {
            bencher.iter(|| {
                tokio
                    .requests(COUNT, at_a_time, 100)
                    .expect("loopback works")
            });
        });
    }
    group.finish();
}

fn bulk(criterion: &mut Criterion) {
    const OCTETS: usize = 16 * 1024 * 1024;
    let blocking = Blocking::new().expect("loopback works");
    let tokio = Tokio::new().expect("loopback works");
    let mut group = criterion.benchmark_group("bulk over loopback");
    group.throughput(Throughput::Bytes(OCTETS as u64));
    group.sample_size(20);
    group.bench_function("blocking, 16 MiB down one stream", |bencher| {
        bencher.iter(|| blocking.requests(1, 1, OCTETS).expect("loopback works"));
    });
    group.bench_function("tokio, 16 MiB down one stream", |bencher| {
        bencher.iter(|| tokio.requests(1, 1, OCTETS).expect("loopback works"));
    });
    group.finish();
}

criterion_group!(benches, requests, bulk);
criterion_main!(benches);
