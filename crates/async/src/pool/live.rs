//! How many connections of a pool are not closed yet, so that its end can be waited for.

use tokio::sync::watch;

/// Counts connections.
#[derive(Clone, Debug, Default)]
pub(super) struct Live(watch::Sender<usize>);

/// One of them, for as long as it is not closed.
pub(super) struct LiveConnection(Live);

impl Live {
    pub(super) fn enter(&self) -> LiveConnection {
        self.0.send_modify(|count| *count += 1);
        LiveConnection(self.clone())
    }

    /// Waits until there is none.
    pub(super) async fn none(&self) {
        // The sender is here, so that there is one.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for LiveConnection {
    fn drop(&mut self) {
        self.0
            .0
            .send_modify(|count| *count = count.saturating_sub(1));
    }
}
