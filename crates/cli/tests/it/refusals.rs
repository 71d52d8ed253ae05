//! Peers that are not what they should be.

use crate::support::{Folder, LIMIT, RUNTIMES, Serving, tress};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// A frame, written by hand.
fn frame(frame_type: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let mut octets = vec![
        0,
        0,
        u8::try_from(payload.len()).unwrap(),
        frame_type,
        flags,
        0,
        0,
        0,
        stream,
    ];
    octets.extend_from_slice(payload);
    octets
}

/// Says whether there is HEADERS behind the preface.
fn has_request(received: &[u8]) -> bool {
    let mut rest = received.get(24..).unwrap_or_default();
    while let [0, high, low, frame_type, ..] = rest {
        if *frame_type == 1 {
            return true;
        }
        let len = 9 + usize::from(u16::from_be_bytes([*high, *low]));
        rest = rest.get(len..).unwrap_or_default();
    }
    false
}

/// A server that says the same to whoever comes, and closes; returns where it is.
fn recording(said: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let mut received = Vec::new();
        while !has_request(&received) {
            let mut octets = [0; 4096];
            match stream.read(&mut octets).unwrap() {
                0 => break,
                len => received.extend_from_slice(&octets[..len]),
            }
        }
        stream.write_all(&said).unwrap();
        // Until the client has had enough.
        while matches!(stream.read(&mut [0; 4096]), Ok(1..)) {}
    });
    format!("http://{address}/")
}

/// An answer that is cut short by RST_STREAM with INTERNAL_ERROR.
fn cut_short() -> Vec<u8> {
    let settings = frame(4, 0, 0, b"");
    let headers = frame(1, 4, 1, &[0x88]);
    let data = frame(0, 0, 1, b"half");
    let reset = frame(3, 0, 1, &[0, 0, 0, 2]);
    [settings, headers, data, reset].concat()
}

#[test]
fn a_half_written_file_is_removed() {
    for client in RUNTIMES {
        let out = Folder::new();
        let file = out.file("half");
        let url = recording(cut_short());
        let finished = tress(&[
            "get",
            "--runtime",
            client,
            &url,
            "-o",
            file.to_str().unwrap(),
        ]);
        assert_eq!(finished.code, Some(1), "{client}: {finished:?}");
        assert!(!file.exists(), "{client}");
        assert!(finished.stderr.contains(&url), "{client}: {finished:?}");
        assert!(
            finished.stderr.contains("INTERNAL_ERROR"),
            "{client}: {finished:?}"
        );
    }
}

#[test]
fn a_server_that_does_not_speak_http2_is_a_failed_transfer() {
    for client in RUNTIMES {
        let url = recording(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n".to_vec());
        let finished = tress(&["get", "--runtime", client, &url]);
        assert_eq!(finished.code, Some(1), "{client}: {finished:?}");
        assert!(
            finished
                .stderr
                .contains("answered in HTTP/1, and does not speak HTTP/2"),
            "{client}: {finished:?}"
        );
    }
}

fn say(serving: &Serving, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    // A connection that is refused without an answer may be reset.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

#[test]
fn http1_is_answered_505_and_told_of_prior_knowledge() {
    let folder = Folder::new();
    folder.write("file", "file");
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        for request in [
            "GET /file HTTP/1.1\r\nhost: h\r\n\r\n",
            "POST / HTTP/1.0\r\ncontent-length: 1\r\n\r\nx",
            "PRICE / HTTP/1.1\r\n\r\n",
        ] {
            let answer = say(&serving, request.as_bytes());
            assert!(
                answer.starts_with("HTTP/1.1 505 HTTP Version Not Supported\r\n"),
                "{runtime}: {answer:?}"
            );
            assert!(answer.contains("prior knowledge"), "{runtime}: {answer:?}");
            assert_eq!(
                answer.matches("HTTP/1.1 505").count(),
                1,
                "{runtime}: {answer:?}"
            );
        }
        let tls = say(&serving, &[0x16, 0x03, 0x01, 0x00, 0x05, 1, 2, 3, 4, 5]);
        assert_eq!(tls, "", "{runtime}");
        // HTTP/2 goes on as if nothing had been.
        let finished = tress(&["get", &serving.at("file")]);
        assert_eq!(finished.stdout, b"file", "{runtime}");
        let log = serving.stop();
        assert!(log.contains("HTTP/1"), "{runtime}: {log}");
        assert!(log.contains("TLS on a cleartext port"), "{runtime}: {log}");
    }
}

#[test]
fn a_preface_that_comes_octet_by_octet_is_one() {
    let folder = Folder::new();
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let mut stream = TcpStream::connect(serving.address()).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        for octet in b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0" {
            stream.write_all(&[*octet]).unwrap();
            thread::sleep(core::time::Duration::from_millis(2));
        }
        let mut head = [0; 9];
        stream.read_exact(&mut head).unwrap();
        assert_eq!(head[3], 4, "{runtime}: SETTINGS comes first");
    }
}

/// An answer in full, of two octets, and no word of the request's content.
fn answer(status_field: u8) -> Vec<u8> {
    [
        frame(4, 0, 0, &[]),
        frame(4, 1, 0, &[]),
        // RFC 7541 §6.1: a status of the static table.
        frame(1, 4, 1, &[0x80 | status_field]),
        frame(0, 1, 1, b"no"),
    ]
    .concat()
}

#[test]
fn an_answer_in_full_that_is_no_success_ends_an_upload_at_once() {
    let folder = Folder::new();
    let content = folder.write("content", vec![7; 4 << 20]);
    let content = format!("@{}", content.display());
    for runtime in RUNTIMES {
        // RFC 7541 Appendix A: 13 is 404.
        let url = recording(answer(13));
        let begin = std::time::Instant::now();
        let done = tress(&["get", "--runtime", runtime, "-d", &content, &url]);
        assert_eq!(done.stdout, b"no", "{runtime}");
        // Without credit an upload would wait for ten seconds after a success.
        assert!(begin.elapsed().as_secs() < 8, "{runtime}");
    }
}
