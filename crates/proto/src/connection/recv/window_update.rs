//! WINDOW_UPDATE arrives (RFC 9113 §6.9).

use frame::WindowUpdate;

use crate::connection::Core;
use crate::connection::parts::Absent;
use crate::flow::INITIAL_WINDOW;
use crate::stream::{Past, Step};
use crate::violation::{ConnectionRule, Fault, On, StreamRule};

impl Core {
    pub(super) fn recv_window_update(&mut self, frame: WindowUpdate) -> Result<(), Fault> {
        if frame.stream_id.is_connection() {
            return self.connection_window_update(frame);
        }
        let id = frame.stream_id;
        let Some(key) = self.streams.store.find(id) else {
            return match self.streams.absent(id) {
                Absent::Idle | Absent::Past(Past::Skipped) => Err(StreamRule::Idle.on(id)),
                Absent::Past(Past::Closed(_)) => {
                    self.count_grant(frame);
                    Ok(())
                }
            };
        };
        let Some(stream) = self.streams.store.get_mut(key) else {
            return Ok(());
        };
        if stream
            .recv(Step::WindowUpdate)
            .map_err(|violation| violation.on(id))?
        {
            // RFC 9113 §6.9.1: a window above 2^31-1 is an error, of the stream here.
            stream
                .send_window
                .grant(frame.increment, self.settings.peer.initial_window_size)
                .map_err(|_| StreamRule::WindowOverflow.on(id))?;
            self.streams
                .schedule
                .own_window_opened(&mut self.streams.store, key);
            self.signals.wake_writer();
        }
        self.count_grant(frame);
        Ok(())
    }

    /// A grant of next to nothing is worth no frame, unless we keep sending.
    fn count_grant(&mut self, frame: WindowUpdate) {
        let window = match frame.stream_id.is_connection() {
            true => INITIAL_WINDOW,
            false => self.settings.peer.initial_window_size.max(INITIAL_WINDOW),
        };
        if frame.increment.value() < window / 100 {
            if let Err(limit) = self.limits.small_grant() {
                self.fail_for(limit);
            }
        }
    }

    fn connection_window_update(&mut self, frame: WindowUpdate) -> Result<(), Fault> {
        let window = self.windows.send.add(i64::from(frame.increment.value()));
        self.windows.send = window.map_err(|_| ConnectionRule::WindowOverflow)?;
        self.streams
            .schedule
            .shared_window_opened(&mut self.streams.store);
        self.signals.wake_writer();
        self.count_grant(frame);
        Ok(())
    }
}
