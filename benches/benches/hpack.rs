//! Header compression over realistic lists, beside the peers.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tress_benches::corpus::{self, Field};
use tress_benches::headers::{
    Form, decode_httlib, decode_nghttp2, decode_tress, encode_httlib, encode_nghttp2, encode_tress,
};

fn decode(criterion: &mut Criterion) {
    let sequences = corpus::sequences();
    let count = corpus::fields(&sequences).count() as u64;
    for form in Form::ALL {
        let wire = form.wire(&sequences);
        let mut group = criterion.benchmark_group(format!("decode {}", form.name()));
        group.throughput(Throughput::Elements(count));
        group.bench_function("tress", |bencher| bencher.iter(|| decode_tress(&wire)));
        group.bench_function("nghttp2", |bencher| bencher.iter(|| decode_nghttp2(&wire)));
        group.bench_function("httlib", |bencher| bencher.iter(|| decode_httlib(&wire)));
        group.finish();
    }
}

fn encode(criterion: &mut Criterion) {
    let sequences = corpus::sequences();
    let count = corpus::fields(&sequences).count() as u64;
    let mut group = criterion.benchmark_group("encode");
    group.throughput(Throughput::Elements(count));
    group.bench_function("tress", |bencher| bencher.iter(|| encode_tress(&sequences)));
    group.bench_function("nghttp2", |bencher| {
        bencher.iter(|| encode_nghttp2(&sequences))
    });
    group.bench_function("httlib", |bencher| {
        bencher.iter(|| encode_httlib(&sequences))
    });
    group.finish();
}

fn huffman(criterion: &mut Criterion) {
    let sequences = corpus::sequences();
    let values: Vec<&Field> = corpus::fields(&sequences).collect();
    let coded: Vec<Vec<u8>> = values
        .iter()
        .map(|field| {
            let mut coded = Vec::new();
            tress_hpack::huffman::encode(&field.value, &mut coded);
            coded
        })
        .collect();
    let mut group = criterion.benchmark_group("huffman");
    group.throughput(Throughput::Elements(values.len() as u64));
    let mut out = Vec::new();
    group.bench_function("decode", |bencher| {
        bencher.iter(|| {
            for coded in &coded {
                out.clear();
                tress_hpack::huffman::decode(coded, &mut out).expect("the code is right");
            }
        });
    });
    group.bench_function("encode", |bencher| {
        bencher.iter(|| {
            for field in &values {
                out.clear();
                tress_hpack::huffman::encode(&field.value, &mut out);
            }
        });
    });
    group.finish();
}

criterion_group!(benches, decode, encode, huffman);
criterion_main!(benches);
