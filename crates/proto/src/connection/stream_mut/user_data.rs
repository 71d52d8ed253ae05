//! A word of the application's in each stream, so that it needs no table of streams of its own.

use core::num::NonZeroU32;

use super::StreamMut;
use crate::role::Role;

impl<R: Role> StreamMut<'_, R> {
    /// Leaves a word with the stream, such as a place in a list of the application's; returns the one
    /// before it.
    ///
    /// Until it is [taken back](Self::take_user_data) the stream can be found, also when nothing runs
    /// any more and all of it was taken: how it ended can be asked again and again. It counts for
    /// nothing then, neither towards a limit nor among [all streams](crate::Connection::streams).
    #[doc(alias("nghttp2_session_set_stream_user_data"))]
    pub fn set_user_data(&mut self, word: NonZeroU32) -> Option<NonZeroU32> {
        let stream = self.core.store.get_mut(self.key)?;
        stream.set_user_data(Some(word))
    }

    /// Takes the word back. A stream that stayed for it alone leaves.
    pub fn take_user_data(&mut self) -> Option<NonZeroU32> {
        self.act(|shared, stream| {
            shared.streams.let_leave();
            stream.set_user_data(None)
        })?
    }
}
