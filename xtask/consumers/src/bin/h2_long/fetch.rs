//! The client for foreign servers: reqwest.

use crate::Outcome;

pub(crate) async fn run(count: usize, place: &str, path: &str) -> Outcome {
    let client = reqwest::Client::builder().http2_prior_knowledge().build()?;
    let url = format!("http://{place}{path}");
    let mut octets = 0;
    for round in 0..count.div_ceil(50) {
        let asked: Vec<_> = (50 * round..count.min(50 * (round + 1)))
            .map(|_| tokio::spawn(client.get(&url).send()))
            .collect();
        for asked in asked {
            let answer = asked.await??.error_for_status()?;
            assert_eq!(answer.version(), reqwest::Version::HTTP_2);
            octets += answer.bytes().await?.len();
        }
    }
    Ok(format!("{count} answers, {octets} octets"))
}
