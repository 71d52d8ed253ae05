//! `tress serve --fault` and `tress proxy`: every fault as our own client sees it, and nothing else.

use core::time::Duration;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Child;
use std::time::Instant;

use tress_testkit::{Rng, Side, conversation};

use crate::support::{
    Finished, Folder, LIMIT, RUNTIMES, Relay, Serving, command, events, octets, tress, wait,
};

/// What a script says for each path, and what `tress get -f` says of it; nothing if it is content as ever.
const SEEN: &[(&str, &str, &str)] = &[
    (
        "rst",
        "rst after=1000 code=ENHANCE_YOUR_CALM",
        "reset the stream with ENHANCE_YOUR_CALM",
    ),
    ("refuse", "refuse", "reset the stream with REFUSED_STREAM"),
    ("early", "early status=503", "the answer is 503"),
    ("going", "goaway phase=refuse", "NO_ERROR"),
    (
        "error",
        "goaway phase=error code=ENHANCE_YOUR_CALM",
        "ENHANCE_YOUR_CALM",
    ),
    ("notice", "goaway phase=notice", ""),
    ("accept", "goaway phase=accept", ""),
    ("shutdown", "goaway phase=shutdown wait=10ms", ""),
    (
        "length",
        "content-length by=5",
        "less content than content-length says",
    ),
    ("block", "hpack", "index 0 does not exist"),
    ("frame", "length", "exceeds the maximum frame size"),
    ("ping", "length frame=ping", "PING"),
    ("cut", "cut after=1000", "closed the transport"),
    ("reset", "cut after=1000 how=reset", "reset"),
    ("drip", "drip size=1000 interval=5ms", ""),
    ("stall", "stall after=2000 for=50ms", ""),
    ("never", "stall after=2000", "it took longer than 300ms"),
];

/// Fetches without sending anything again.
fn fetch(url: &str) -> Finished {
    let once = ["get", "--runtime", "blocking", "-f"];
    tress(&[&once[..], &["--max-time", "300ms", "-o", "-", url]].concat())
}

#[test]
fn each_fault_of_a_server_is_what_a_client_sees_and_other_paths_are_as_ever() {
    let folder = Folder::new();
    let content = octets(5000);
    let mut script = String::from("# every fault has a path of its own\n");
    for (name, fault, _) in SEEN {
        folder.write(name, &content);
        script.push_str(&format!("{fault} path=/{name}\n"));
    }
    folder.write("whole", &content);
    let script = folder.write("all.fault", script);
    let script = format!("@{}", script.display());
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &["--fault", &script]);
        for (name, _, said) in SEEN.iter().chain(&[("whole", "", "")]) {
            let finished = fetch(&serving.at(name));
            if said.is_empty() {
                assert_eq!(finished.code, Some(0), "{name}: {finished:?}");
                assert!(finished.stdout == content, "{name}");
            } else {
                assert_eq!(finished.code, Some(1), "{name}: {finished:?}");
                assert!(finished.stderr.contains(said), "{name}: {finished:?}");
            }
        }
        let told = serving.stop();
        assert!(
            told.contains("fault: connection 1, stream 1, /rst: rst\n"),
            "{told}"
        );
        assert!(!told.contains("/whole"), "{told}");
    }
}

#[test]
fn counts_hold_for_all_connections_so_that_a_retry_gets_through() {
    let folder = Folder::new();
    folder.write("file", "content");
    let serving = Serving::start(folder.path(), "blocking", &["--fault", "refuse count=2"]);
    let codes: Vec<_> = (0..3).map(|_| fetch(&serving.at("file")).code).collect();
    assert_eq!(codes, [Some(1), Some(1), Some(0)]);
}

