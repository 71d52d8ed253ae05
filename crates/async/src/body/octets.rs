//! How octets leave and enter a body, whichever traits ask for it.

use core::task::{Context, Poll};
use std::io;

use proto::{Bytes, Role};

use crate::send_body::SendBody;

impl<R: Role> SendBody<R> {
    /// Takes as many octets as there is capacity for.
    pub(crate) fn write(&mut self, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let mut count = 0;
        let sent = self.half().poll_send(cx, |capacity| {
            let piece = from.get(..capacity).unwrap_or(from);
            count = piece.len();
            Bytes::copy_from_slice(piece)
        });
        sent.map(|sent| sent.map(|()| count).map_err(io::Error::from))
    }

    /// Ends the message.
    pub(crate) fn shut_down(&mut self) -> io::Result<()> {
        Ok(self.half_mut().end()?)
    }
}
