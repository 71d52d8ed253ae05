//! How octets enter and leave a tunnel, whichever traits ask for it.

use core::task::{Context, Poll, ready};
use std::io::{self, ErrorKind};

use proto::Role;

use super::Tunnel;

impl<R: Role> Tunnel<R> {
    /// Reads some octets; 0 is the end.
    pub(crate) fn read(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if self.unread.is_empty() {
            self.unread = ready!(self.recv.poll_data(cx))?.unwrap_or_default();
        }
        let count = self.unread.len().min(into.len());
        let piece = self.unread.split_to(count);
        if let Some(into) = into.get_mut(..count) {
            into.copy_from_slice(&piece);
        }
        Poll::Ready(Ok(count))
    }

    /// Takes as many octets as there is capacity for.
    pub(crate) fn write(&mut self, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.send.0 {
            Some(send) => send.write(cx, from),
            None => Poll::Ready(Err(ErrorKind::BrokenPipe.into())),
        }
    }

    /// Ends our direction.
    pub(crate) fn shut_down(&mut self) -> io::Result<()> {
        match self.send.0.take() {
            Some(send) => Ok(send.finish()?),
            None => Ok(()),
        }
    }
}
