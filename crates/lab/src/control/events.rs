//! The stream of views: the whole of it each time, at most twenty times a second.
//!
//! One stream carries all three columns, because it holds one of the six connections that a
//! browser opens to a host.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::Shared;

/// Between two views: short enough for what comes late to seem to come at once.
const PAUSE: Duration = Duration::from_millis(50);
/// What one click brings about comes within so much. One view of all of it is sooner there, and
/// cheaper, than a view of its beginning and another one after the pause.
const SETTLE: Duration = Duration::from_millis(10);
/// Proxies and browsers take a silent stream for a dead one.
const HEARTBEAT: Duration = Duration::from_secs(15);

struct Stream {
    shared: Data<Shared>,
    changes: watch::Receiver<u64>,
    next: Instant,
    /// Gives the place back when the page is closed.
    _place: OwnedSemaphorePermit,
}

/// Answers with the stream.
pub(super) async fn stream(shared: Data<Shared>) -> HttpResponse {
    let Ok(place) = Arc::clone(&shared.streams).try_acquire_owned() else {
        return HttpResponse::ServiceUnavailable()
            .body("Too many pages of this lab are open. Close some.\n");
    };
    let mut changes = shared.board.watch();
    // The first view is sent at once.
    changes.mark_changed();
    let stream = Stream {
        shared,
        changes,
        next: Instant::now(),
        _place: place,
    };
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .streaming(stream::unfold(stream, |mut stream| async {
            let event = stream.event().await?;
            Some((Ok::<_, actix_web::Error>(event), stream))
        }))
}

impl Stream {
    /// The next event; `None` when the lab stops.
    async fn event(&mut self) -> Option<Bytes> {
        match timeout(HEARTBEAT, self.changes.changed()).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return None,
            Err(_) => return Some(Bytes::from_static(b": alive\n\n")),
        }
        sleep_until(self.next.max(Instant::now() + SETTLE)).await;
        self.next = Instant::now() + PAUSE;
        // What changes while the view is drawn is in it or in the next one.
        self.changes.mark_unchanged();
        match serde_json::to_string(&self.shared.view()) {
            // JSON has no line break in it, so it is one `data` line.
            Ok(view) => Some(Bytes::from(format!("event: view\ndata: {view}\n\n"))),
            Err(error) => {
                log::error!("the view cannot be written: {error}");
                None
            }
        }
    }
}
