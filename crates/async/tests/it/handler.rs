//! Handlers: what their failure costs.

use tress_async::{Error, ErrorCode, Exchange, Response};

use crate::world::{get, in_time, post, serve};

async fn fails(exchange: Exchange) -> Result<(), Error> {
    match exchange.request.path() {
        Some(b"/panic") => panic!("this handler panics, as it should"),
        Some(b"/drop") => Ok(()),
        Some(b"/half") => {
            let Exchange {
                mut body,
                responder,
                ..
            } = exchange;
            let mut answer = responder.respond(Response::new(200))?;
            answer.send("half").await?;
            body.data().await?;
            panic!("this handler panics in the middle, as it should")
        }
        Some(b"/reset") => {
            exchange.responder.reset(ErrorCode::ENHANCE_YOUR_CALM);
            Ok(())
        }
        _ => exchange.reply(Response::new(200), "fine"),
    }
}

#[tokio::test]
async fn a_handler_that_fails_costs_its_stream_only() {
    let world = serve(fails).await;
    let client = world.client().await;
    for path in ["/panic", "/drop"] {
        let error = in_time(client.fetch(get(path))).await.unwrap_err();
        assert_eq!(error.reason(), Some(ErrorCode::INTERNAL_ERROR), "{path}");
    }
    let error = in_time(client.fetch(get("/reset"))).await.unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::ENHANCE_YOUR_CALM));
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "fine");
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_handler_that_panics_in_the_middle_ends_what_it_began() {
    let world = serve(fails).await;
    let client = world.client().await;
    let (mut body, pending) = client.send(post("/half")).await.unwrap();
    let mut reply = in_time(pending).await.unwrap();
    assert_eq!(in_time(reply.body.data()).await.unwrap().unwrap(), "half");
    body.send("go on").await.unwrap();
    let error = in_time(reply.body.data()).await.unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::INTERNAL_ERROR));
    drop(body);
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_handler_may_spawn_its_exchange() {
    let world = serve(|exchange| async move {
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            exchange.reply(Response::new(200), "elsewhere")
        });
        Ok(())
    })
    .await;
    let client = world.client().await;
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(100)).await.unwrap(), "elsewhere");
    in_time(client.close()).await.unwrap();
    world.stop().await;
}
