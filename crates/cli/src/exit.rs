//! How the tool fails: what it says on stderr, and the exit code.

use alloc::string::String;
use alloc::sync::Arc;
use core::fmt::{self, Display};
use core::sync::atomic::{AtomicBool, Ordering};
use std::io::{self, Write};
use std::process::{self, ExitCode};

use crate::talk;

/// What a shell expects of a program that an interrupt has ended.
pub(crate) const INTERRUPTED: i32 = 130;

/// What kind of failure it is; each has an exit code of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something was asked for that cannot be: a bad URL, an unreadable folder or certificate.
    Usage,
    /// No connection could be made: the name, the transport, or TLS.
    Connect,
    /// The connection was there, and a transfer failed.
    Transfer,
    /// What was judged is not right.
    Judged,
    /// The tool was too slow for what it measured.
    ClientBound,
    /// Nobody reads what we write any more, so that there is nothing to say and nothing to do.
    BrokenPipe,
}

/// Why a command did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    kind: Kind,
    what: String,
    hint: Option<String>,
}

/// What commands return.
pub(crate) type Result<T> = core::result::Result<T, Failure>;

impl Failure {
    /// The command line asks for what cannot be.
    pub(crate) fn usage(what: impl Display) -> Self {
        Self::new(Kind::Usage, &what)
    }

    /// There is no connection.
    pub(crate) fn connect(what: impl Display) -> Self {
        Self::new(Kind::Connect, &what)
    }

    /// A transfer failed.
    pub(crate) fn transfer(what: impl Display) -> Self {
        Self::new(Kind::Transfer, &what)
    }

    /// What was judged is not right.
    pub(crate) fn judged(what: impl Display) -> Self {
        Self::new(Kind::Judged, &what)
    }

    /// What was measured is the tool itself.
    pub(crate) fn client_bound(what: impl Display) -> Self {
        Self::new(Kind::ClientBound, &what)
    }

    /// Writing to `target` failed.
    pub(crate) fn write(target: impl Display, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Kind::BrokenPipe, &"");
        }
        Self::transfer(format_args!("cannot write to {target}: {error}"))
    }

    /// The same, with what can be done about it.
    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(alloc::format!("{hint}"));
        self
    }

    /// The same, with where it happened.
    pub(crate) fn at(mut self, place: impl Display) -> Self {
        self.what = alloc::format!("{place}: {}", self.what);
        self
    }

    /// Says it on stderr, and returns what is left to do with it.
    pub(crate) fn reported(self) -> Kind {
        self.report();
        self.kind
    }

    /// What kind it is.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// Says it on stderr.
    pub(crate) fn report(&self) {
        if self.kind == Kind::BrokenPipe {
            return;
        }
        let style = talk::ERROR;
        let mut stderr = anstream::stderr().lock();
        // Choice: if stderr is gone, there is nobody to tell.
        let _ = writeln!(stderr, "{style}error:{style:#} {}", self.what);
        if let Some(hint) = &self.hint {
            let style = talk::HINT;
            let _ = writeln!(stderr, "  {style}hint:{style:#} {hint}");
        }
    }

    fn new(kind: Kind, what: &dyn Display) -> Self {
        Self {
            kind,
            what: alloc::format!("{what}"),
            hint: None,
        }
    }
}

/// Calls `handler` at each Ctrl-C, on a thread of its own. There is one handler in a process.
///
/// # Errors
///
/// The system does not let us catch it.
pub(crate) fn on_ctrl_c(handler: impl FnMut() + Send + 'static) -> Result<()> {
    ctrlc::set_handler(handler)
        .map_err(|error| Failure::usage(format_args!("cannot listen for Ctrl-C: {error}")))
}

/// What Ctrl-C sets, so that what is there by then is said. A second one ends at once.
///
/// # Errors
///
/// The system does not let us catch it.
pub(crate) fn stopped_by_ctrl_c() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    on_ctrl_c(move || {
        if asked.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED);
        }
    })?;
    Ok(stop)
}

/// Calls `handler` at each SIGINT, which Ctrl-C is, and SIGTERM, on a thread of its own, with what a shell
/// expects of a program that the signal has ended. Elsewhere than on Unix there is Ctrl-C alone.
///
/// # Errors
///
/// The system does not let us catch them.
pub(crate) fn on_termination(handler: impl FnMut(i32) + Send + 'static) -> Result<()> {
    catch(handler).map_err(|error| Failure::usage(format_args!("cannot catch signals: {error}")))
}

#[cfg(unix)]
fn catch(mut handler: impl FnMut(i32) + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};

    /// What a shell adds to the number of a signal.
    const SIGNALED: i32 = 128;
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    let waiting = move || {
        signals
            .forever()
            .for_each(|signal| handler(SIGNALED + signal))
    };
    std::thread::Builder::new().spawn(waiting).map(drop)
}

#[cfg(not(unix))]
fn catch(mut handler: impl FnMut(i32) + Send + 'static) -> core::result::Result<(), ctrlc::Error> {
    ctrlc::set_handler(move || handler(INTERRUPTED))
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Kind {
    /// The exit code.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Transfer => 1,
            Self::Usage => 2,
            Self::Judged => 3,
            Self::Connect | Self::ClientBound => 4,
        }
    }
}

impl From<Kind> for ExitCode {
    fn from(kind: Kind) -> Self {
        Self::from(kind.code())
    }
}
