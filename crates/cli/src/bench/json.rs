//! What a run has found, for programs: an object on a line.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use hdrhistogram::{Counter, Histogram};
use serde_json::{Map, Value, json};

use super::breakdown::Mean;
use super::figures::{QUANTILES, quantiles};
use super::label::Label;
use super::plan::{Load, Plan};
use super::run::Run;

/// The version of the JSON.
pub(super) const SCHEMA: &str = "tress-bench/1";

/// A run. Times are nanoseconds unless they say otherwise.
pub(super) fn object(plan: &Plan, run: &Run) -> Value {
    let counts = run.tally.counts;
    let all = run.tally.breakdown.all();
    let slowest = run.tally.breakdown.slowest(all.count.div_ceil(100));
    json!({
        "schema": SCHEMA,
        "target": plan.origin.to_string(),
        "requests": plan.messages.iter().map(|message| &message.name).collect::<Vec<_>>(),
        "loop": match plan.load { Load::Open(_) => "open", Load::Closed { .. } => "closed" },
        "connections": plan.connections,
        "streams": plan.streams,
        "threads": plan.threads,
        "seconds": run.seconds,
        "answered": counts.answered,
        "failed": counts.failed,
        "timed_out": counts.timed_out,
        "censored": counts.censored,
        "retried": counts.retried,
        "connections_made": counts.connections,
        "octets": counts.octets,
        "messages": counts.messages,
        "requests_per_second": run.rate(),
        "client_cpu_per_request": run.cpu_each(),
        "client_bound": run.is_client_bound,
        "stopped": run.is_stopped,
        "status": map(&run.tally.statuses),
        "grpc_status": map(&run.tally.calls),
        "errors": map(&run.tally.errors),
        "latency": {
            "user": times(&run.tally.user),
            "service": times(&run.tally.service),
            "lag": times(&run.tally.lag),
            "by_connection": by_connection(run),
        },
        "where": { "all": mean(&all), "slowest": mean(&slowest) },
    })
}

fn map<K: ToString, V: Copy + Into<Value>>(
    entries: &alloc::collections::BTreeMap<K, V>,
) -> Map<String, Value> {
    let entries = entries.iter();
    entries
        .map(|(key, count)| (key.to_string(), (*count).into()))
        .collect()
}

fn times<T: Counter>(histogram: &Histogram<T>) -> Value {
    if histogram.is_empty() {
        return Value::Null;
    }
    let all = quantiles(histogram).into_iter();
    let mut all: Map<_, _> = all
        .map(|(name, time)| (name.to_string(), time.into()))
        .collect();
    all.insert("mean".into(), histogram.mean().into());
    all.insert("count".into(), histogram.len().into());
    all.into()
}

fn by_connection(run: &Run) -> Value {
    let quantiles = QUANTILES.iter().map(|(name, quantile)| {
        let spread = run.spread(*quantile);
        let spread = json!({
            "lowest": spread.lowest, "median": spread.median, "highest": spread.highest,
        });
        ((*name).to_string(), spread)
    });
    Value::Object(quantiles.collect())
}

fn mean(mean: &Mean) -> Value {
    let labels = Label::ALL.map(|label| (label.name().to_string(), mean.of(label).into()));
    let labels: Map<String, Value> = labels.into_iter().collect();
    json!({
        "count": mean.count,
        "mean": mean.total(),
        "labels": labels,
        "own_connection_window_trip": mean.trip_of(Label::OwnConnectionWindow),
        "own_stream_window_trip": mean.trip_of(Label::OwnStreamWindow),
    })
}
