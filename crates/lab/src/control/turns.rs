//! Files and reports are written out of what visitors sent, and what they sent can be hostile: it
//! takes as much work as is allowed. So one is written at a time, and on a thread of its own,
//! where no request, no page and no other room of a class waits for it.

use std::sync::Arc;
use std::time::Duration;

use actix_web::error::InternalError;
use actix_web::{Error, HttpResponse, web};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// As long waits who comes second.
const WAIT: Duration = Duration::from_secs(10);

/// Whose turn it is.
pub(super) struct Turns(Arc<Semaphore>);

/// Leave to write, until it is written, whether or not somebody still waits for it.
pub(super) struct Turn(OwnedSemaphorePermit);

impl Turns {
    /// Nobody's.
    pub(super) fn free() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }

    /// Waits for it. What is written is taken from the board after that: who waits holds nothing.
    pub(super) async fn next(&self) -> Result<Turn, Error> {
        let turn = timeout(WAIT, Arc::clone(&self.0).acquire_owned()).await;
        let turn = turn.ok().and_then(Result::ok);
        turn.map(Turn).ok_or_else(|| {
            let sentence = "The lab is still writing another file. Try again in a moment.\n";
            let answer = HttpResponse::ServiceUnavailable().body(sentence);
            InternalError::from_response("not its turn", answer).into()
        })
    }
}

impl Turn {
    /// Writes.
    pub(super) async fn write<T: Send + 'static>(
        self,
        write: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let Self(turn) = self;
        let write = move || {
            let written = write();
            drop(turn);
            written
        };
        Ok(web::block(write).await?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::sync::oneshot;

    use super::*;

    #[actix_web::test]
    async fn one_is_written_at_a_time_also_when_nobody_waits_for_it_any_more() {
        let turns = Turns::free();
        let (go_on, wait) = mpsc::channel::<()>();
        let first = turns.next().await.unwrap();
        let (begin, begun) = oneshot::channel();
        let first = actix_web::rt::spawn(first.write(move || {
            begin.send(()).unwrap();
            wait.recv()
        }));
        begun.await.unwrap();
        first.abort();
        assert!(first.await.is_err());
        assert_eq!(turns.0.available_permits(), 0, "it is still being written");
        go_on.send(()).unwrap();
        assert!(turns.next().await.unwrap().write(|| true).await.unwrap());
    }
}
