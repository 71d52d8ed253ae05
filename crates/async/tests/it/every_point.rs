//! Dropping a future at every point where it waits leaves no stream, task or octet behind.

use core::future::poll_fn;
use core::task::Poll;

use allocation_counter::measure;
use tress_async::{Client, Error, Request};

use crate::by_hand::Executor;
use crate::stage::{POINTS, Stage, Talk};
use crate::world::{get, post};

/// A small question.
fn fetching(client: Client) -> Talk {
    Box::pin(async move {
        let mut reply = client.fetch(get("/")).await?;
        while reply.body.data().await?.is_some() {}
        Ok(())
    })
}

/// More content than the windows hold, all of it given at once.
fn uploading_whole(client: Client) -> Talk {
    Box::pin(async move {
        let reply = client.fetch_with(post("/"), vec![1; 90_000]).await?;
        assert_eq!(reply.body.bytes(90_000).await?.len(), 90_000);
        Ok(())
    })
}

/// A request piece by piece, with trailers both ways, and the informational response.
fn streaming(client: Client) -> Talk {
    Box::pin(async move {
        let (mut body, mut pending) = client.send(post("/")).await?;
        while pending.informational().await?.is_some() {}
        for _ in 0..4 {
            body.send(vec![2; 9_000]).await?;
        }
        let trailers = tress_async::Trailers::new().field("sum", "2");
        body.finish_with_trailers(trailers)?;
        let mut reply = pending.await?;
        let mut count = 0;
        while let Some(data) = reply.body.data().await? {
            count += data.len();
        }
        assert_eq!(count, 36_000);
        assert!(reply.body.trailers().is_some());
        Ok(())
    })
}

/// More requests at once than the server takes: some wait for a stream.
fn crowding(client: Client) -> Talk {
    Box::pin(async move {
        let mut talks: Vec<Talk> = (0..5).map(|_| fetching(client.clone())).collect();
        poll_fn(|cx| {
            talks.retain_mut(|talk| talk.as_mut().poll(cx).is_pending());
            if talks.is_empty() {
                Poll::Ready(Ok(()))
            } else {
                Poll::Pending
            }
        })
        .await
    })
}

fn pinging(client: Client) -> Talk {
    Box::pin(async move { Ok(client.ping().await.map(drop)?) })
}

/// A talk, and what it is called.
type Named = (&'static str, fn(Client) -> Talk);

/// More octets through a tunnel than the windows hold, both ways.
const OCTETS: usize = 30_000;

/// A tunnel by the traits of tokio.
fn tunneling(client: Client) -> Talk {
    Box::pin(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let tunneled = client.tunnel(Request::connect("tokio:1")).await?;
        let mut tunnel = tunneled.into_tunnel().unwrap();
        tunnel.write_all(&[4; OCTETS]).await?;
        tunnel.shutdown().await?;
        let mut all = Vec::new();
        assert_eq!(tunnel.read_to_end(&mut all).await?, OCTETS);
        Ok(())
    })
}

/// A tunnel by the traits of smol.
fn tunneling_with_smol(client: Client) -> Talk {
    Box::pin(async move {
        use smol::io::{AsyncReadExt, AsyncWriteExt};
        let tunneled = client.tunnel(Request::connect("smol:1")).await?;
        let mut tunnel = tunneled.into_tunnel().unwrap();
        tunnel.write_all(&[5; OCTETS]).await?;
        tunnel.close().await?;
        let mut all = Vec::new();
        assert_eq!(tunnel.read_to_end(&mut all).await?, OCTETS);
        Ok(())
    })
}

const fn talks() -> [Named; 7] {
    [
        ("fetch", fetching),
        ("upload", uploading_whole),
        ("stream", streaming),
        ("crowd", crowding),
        ("ping", pinging),
        ("tunnel", tunneling),
        ("smol's tunnel", tunneling_with_smol),
    ]
}

#[test]
fn a_client_future_dropped_at_any_point_leaves_nothing_behind() {
    drop_clients_futures();
}

fn drop_clients_futures() {
    for (name, talk) in talks() {
        let mut stage = Stage::new(1, false);
        let points = stage.drop_at_every_point(name, talk, fetching);
        assert!(points >= 4, "{name} has {points} points");
        let client = stage.client();
        stage.finish(uploading_whole(client)).unwrap();
        stage.expect_end(name);
        let codes = stage.expect_all_ended(name);
        // RFC 9113 §8.1 lets a client cancel; it says nothing else.
        assert!(codes.iter().all(|code| *code == testkit::code::CANCEL));
        assert_eq!(codes.is_empty(), name == "ping");
    }
}

#[test]
fn a_handler_dropped_at_any_point_leaves_nothing_behind() {
    drop_handlers();
}

