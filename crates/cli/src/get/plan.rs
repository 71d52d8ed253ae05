//! What is to be fetched, from where, and where to: all that can be judged before anything is sent.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use std::path::{Path, PathBuf};
use std::time::Instant;

use blocking::proto::Request;

use super::data::Data;
use super::fields::{self, Field};
use super::output::Target;
use super::url::{Origin, Url};
use crate::args::{self, Runtime};
use crate::exit::{Failure, Result};
use crate::record::Recording;

/// Everything that the command line asks for.
#[derive(Debug)]
pub(crate) struct Plan {
    /// In the order of the URLs.
    pub(crate) jobs: Vec<Job>,
    /// One connection each.
    pub(crate) origins: Vec<Origin>,
    /// What every request carries.
    pub(crate) data: Option<Data>,
    /// The fields that the command line gives to every request.
    pub(crate) fields: Vec<Field>,
    /// What moves the octets.
    pub(crate) runtime: Runtime,
    /// What is kept of the connections.
    pub(crate) recording: Recording,
    /// Whether every frame is shown.
    pub(crate) is_verbose: bool,
    /// When the times of what is shown begin.
    pub(crate) start: Instant,
    /// Whether stdout has an object for each URL.
    pub(crate) is_json: bool,
    /// Whether 4xx and 5xx are failures.
    pub(crate) must_succeed: bool,
    /// Whether heads are written before content.
    pub(crate) writes_heads: bool,
    /// Whether redirects are followed.
    pub(crate) follows: bool,
    /// How long everything may take.
    pub(crate) max_time: Option<Duration>,
    /// How long it may take until a connection is there.
    pub(crate) connect_timeout: Duration,
    /// Whom to trust.
    #[cfg(feature = "tls")]
    pub(crate) tls: alloc::sync::Arc<rustls::ClientConfig>,
}

/// One URL.
#[derive(Debug)]
pub(crate) struct Job {
    /// What is fetched.
    pub(crate) url: Url,
    /// Which of the plan's origins it belongs to.
    pub(crate) origin: usize,
    /// What is sent.
    pub(crate) request: Request,
    /// Its method.
    pub(crate) method: String,
    /// Whether the plan's content follows.
    pub(crate) has_content: bool,
    /// Where the content of the answer goes.
    pub(crate) target: Target,
}

impl Plan {
    /// Reads the command line.
    pub(crate) fn new(args: &args::Get) -> Result<Self> {
        let data = args.data.as_deref().map(Data::parse).transpose()?;
        if matches!(data, Some(Data::Stdin)) && args.urls.len() > 1 {
            return Err(
                Failure::usage("stdin can be sent only once, and there are more URLs")
                    .hint("put the content into a file, and give -d @FILE"),
            );
        }
        let fields = fields::parse(&args.header)?;
        let mut origins = Vec::new();
        let mut jobs = Vec::with_capacity(args.urls.len());
        for (text, target) in args.urls.iter().zip(targets(args)?) {
            let url = parse(text)?;
            let method = method(args, data.as_ref());
            jobs.push(Job {
                origin: index_of(&mut origins, &url.origin),
                request: fields::request(method, &url, fields.iter(), data.as_ref()),
                method: method.into(),
                has_content: data.is_some(),
                target,
                url,
            });
        }
        Ok(Self {
            jobs,
            origins,
            data,
            runtime: args.runtime,
            recording: Recording::new(args.log.as_deref(), args.timeline.as_deref())?,
            fields,
            is_verbose: args.verbose,
            start: Instant::now(),
            is_json: args.json,
            must_succeed: args.fail,
            writes_heads: args.include || args.head,
            follows: args.location,
            max_time: args.max_time,
            connect_timeout: args.connect_timeout,
            #[cfg(feature = "tls")]
            tls: super::tls::config(&args.trust)?,
        })
    }

    /// Says whether there may be a file to remove if it is interrupted.
    pub(crate) fn writes_files(&self) -> bool {
        self.jobs
            .iter()
            .any(|job| matches!(job.target, Target::File(_)))
    }

    /// The URLs of one origin, in their order.
    pub(crate) fn jobs_of(&self, origin: usize) -> impl Iterator<Item = &Job> {
        self.jobs.iter().filter(move |job| job.origin == origin)
    }
}

pub(crate) fn parse(text: &str) -> Result<Url> {
    Url::parse(text).map_err(|error| {
        Failure::usage(format_args!("cannot fetch {text:?}: {error}"))
            .hint("a URL looks like http://127.0.0.1:8080/path or https://example.com/path")
    })
}

fn method<'a>(args: &'a args::Get, data: Option<&Data>) -> &'a str {
    let default = match data {
        Some(_) => "POST",
        None if args.head => "HEAD",
        None => "GET",
    };
    args.method.as_deref().unwrap_or(default)
}

/// Where the content of each URL goes.
fn targets(args: &args::Get) -> Result<Vec<Target>> {
    let (urls, files) = (args.urls.len(), args.output.len());
    if files == 0 {
        let target = match args.json {
            true => Target::Nowhere,
            false => Target::Stdout {
                is_asked_for: false,
            },
        };
        return Ok(alloc::vec![target; urls]);
    }
    if files != urls {
        return Err(Failure::usage(format_args!(
            "the number of URLs is {urls}, and of files to write {files}"
        ))
        .hint("give -o once for each URL, in their order; -o - is stdout"));
    }
    if args.json && args.output.iter().any(|file| file == Path::new("-")) {
        return Err(
            Failure::usage("--json writes objects to stdout, and -o - content")
                .hint("give -o a file"),
        );
    }
    let target = |file: &PathBuf| match file.to_str() {
        Some("-") => Target::Stdout { is_asked_for: true },
        _ => Target::File(file.clone()),
    };
    Ok(args.output.iter().map(target).collect())
}

/// The place of an origin in the list, at the end if it is new.
fn index_of(origins: &mut Vec<Origin>, origin: &Origin) -> usize {
    let known = origins.iter().position(|known| known == origin);
    known.unwrap_or_else(|| {
        origins.push(origin.clone());
        origins.len() - 1
    })
}
