//! Many connections, each with a thread.

use core::time::Duration;
use std::net::TcpStream;
use std::thread::sleep;

use tress_blocking::proto::Connection;
use tress_blocking::{Client, Config, Reply, Request};

use super::hold::Hold;
use super::plan::{LARGE, LIMIT};
use super::tally::status;

#[derive(Default)]
pub(super) struct OnThreads {
    clients: Vec<Client>,
    begun: Vec<Reply>,
}

impl Hold for OnThreads {
    fn connect(&mut self, socket: TcpStream) -> Result<(), String> {
        let client = Client::new(Connection::new(Config::default()), socket);
        let client = client.map_err(|error| error.to_string())?;
        self.clients.push(client.with_timeout(LIMIT));
        Ok(())
    }

    fn ask(&mut self) -> Result<usize, String> {
        for client in &self.clients {
            let reply = client.fetch(Request::get("http", "localhost", "/10"));
            let content = reply.and_then(|reply| reply.body.bytes(10));
            content.map_err(|error| error.to_string())?;
        }
        Ok(self.clients.len())
    }

    fn begin(&mut self) -> Result<usize, String> {
        for client in &self.clients {
            let path = format!("/{LARGE}");
            let reply = client.fetch(Request::get("http", "localhost", &*path));
            self.begun.push(reply.map_err(|error| error.to_string())?);
        }
        Ok(self.begun.len())
    }

    fn close(self) -> Result<(usize, usize), String> {
        for client in self.clients {
            client.close().map_err(|error| error.to_string())?;
        }
        // Threads of connections end a little after the connections.
        let threads = || status("self", "Threads:").unwrap_or(0).saturating_sub(1);
        for _ in 0..100 {
            if threads() == 0 {
                break;
            }
            sleep(Duration::from_millis(50));
        }
        Ok((0, threads()))
    }
}