fn drop_handlers() {
    let mut stage = Stage::new(2, false);
    for polls in 0..POINTS {
        let when = format!("the handler is dropped after {polls} polls");
        stage.handler_polls.set(polls);
        let client = stage.client();
        let outcome = stage.finish(streaming(client));
        stage.expect_nothing(&when);
        stage.handler_polls.set(usize::MAX);
        let client = stage.client();
        stage.finish(uploading_whole(client)).expect(&when);
        match outcome {
            Ok(()) => {
                assert!(polls > 5, "{when}");
                return;
            }
            Err(error) => assert_eq!(
                error.downcast_ref::<Error>().and_then(Error::reason),
                Some(tress_async::ErrorCode::INTERNAL_ERROR),
                "{when}"
            ),
        }
    }
    panic!("the handler never ends");
}

#[test]
fn a_tunnel_dropped_by_its_handler_at_any_point_leaves_nothing_behind() {
    drop_tunnels();
}

fn drop_tunnels() {
    for talk in [tunneling, tunneling_with_smol] {
        let mut stage = Stage::new(6, false);
        let ended = (0..POINTS).find(|polls| {
            stage.handler_polls.set(*polls);
            let client = stage.client();
            let outcome = stage.finish(talk(client));
            stage.expect_nothing(&format!("dropped after {polls} polls"));
            outcome.is_ok()
        });
        assert!(ended.is_some_and(|polls| polls > 3), "{ended:?}");
        stage.expect_end("a tunnel");
    }
}

#[test]
fn a_driver_dropped_at_any_point_fails_what_waits_and_ends_the_other_end() {
    drop_drivers();
}

fn drop_drivers() {
    for is_client in [true, false] {
        for steps in 0..80 {
            let mut stage = Stage::new(3, false);
            let talk = [streaming, tunneling][steps % 2];
            let talk = talk(stage.client());
            let waiting = stage.executor.spawn(async move { drop(talk.await) });
            stage.drop_after(steps, core::future::pending::<()>());
            let dropped = if is_client {
                stage.driver
            } else {
                stage.serving
            };
            stage.executor.cancel(dropped);
            stage.executor.run();
            assert!(stage.executor.is_done(waiting), "steps: {steps}");
            stage.client = None;
            stage.executor.run();
            for task in [stage.driver, stage.serving] {
                assert!(stage.executor.is_done(task), "steps: {steps}");
            }
        }
    }
}

#[test]
fn closing_dropped_at_any_point_still_closes() {
    drop_closing();
}

fn drop_closing() {
    for steps in 0..POINTS {
        let mut stage = Stage::new(4, false);
        let running = streaming(stage.client());
        let running = stage.executor.spawn(async move { running.await.unwrap() });
        while stage.client_streams() == 0 {
            assert!(stage.executor.step());
        }
        let closing = stage.client.take().unwrap().close();
        let outcome = stage.drop_after(steps, closing);
        stage.executor.run();
        for task in [running, stage.driver, stage.serving] {
            assert!(stage.executor.is_done(task), "steps: {steps}");
        }
        if let Some(outcome) = outcome {
            outcome.unwrap();
            return;
        }
    }
    panic!("it never closes");
}

#[test]
fn memory_is_the_same_after_any_number_of_dropped_futures() {
    measure_dropped_futures();
}

fn measure_dropped_futures() {
    let mut stage = Stage::new(5, false);
    let mut pass = || {
        for (name, talk) in talks() {
            stage.drop_at_every_point(name, talk, fetching);
        }
        // Only what the executor keeps of tasks that ended, and the log, grows with the work.
        stage.forget();
    };
    // Tables and lists take their size.
    pass();
    pass();
    let grown = measure(&mut pass).bytes_current;
    assert!(grown.abs() < 4096, "{grown} octets more");
}

#[test]
fn every_talk_ends_over_a_transport_that_is_short_late_and_wakes_for_nothing() {
    talk_over_a_rough_transport();
}

fn talk_over_a_rough_transport() {
    for seed in 0..12 {
        let mut stage = Stage::new(seed, true);
        for (name, talk) in talks() {
            let client = stage.client();
            let outcome = stage.finish(talk(client));
            outcome.unwrap_or_else(|error| panic!("{name}, seed {seed}: {error}"));
        }
        stage.expect_nothing(&format!("seed {seed}"));
        stage.expect_end(&format!("seed {seed}"));
        stage.expect_all_ended(&format!("seed {seed}"));
    }
}

#[test]
fn futures_dropped_anywhere_over_a_rough_transport_leave_nothing_behind() {
    drop_over_a_rough_transport();
}

fn drop_over_a_rough_transport() {
    for seed in 0..12 {
        let mut stage = Stage::new(seed, true);
        for (name, talk) in talks() {
            let steps = usize::try_from(seed).unwrap() * 5;
            let future = talk(stage.client());
            drop(stage.drop_after(steps, future));
            stage.expect_nothing(&format!("{name}, seed {seed}"));
        }
        let client = stage.client();
        stage.finish(uploading_whole(client)).unwrap();
        stage.expect_end(&format!("seed {seed}"));
    }
}

#[test]
fn the_executor_finds_a_task_that_never_rests() {
    let mut executor = Executor::new(0);
    executor.spawn(poll_fn(|cx| {
        cx.waker().wake_by_ref();
        Poll::Pending
    }));
    let run = core::panic::AssertUnwindSafe(|| executor.run());
    assert!(std::panic::catch_unwind(run).is_err());
}
