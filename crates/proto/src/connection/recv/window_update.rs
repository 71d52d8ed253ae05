//! WINDOW_UPDATE arrives (RFC 9113 §6.9).

use frame::WindowUpdate;

use crate::connection::{Core, Shared};
use crate::flow::INITIAL_WINDOW;
use crate::stream::{Past, Step, Stream};
use crate::streams::Absent;
use crate::violation::{ConnectionRule, Fault, Limit, On, StreamRule};

impl Core {
    pub(super) fn recv_window_update(&mut self, frame: WindowUpdate) -> Result<(), Fault> {
        let id = frame.stream_id;
        if id.is_connection() {
            self.shared.connection_window_update(frame)?;
        } else if let Some(stream) = self.store.resolve(id) {
            self.shared.stream_window_update(stream, frame)?;
        } else if let Absent::Idle | Absent::Past(Past::Skipped) = self.shared.streams.absent(id) {
            return Err(StreamRule::Idle.on(id));
        }
        // An increment of next to nothing is worth no frame, unless we keep sending.
        if let Err(limit) = self.shared.count_update(frame) {
            self.fail_for(limit);
        }
        Ok(())
    }
}

impl Shared {
    fn stream_window_update(
        &mut self,
        stream: &mut Stream,
        frame: WindowUpdate,
    ) -> Result<(), Fault> {
        let id = stream.id();
        if stream
            .recv(Step::WindowUpdate)
            .map_err(|violation| violation.on(id))?
        {
            // RFC 9113 §6.9.1: a window above 2^31-1 is an error, of the stream here.
            stream
                .granted(
                    frame.increment,
                    self.peer_settings.record().initial_window_size,
                )
                .map_err(|_| StreamRule::WindowOverflow.on(id))?;
            self.streams.own_window_opened(stream);
            self.signals.wake_writer();
        }
        Ok(())
    }

    fn connection_window_update(&mut self, frame: WindowUpdate) -> Result<(), Fault> {
        let granted = self.windows.granted(frame.increment);
        granted.map_err(|_| ConnectionRule::WindowOverflow)?;
        self.streams.shared_window_opened();
        self.signals.wake_writer();
        Ok(())
    }

    fn count_update(&mut self, frame: WindowUpdate) -> Result<(), Limit> {
        let window = match frame.stream_id.is_connection() {
            true => INITIAL_WINDOW,
            false => self
                .peer_settings
                .record()
                .initial_window_size
                .max(INITIAL_WINDOW),
        };
        match frame.increment.value() < window / 100 {
            true => self.limits.small_window_update(),
            false => Ok(()),
        }
    }
}