#[test]
fn trailers_that_are_lost_leave_content_and_an_end() {
    let folder = Folder::new();
    let serving = Serving::start(
        folder.path(),
        "blocking",
        &["--fault", "no-trailers count=1"],
    );
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let post = |stream: u32| {
        use tress_testkit::{block, data, headers};
        let trailers = block().literal("x-sum", "1");
        (
            headers(stream).post("/echo"),
            data(stream, "content"),
            headers(stream).block(&trailers).end(),
        )
    };
    let greeting = (tress_testkit::PREFACE, tress_testkit::settings());
    let wire = (greeting, post(1), post(3));
    stream
        .write_all(&tress_testkit::Wire::octets(&wire))
        .unwrap();
    let mut reader = tress_testkit::Reader::new();
    let mut ends = Vec::new();
    while ends.len() < 2 {
        let mut into = [0; 4096];
        let len = stream.read(&mut into).unwrap();
        assert!(len > 0, "the server ended: {ends:?}");
        let frames = reader.read(&into[..len]).into_iter();
        ends.extend(frames.filter(|frame| frame.is_end()));
    }
    let of = |stream: u32| ends.iter().find(|frame| frame.stream == stream).unwrap();
    assert_eq!(
        (of(1).kind, of(1).payload.len()),
        (tress_testkit::kind::DATA, 0)
    );
    assert_eq!(of(3).field("x-sum").as_deref(), Some("1"));
}

#[test]
fn a_proxy_passes_what_both_ends_say_on_octet_for_octet() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let upstream = listener.local_addr().unwrap().to_string();
    let proxy = Relay::start(
        "proxy",
        &upstream,
        &["--fault", "refuse count=0; window path=/none size=1G"],
    );
    for seed in 0..10 {
        let mut client = TcpStream::connect(&proxy.address).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        let mut rng = Rng::new(seed);
        for side in [Side::Client, Side::Server] {
            let said = conversation(&mut rng, side).concat();
            let (from, to) = match side {
                Side::Client => (&mut client, &mut server),
                Side::Server => (&mut server, &mut client),
            };
            to.set_read_timeout(Some(LIMIT)).unwrap();
            from.write_all(&said).unwrap();
            let mut heard = vec![0; said.len()];
            to.read_exact(&mut heard).unwrap();
            assert!(heard == said, "seed {seed}");
        }
    }
}

#[test]
fn a_conversation_has_the_same_frames_with_a_proxy_and_without() {
    let folder = Folder::new();
    folder.write("a", octets(100_000));
    folder.write("b", octets(10));
    let serving = Serving::start(folder.path(), "blocking", &[]);
    let proxy = Relay::start("proxy", serving.address(), &[]);
    let log = folder.file("get.log");
    // Only one stream at a time, so that nothing depends on who is faster.
    let frames = |base: &str| {
        ["a", "b"].map(|name| {
            let url = format!("{base}{name}");
            let host = "host: test.example";
            let args = [
                "get",
                "-H",
                host,
                "-o",
                "-",
                "--log",
                &log.to_string_lossy(),
                &url,
            ];
            let finished = tress(&args);
            assert_eq!(finished.code, Some(0), "{finished:?}");
            let shown = tress(&["inspect", "--json", &log.to_string_lossy()]);
            let mut of_ways: [Vec<String>; 2] = Default::default();
            for line in String::from_utf8(shown.stdout).unwrap().lines() {
                let object: serde_json::Value = serde_json::from_str(line).unwrap();
                let what = object["what"].as_str().unwrap();
                // When credit and PING go out depends on how content comes in, and the date on the clock.
                let varies = ["WINDOW_UPDATE ", "DATA ", "GOAWAY ", "PING "];
                if !varies.iter().any(|name| what.starts_with(name)) {
                    let fields = object["fields"].as_array().unwrap().iter();
                    let fields: Vec<_> = fields.filter(|field| field[0] != "date").collect();
                    let way = usize::from(object["direction"] == "received");
                    of_ways[way].push(format!("{what} {fields:?}"));
                }
            }
            (finished.stdout, of_ways)
        })
    };
    let ([a, b], [a_by_proxy, b_by_proxy]) = (frames(&serving.url), frames(&proxy.url("")));
    assert!(a.0 == a_by_proxy.0 && b.0 == b_by_proxy.0);
    assert_eq!((a.1, b.1), (a_by_proxy.1, b_by_proxy.1));
}

