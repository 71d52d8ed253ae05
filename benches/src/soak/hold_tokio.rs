//! Many connections, each with a task.

use std::net::TcpStream;

use tokio::runtime::Runtime;
use tress_async::compat::tokio::TokioIo;
use tress_async::proto::Connection;
use tress_async::{Client, Config, Error, Reply, Request};

use super::hold::Hold;
use super::plan::LARGE;
use super::serve_tokio::{runtime, tasks_left};

pub(super) struct OnTokio {
    runtime: Runtime,
    clients: Vec<Client>,
    begun: Vec<Reply>,
}

impl OnTokio {
    pub(super) fn new() -> Result<Self, String> {
        Ok(Self {
            runtime: runtime()?,
            clients: Vec::new(),
            begun: Vec::new(),
        })
    }
}

impl Hold for OnTokio {
    fn connect(&mut self, socket: TcpStream) -> Result<(), String> {
        let _inside = self.runtime.enter();
        let adopted = socket
            .set_nonblocking(true)
            .and_then(|()| tokio::net::TcpStream::from_std(socket));
        let io = TokioIo(adopted.map_err(|error| error.to_string())?);
        let (client, driver) = Client::new(Connection::new(Config::default()), io);
        self.runtime.spawn(driver);
        self.clients.push(client);
        Ok(())
    }

    fn ask(&mut self) -> Result<usize, String> {
        let clients = &self.clients;
        let asked = self.runtime.block_on(async {
            for client in clients {
                let reply = client.fetch(Request::get("http", "localhost", "/10"));
                reply.await?.body.bytes(10).await?;
            }
            Ok::<_, Error>(clients.len())
        });
        asked.map_err(|error| error.to_string())
    }

    fn begin(&mut self) -> Result<usize, String> {
        let path = format!("/{LARGE}");
        for client in &self.clients {
            let reply = client.fetch(Request::get("http", "localhost", &*path));
            let reply = self.runtime.block_on(reply);
            self.begun.push(reply.map_err(|error| error.to_string())?);
        }
        Ok(self.begun.len())
    }

    fn close(self) -> Result<(usize, usize), String> {
        for client in self.clients {
            let closed = self.runtime.block_on(client.close());
            closed.map_err(|error| error.to_string())?;
        }
        Ok((tasks_left(&self.runtime), 0))
    }
}
