//! A server that does what a test says, octet by octet.

use core::time::Duration;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use tress_testkit::{Reader, Seen, Wire, flag, kind, settings_ack};

use crate::support::LIMIT;

/// A connection of a client, at its server's end.
pub(crate) struct Scripted {
    socket: TcpStream,
    reader: Reader,
    /// Frames that came and were not looked at.
    seen: Vec<Seen>,
}

impl Scripted {
    pub(crate) fn say(&mut self, wire: impl Wire) {
        // A run that is over closes.
        let _ = self.socket.write_all(&wire.octets());
    }

    /// Waits for a frame of this type, which is not an acknowledgment; none at the end. PINGs and
    /// SETTINGS are answered.
    pub(crate) fn wait_for(&mut self, wanted: u8) -> Option<Seen> {
        loop {
            while !self.seen.is_empty() {
                let frame = self.seen.remove(0);
                let is_ack =
                    matches!(frame.kind, kind::SETTINGS | kind::PING) && frame.has(flag::ACK);
                match frame.kind {
                    _ if is_ack => {}
                    kind::SETTINGS => self.say(settings_ack()),
                    kind::PING => {
                        let mut payload = [0; 8];
                        payload.copy_from_slice(&frame.payload);
                        self.say(tress_testkit::ping(payload).ack());
                    }
                    _ => {}
                }
                if frame.kind == wanted && !is_ack {
                    return Some(frame);
                }
            }
            let mut octets = vec![0; 256 * 1024];
            match self.socket.read(&mut octets) {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.seen.extend(self.reader.read(&octets[..count])),
            }
        }
    }

    /// Waits for the head of a request; returns its stream.
    pub(crate) fn request(&mut self) -> Option<u32> {
        self.wait_for(kind::HEADERS).map(|frame| frame.stream)
    }
}

/// Serves every connection by a script, which begins behind the greeting; returns the URL.
pub(crate) fn serve(
    settings: &dyn Wire,
    script: impl Fn(&mut Scripted) + Clone + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let settings = settings.octets();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (settings, script) = (settings.clone(), script.clone());
            thread::spawn(move || {
                let socket = stream.unwrap();
                socket.set_nodelay(true).unwrap();
                socket.set_read_timeout(Some(LIMIT)).unwrap();
                let mut scripted = Scripted {
                    socket,
                    reader: Reader::new(),
                    seen: Vec::new(),
                };
                scripted.say(settings);
                script(&mut scripted);
                // Whoever is still there is heard to its end.
                while scripted.wait_for(kind::GOAWAY).is_some() {}
            });
        }
    });
    url
}

/// Does nothing for so many milliseconds.
pub(crate) fn pause(millis: u64) {
    thread::sleep(Duration::from_millis(millis));
}
