//! Where a frame may stand: on a stream, or on the connection (RFC 9113 §6).

use crate::{Error, ErrorKind, Head};

impl Head {
    /// Checks that the frame names a stream.
    #[inline]
    pub(crate) const fn requires_stream(self) -> Result<(), Error> {
        if self.stream_id.is_connection() {
            return Err(Error::new(self, ErrorKind::StreamRequired));
        }
        Ok(())
    }

    /// Checks that the frame is on stream 0.
    #[inline]
    pub(crate) const fn requires_connection(self) -> Result<(), Error> {
        if self.stream_id.is_connection() {
            return Ok(());
        }
        Err(Error::new(self, ErrorKind::ConnectionRequired))
    }
}
