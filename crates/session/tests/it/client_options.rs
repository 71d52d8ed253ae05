//! What the connections of a client are made with.

use core::time::Duration;

use tress_session::proto::runtime::WriteOperation;
use tress_session::{ClientOptions, Config, TcpOptions};

/// What a connection says first.
fn first_words(options: &ClientOptions) -> Vec<u8> {
    let (told, is_told) = std::sync::mpsc::channel();
    let machine = options.machine(move |ready| told.send(ready).unwrap());
    is_told.recv().unwrap().unwrap();
    let mut machine = machine.unwrap();
    match machine.next_write_operation() {
        WriteOperation::Write(chunks) => chunks.as_slices().concat(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_connection_announces_what_is_configured() {
    let window = |octets| {
        let config = Config::default().initial_window(octets).unwrap();
        let said = first_words(&ClientOptions::default().config(config));
        let settings = testkit::frames(said.get(testkit::PREFACE.len()..).unwrap());
        let payload = settings.first().unwrap().payload.clone();
        payload
            .chunks(6)
            .find(|setting| setting.starts_with(&[0, 4]))
            .map(|setting| setting[2..].to_vec())
    };
    assert_eq!(window(100_000), Some(100_000_u32.to_be_bytes().to_vec()));
    assert_eq!(window(70_000), Some(70_000_u32.to_be_bytes().to_vec()));
}

#[test]
fn what_is_asked_of_the_transport_is_kept() {
    let options = ClientOptions::default();
    assert_eq!(
        (options.connect_limit(), options.is_nodelay()),
        (None, true)
    );
    assert!(!options.is_secure());
    let limit = Duration::from_secs(3);
    let tcp = TcpOptions::system();
    let options = options
        .connect_timeout(limit)
        .nodelay(false)
        .tcp_options(tcp);
    assert_eq!(
        (options.connect_limit(), options.is_nodelay(), options.tcp()),
        (Some(limit), false, tcp)
    );
}
