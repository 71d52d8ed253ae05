//! What a session takes note of when the machine tells it.

use alloc::sync::Arc;

use proto::{
    ConnectionError, ErrorCode, Event, Limit, Role, Side, StreamError, StreamId, Violation,
};

use crate::entries::Interest;
use crate::going_away::GoingAway;
use crate::kind::Lost;
use crate::locked::Locked;

impl<R: Role> Locked<R> {
    /// Takes note of what happened.
    pub(crate) fn absorb(&mut self) {
        while let Some(event) = self.machine.connection().poll_event() {
            if !self.show_extension(&event) {
                self.note(event);
            }
        }
        self.note_opened_requests();
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Opened { stream_id } => self.note_opened(stream_id),
            Event::Readable { stream_id } => self.wake(stream_id, Interest::Recv),
            Event::Writable { stream_id } => self.wake(stream_id, Interest::Send),
            Event::Finished { stream_id, result } => self.note_finished(stream_id, result),
            Event::Flushed { token, result } => self.flushes.note(token, result, &mut self.spent),
            Event::Promised { promised_id, .. } => self.release(promised_id),
            Event::SettingsChanged => self.peer_settings.note(&mut self.spent),
            Event::SettingsAcked => self.peer_settings.acked += 1,
            Event::Pong { payload } => self.pings.note(payload, true, &mut self.spent),
            Event::PingLost { payload } => self.pings.note(payload, false, &mut self.spent),
            Event::GoAway {
                last_stream_id,
                code,
            } => self.note_going_away(last_stream_id, code),
            Event::Closed(result) => self.note_closed(result),
            _ => {}
        }
    }

    /// Wakes those whose requests were opened, or never will be.
    fn note_opened_requests(&mut self) {
        while let Some(id) = self.waiting.first().filter(|id| !self.is_waiting(*id)) {
            self.waiting.pass(&mut self.spent);
            self.wake(id, Interest::Send);
        }
    }

    fn note_opened(&mut self, id: StreamId) {
        if self.open(id).is_some() {
            self.opened.push_back(id);
            self.has_new = true;
            self.spent.wake(self.acceptor.take());
        }
    }

    fn note_finished(&mut self, id: StreamId, result: Result<(), StreamError>) {
        let is_ours = matches!(result, Ok(()) | Err(StreamError::Canceled));
        let Some(entry) = self.entry(id) else { return };
        let ([recv, send], is_in_hand) = (entry.take_wakers(), entry.is_in_hand());
        self.spent.wake(recv);
        self.spent.wake(send);
        if !is_ours && is_in_hand {
            self.canceled.push(id);
        }
        if R::SIDE == Side::Client {
            // One that was sent to its end although nobody held it.
            self.end_handler(id);
        }
    }

    fn note_going_away(&mut self, last_stream_id: StreamId, code: ErrorCode) {
        let debug_data = self.machine.connection().peer_debug_data().into();
        self.going_away = Some(Arc::new(GoingAway {
            last_stream_id,
            code,
            debug_data,
        }));
        self.end_requests();
    }

    fn note_closed(&mut self, result: Result<(), ConnectionError>) {
        // Whose transport takes nothing hears nothing more, either.
        self.is_aborted |= result.as_ref().is_err_and(is_given_up);
        self.closed = Some(result.map_err(|error| {
            let fault = match &error {
                ConnectionError::Exn(exn) => (self.judge)(&**exn),
                _ => None,
            };
            Arc::new(Lost {
                error,
                fault,
                going_away: self.going_away.clone(),
            })
        }));
        self.status.close();
        for entry in self.entries.iter_mut() {
            self.spent.wake(entry.take_wakers().into_iter().flatten());
        }
        self.spent.wake(self.acceptor.take());
        self.end_requests();
    }

    /// No more requests are taken: whoever waits for that hears of it.
    pub(crate) fn end_requests(&mut self) {
        self.is_going_away = true;
        self.peer_settings.note_end(&mut self.spent);
        self.waiting.wake_all(&mut self.spent);
    }
}

/// Says whether a connection ended because its transport took nothing, or too little.
const fn is_given_up(error: &ConnectionError) -> bool {
    matches!(
        error,
        ConnectionError::Violation(Violation::Limit(
            Limit::TransportIdle | Limit::TransportProgress
        ))
    )
}