#[test]
fn a_log_has_both_sides_and_every_frame_is_shown() {
    let folder = Folder::new();
    folder.write("file", octets(30_000));
    let serving = Serving::start(folder.path(), "blocking", &[]);
    let log = folder.file("proxy.log");
    let log = log.to_string_lossy();
    let mut proxy = Relay::start(
        "proxy",
        serving.address(),
        &["-v", "--log", &log, "--fault", "rst after=1000"],
    );
    let finished = fetch(&proxy.url("file"));
    assert_eq!(finished.code, Some(1), "{finished:?}");
    interrupt(&proxy.child);
    assert_eq!(wait(&mut proxy.child), Some(0));
    let text = events(Path::new(&*log));
    for said in [
        " begin server 127.0.0.1:",
        " begin client for 127",
        " < HEADERS stream=1 ",
        "  :method: GET\n",
        "RST_STREAM stream=1 length=4 code=CANCEL\n",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let timeline = tress(&["timeline", &log, "--json"]);
    assert_eq!(timeline.code, Some(0), "{timeline:?}");
    let mut told = String::new();
    proxy
        .child
        .stderr
        .as_mut()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    assert!(told.contains("1c < HEADERS stream=1"), "{told}");
    assert!(told.contains("1s > RST_STREAM stream=1"), "{told}");
}

#[test]
fn connections_and_faults_of_a_proxy_are_objects_if_they_are_asked_for() {
    let folder = Folder::new();
    folder.write("file", octets(5000));
    let serving = Serving::start(folder.path(), "blocking", &[]);
    let mut child = command()
        .args(["proxy", "127.0.0.1:0", serving.address(), "--json"])
        .args([
            "--fault",
            "rst after=1000; window of=connection connection=1",
        ])
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = |kind: &str| {
        let line = lines.next().unwrap().unwrap();
        let object: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(object["schema"], "tress-proxy/1", "{line}");
        assert_eq!(object["type"], kind, "{line}");
        object
    };
    let proxying = next("proxying");
    let address = proxying["address"].as_str().unwrap();
    for connection in 1..3 {
        let finished = fetch(&format!("http://{address}/file"));
        assert_eq!(finished.code, Some(1), "{finished:?}");
        let connected = next("connection");
        assert_eq!(connected["connection"], connection);
        let peer = connected["peer"].as_str().unwrap();
        assert!(peer.starts_with("127.0.0.1:"), "{peer}");
        let of_connection = (connection == 1).then_some("connection 1: window");
        let of_stream = format!("connection {connection}, stream 1, /file: rst");
        for what in of_connection.into_iter().chain([&*of_stream]) {
            let fault = next("fault");
            assert_eq!(
                (&fault["what"], &fault["connection"]),
                (&what.into(), &connection.into())
            );
            assert!(fault["ms"].as_f64().unwrap() > 0.0);
        }
    }
    interrupt(&child);
    assert_eq!(wait(&mut child), Some(0));
    let mut told = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut told).unwrap();
    assert_eq!(told, "");
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let status = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn a_script_that_is_wrong_is_said_with_its_place_and_ends_with_2() {
    let wrong = "refuse\nrst afer=5";
    for args in [
        &["proxy", "127.0.0.1:0", "127.0.0.1:1", "--fault", wrong][..],
        &["serve", "--listen", "127.0.0.1:0", "--fault", wrong],
    ] {
        let finished = tress(args);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        let said = "--fault: line 2, column 5: rst takes no afer; it takes after,";
        assert!(finished.stderr.contains(said), "{finished:?}");
    }
    let finished = tress(&[
        "proxy",
        "127.0.0.1:0",
        "127.0.0.1:1",
        "--fault",
        "@/no/such/file",
    ]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
}

#[test]
fn delay_and_rate_are_those_of_the_link() {
    let folder = Folder::new();
    folder.write("file", octets(20_000));
    let script = "link delay=50ms rate=200000";
    let serving = Serving::start(folder.path(), "blocking", &["--fault", script]);
    let start = Instant::now();
    let finished = tress(&["get", "-o", "-", &serving.at("file")]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let took = start.elapsed();
    assert!(took > Duration::from_millis(190), "{took:?}");
}
