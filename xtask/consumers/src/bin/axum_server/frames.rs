//! The frames that begin or end something, a line for each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tress_async::proto::frame::Frame;
use tress_async::proto::{Connection, Direction, Observe, Record, Server};

/// Gives connections their numbers, and watches them.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<AtomicU64>);

impl Watch {
    /// Watches a new connection.
    pub fn begin(&self, connection: &mut Connection<Server>) {
        let number = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        connection.observe(Box::new(Frames(number)));
    }
}

struct Frames(u64);

impl Observe for Frames {
    fn record(&mut self, record: Record<'_>) {
        let Record::Frame {
            direction, frame, ..
        } = record
        else {
            return;
        };
        let arrow = match direction {
            Direction::Sent => '>',
            Direction::Received => '<',
        };
        if matches!(
            frame,
            Frame::Headers(_) | Frame::RstStream(_) | Frame::GoAway(_)
        ) {
            println!("{} {arrow} {frame}", self.0);
        }
    }
}
