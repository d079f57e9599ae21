//! What the service has done, in the text form that Prometheus reads.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The upper bounds of the histogram, in milliseconds.
const BOUNDS: [u64; 12] = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000];

/// How something was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    Plain,
    Rest,
    Grpc,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Rest => "rest",
            Self::Grpc => "grpc",
        }
    }
}

/// What takes a worker's time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stage {
    Decode,
    Matte,
    Encode,
}

const STAGES: [(Stage, &str); 3] =
    [(Stage::Decode, "decode"), (Stage::Matte, "matte"), (Stage::Encode, "encode")];

/// Counters since the start.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(Way, u16), u64>>,
    durations: [AtomicU64; BOUNDS.len() + 1],
    duration_micros: AtomicU64,
    pub pictures: AtomicU64,
    /// Requests whose clients had gone before they were done.
    pub abandoned: AtomicU64,
    pub connections: AtomicU64,
    pub connections_refused: AtomicU64,
    pub busy: AtomicU64,
    stages: [AtomicU64; STAGES.len()],
}

/// Figures of the moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now {
    pub waiting: u64,
    pub held_bytes: u64,
    pub held_most: u64,
    pub threads: u64,
}

impl Metrics {
    /// Counts an answered request by its status of HTTP.
    pub fn answered(&self, way: Way, status: u16, time: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((way, status)).or_default() += 1;
        drop(requests);
        let index = BOUNDS.iter().position(|bound| time <= Duration::from_millis(*bound));
        add(&self.durations[index.unwrap_or(BOUNDS.len())], 1);
        add(&self.duration_micros, time.as_micros() as u64);
    }

    /// Adds the time of a stage.
    pub fn spent(&self, stage: Stage, time: Duration) {
        add(&self.stages[stage as usize], time.as_micros() as u64);
    }

    /// All of it.
    pub fn text(&self, now: Now) -> String {
        let mut text = String::new();
        // Writing to a string never fails.
        let _ = self.write(now, &mut text);
        text
    }

    fn write(&self, now: Now, to: &mut String) -> fmt::Result {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        head(to, "requests_total", "counter", "Requests by form and HTTP status")?;
        for ((way, status), count) in &*self.requests.lock().unwrap_or_else(PoisonError::into_inner)
        {
            let way = way.name();
            writeln!(to, "backlot_requests_total{{form=\"{way}\",status=\"{status}\"}} {count}")?;
        }
        head(to, "request_duration_seconds", "histogram", "From a request's head to its answer")?;
        let mut sum = 0;
        for (bound, count) in BOUNDS.iter().zip(&self.durations) {
            sum += get(count);
            let bound = *bound as f64 / 1e3;
            writeln!(to, "backlot_request_duration_seconds_bucket{{le=\"{bound}\"}} {sum}")?;
        }
        sum += get(&self.durations[BOUNDS.len()]);
        writeln!(to, "backlot_request_duration_seconds_bucket{{le=\"+Inf\"}} {sum}")?;
        let seconds = get(&self.duration_micros) as f64 / 1e6;
        writeln!(to, "backlot_request_duration_seconds_sum {seconds}")?;
        writeln!(to, "backlot_request_duration_seconds_count {sum}")?;
        head(to, "stage_seconds_total", "counter", "Time of the threads that work, by stage")?;
        for (stage, name) in STAGES {
            let seconds = get(&self.stages[stage as usize]) as f64 / 1e6;
            writeln!(to, "backlot_stage_seconds_total{{stage=\"{name}\"}} {seconds}")?;
        }
        for (name, kind, help, value) in [
            ("pictures_total", "counter", "Mattes made", get(&self.pictures)),
            ("abandoned_total", "counter", "Requests whose clients had gone", get(&self.abandoned)),
            (
                "connections_refused_total",
                "counter",
                "Connections beyond the most",
                get(&self.connections_refused),
            ),
            ("connections", "gauge", "Connections", get(&self.connections)),
            ("waiting", "gauge", "Requests that wait for a thread", now.waiting),
            ("threads", "gauge", "Threads that work", now.threads),
            ("threads_busy", "gauge", "Threads that work on something", get(&self.busy)),
            ("held_bytes", "gauge", "Bytes of bodies and answers", now.held_bytes),
            ("held_bytes_limit", "gauge", "The most of them", now.held_most),
        ] {
            head(to, name, kind, help)?;
            writeln!(to, "backlot_{name} {value}")?;
        }
        Ok(())
    }
}

fn head(to: &mut String, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(to, "# HELP backlot_{name} {help}.\n# TYPE backlot_{name} {kind}")
}

pub(crate) fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}
