//! The servers that are compared, each started alone on its core and stopped when it is dropped.

use core::time::Duration;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Instant, SystemTime};

use super::{LARGE, Outcome, SERVER_CORE, SMALL, Windows};

/// How long a server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many connections at once a server of any kind takes, and some more.
const OPEN_FILES: &str = "--nofile=8192";

/// How old a served file is.
const AGE: Duration = Duration::from_secs(3600);

/// A server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Ours on tokio, on one thread.
    Tokio,
    /// The same with a service of tower.
    Tower,
    /// Ours, with a thread for each connection.
    Blocking,
    /// hyper on tokio, on one thread.
    Hyper,
    /// The crate `h2` on tokio, on one thread, with a task for each request.
    H2,
    /// The server that comes with libnghttp2, on one thread.
    Nghttpd,
    /// H2O, on one thread.
    H2o,
    /// No server, but what a thread for each connection costs by itself.
    Floor,
    /// The tool `tress serve`, which serves files as the two above do.
    Tool,
    /// The same over TLS.
    ToolTls,
    /// The server that comes with libnghttp2, over TLS.
    NghttpdTls,
    /// H2O, over TLS.
    H2oTls,
}

/// Those that answer in turns, in their order.
pub const PEERS: [Peer; 6] = [
    Peer::Tokio,
    Peer::Blocking,
    Peer::Hyper,
    Peer::H2,
    Peer::Nghttpd,
    Peer::H2o,
];

/// Those that answer small requests: the same, ours with the types of `http`, and what is no server.
pub const ANSWERING: [Peer; 8] = [
    Peer::Tokio,
    Peer::Tower,
    Peer::Blocking,
    Peer::Hyper,
    Peer::H2,
    Peer::Nghttpd,
    Peer::H2o,
    Peer::Floor,
];

/// Those that serve a small file.
pub const FILES: [Peer; 3] = [Peer::Tool, Peer::Nghttpd, Peer::H2o];

/// Those that serve it over TLS.
pub const TLS_FILES: [Peer; 3] = [Peer::ToolTls, Peer::NghttpdTls, Peer::H2oTls];

/// Where the tool is that is measured; without it, neither files nor TLS are.
pub const TOOL: &str = "TRESS_TOOL";

impl Peer {
    /// The name, as in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tokio => "tokio",
            Self::Tower => "tower",
            Self::Blocking => "blocking",
            Self::Hyper => "hyper",
            Self::Floor => "floor",
            Self::H2 => "h2",
            Self::Nghttpd => "nghttpd",
            Self::H2o => "h2o",
            Self::Tool => "serve",
            Self::ToolTls => "serve/tls",
            Self::NghttpdTls => "nghttpd/t",
            Self::H2oTls => "h2o/tls",
        }
    }

    /// Says whether it is one of ours.
    pub fn is_ours(self) -> bool {
        let (libraries, tools) = (
            [Self::Tokio, Self::Tower, Self::Blocking],
            [Self::Tool, Self::ToolTls],
        );
        libraries.contains(&self) || tools.contains(&self)
    }

    /// Says whether it is spoken to over TLS.
    pub fn is_tls(self) -> bool {
        matches!(self, Self::ToolTls | Self::NghttpdTls | Self::H2oTls)
    }

    /// Says whether it prints the port that it has chosen.
    fn announces(self) -> bool {
        let told = [Self::Nghttpd, Self::H2o, Self::Tool];
        !told.contains(&self) && !self.is_tls()
    }

    /// The command that serves a folder on a port, or whose first line says its port.
    fn command(self, folder: &Folder, port: u16, windows: Windows) -> Outcome<Command> {
        let mut command = Command::new("prlimit");
        command.args([OPEN_FILES, "taskset", "-c", SERVER_CORE]);
        match self {
            Self::Nghttpd | Self::NghttpdTls => {
                command.args(["nghttpd", "-n", "1", "-a", "127.0.0.1", "-d"]);
                command.arg(&folder.0);
                if windows == Windows::Large {
                    command.args(["-w", "30", "-W", "30"]);
                }
                if self.is_tls() {
                    command
                        .arg(port.to_string())
                        .args(folder.certified()?.rev());
                } else {
                    command.arg("--no-tls").arg(port.to_string());
                }
            }
            Self::H2o | Self::H2oTls => {
                let configuration = folder.configure_h2o(port, self.is_tls())?;
                command.args(["h2o", "-c"]).arg(configuration);
            }
            Self::Tool | Self::ToolTls => {
                let tool = std::env::var_os(TOOL).ok_or("the tool is not built")?;
                command.arg(tool).arg("serve").arg(&folder.0);
                command.args(["--listen", &format!("127.0.0.1:{port}")]);
                if self.is_tls() {
                    command.arg("--tls").args(folder.certified()?);
                }
            }
            ours_and_crates => {
                command.arg(std::env::current_exe()?);
                command.args(["serve", ours_and_crates.name(), windows.word()]);
            }
        }
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{path}:/usr/sbin"));
        Ok(command)
    }
}

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// It is spoken to over TLS.
    pub is_tls: bool,
}

