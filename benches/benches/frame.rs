//! Reading frames, beside the session of nghttp2.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tress_benches::frames::{read_nghttp2, read_tress, runs, session};

fn read(criterion: &mut Criterion) {
    let mut session = session();
    for run in runs() {
        let mut group = criterion.benchmark_group(run.name);
        group.throughput(Throughput::Elements(run.count as u64));
        group.bench_function("tress", |bencher| bencher.iter(|| read_tress(&run)));
        group.bench_function("nghttp2", |bencher| {
            bencher.iter(|| read_nghttp2(&mut session, &run));
        });
        group.finish();
    }
}

criterion_group!(benches, read);
criterion_main!(benches);
