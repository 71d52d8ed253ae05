//! The first line of what runs until it is ended.

use core::fmt;
use std::io::{self, Write};

use crate::exit::{Failure, Result};

/// Says on stdout where we are; called when everything is in place. `text` ends its lines itself.
pub(crate) fn announce(text: fmt::Arguments<'_>) -> Result<()> {
    let mut stdout = anstream::stdout().lock();
    let said = stdout.write_fmt(text).and_then(|()| stdout.flush());
    match said {
        // Whoever started us may not care where we are.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::write("stdout", &error))
        }
        _ => Ok(()),
    }
}