impl Running {
    /// Starts a server, and waits until it listens.
    pub fn start(peer: Peer, folder: &Folder, windows: Windows) -> Outcome<Self> {
        let announces = peer.announces();
        let port = free_port()?;
        let mut command = peer.command(folder, port, windows)?;
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command.stdout(if announces {
            Stdio::piped()
        } else {
            Stdio::null()
        });
        let child = command.spawn()?;
        let mut running = Self {
            child,
            address: (Ipv4Addr::LOCALHOST, port).into(),
            is_tls: peer.is_tls(),
        };
        if let Some(out) = running.child.stdout.take() {
            let mut line = String::new();
            BufReader::new(out).read_line(&mut line)?;
            running.address.set_port(line.trim().parse()?);
        }
        running.wait(peer)?;
        Ok(running)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn wait(&mut self, peer: Peer) -> Outcome<()> {
        let begun = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if begun.elapsed() > PATIENCE || self.child.try_wait()?.is_some() {
                return Err(format!("{} does not listen", peer.name()).into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended by itself was noticed by whoever asked it something.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nothing listens on at this moment.
fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

/// A folder with a small and a large file, for the servers that serve files.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes the folder.
    pub fn new() -> Outcome<Self> {
        let path = std::env::temp_dir().join(format!("tress-sockets-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        // A server that is started by root reads as somebody else.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        let folder = Self(path);
        let small = folder.file("small");
        fs::write(&small, vec![b'x'; SMALL])?;
        // What has just changed may change again within its time stamp, so that nobody may keep it: a file that
        // is served a hundred thousand times is older.
        File::options()
            .write(true)
            .open(small)?
            .set_modified(SystemTime::now() - AGE)?;
        File::create(folder.file("large"))?.set_len(LARGE as u64)?;
        Ok(folder)
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A certificate and its key, made when they are asked for first.
    fn certified(&self) -> Outcome<std::array::IntoIter<PathBuf, 2>> {
        let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| self.file(name));
        if !key.exists() {
            let kind = [
                "req",
                "-x509",
                "-nodes",
                "-newkey",
                "ec",
                "-subj",
                "/CN=localhost",
            ];
            let mut openssl = Command::new("openssl");
            openssl
                .args(kind)
                .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"]);
            openssl
                .arg("-out")
                .arg(&certificate)
                .arg("-keyout")
                .arg(&key);
            let made = openssl.stderr(Stdio::null()).status()?;
            // A server that is started by root reads as somebody else.
            fs::set_permissions(&key, fs::Permissions::from_mode(0o644))?;
            if !made.success() {
                return Err("openssl makes no certificate".into());
            }
        }
        Ok([certificate, key].into_iter())
    }

    fn configure_h2o(&self, port: u16, is_tls: bool) -> Outcome<PathBuf> {
        let path = self.file("h2o.conf");
        let root = Path::display(&self.0);
        let tls = if is_tls {
            let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| self.file(name));
            self.certified()?;
            format!(
                "  ssl:\n    certificate-file: {}\n    key-file: {}\n",
                certificate.display(),
                key.display()
            )
        } else {
            String::new()
        };
        let lines = format!(
            "num-threads: 1\nmax-connections: 8000\nlisten:\n  host: 127.0.0.1\n  port: {port}\n{tls}\
             hosts:\n  default:\n    paths:\n      /:\n        file.dir: {root}\n"
        );
        fs::write(&path, lines)?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is small, and lies where temporary files do.
        let _ = fs::remove_dir_all(&self.0);
    }
}
