//! Password hashes run here: on a few threads that keep their memory.
//!
//! A hash takes 19 MiB and some 16 ms of one core. On an async worker it would
//! stop every other request of that worker. On tokio's blocking threads it
//! would leave its memory behind in each of them: glibc gives every thread its
//! own arena and keeps freed blocks there, and after 312 logins a server held
//! 3.1 GB. So: as many threads as there are cores, one buffer for each, and a
//! short queue in front. Whoever would wait too long is told so at once.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use argon2::Block;
use tokio::sync::oneshot;

use super::argon2id::BLOCKS;

/// Longest time in the queue. After that the answer is "busy", not a hash that
/// nobody waits for any more.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Jobs that may wait, for each thread. A second's worth on a current machine.
const QUEUE_PER_THREAD: usize = 48;

type Job = Box<dyn FnOnce(&mut [Block]) + Send>;

struct Queued {
    job: Job,
    expires: Option<Instant>,
}

/// The queue is full, or the job waited too long in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PoolBusy {
    pub(crate) retry_after: Duration,
}

const BUSY: PoolBusy = PoolBusy {
    retry_after: LONGEST_WAIT,
};

/// Threads with a buffer each, and the queue in front of them.
pub(crate) struct HashingPool {
    queue: SyncSender<Queued>,
}

impl HashingPool {
    /// The pool that everything in this process shares: several servers in one
    /// process hash no more at once than one.
    pub(crate) fn of_this_process() -> &'static Self {
        static POOL: LazyLock<HashingPool> = LazyLock::new(|| {
            HashingPool::new(thread::available_parallelism().map_or(1, NonZero::get))
        });
        &POOL
    }

    pub(crate) fn new(threads: usize) -> Self {
        let (queue, jobs) = sync_channel(threads * QUEUE_PER_THREAD);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name("password-hash".into())
                .spawn(move || work(&jobs))
                .expect("a process that starts can start its threads");
        }
        Self { queue }
    }

    /// Runs `job` with one of the buffers.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut [Block]) -> T + Send + 'static,
    ) -> Result<T, PoolBusy> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |memory| {
            // The visitor may have gone: then nobody needs the hash.
            if !answer.is_closed() {
                let _ = answer.send(job(memory));
            }
        });
        let expires = Some(Instant::now() + LONGEST_WAIT);
        self.queue
            .try_send(Queued { job, expires })
            .map_err(|_| BUSY)?;
        // The sender is dropped, unanswered, when the job waited too long.
        answered.await.map_err(|_| BUSY)
    }

    /// The same, for a thread that may block (seeding at start).
    pub(crate) fn run_blocking<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut [Block]) -> T + Send + 'static,
    ) -> T {
        let (answer, answered) = sync_channel(1);
        let job: Job = Box::new(move |memory| {
            let _ = answer.send(job(memory));
        });
        self.queue
            .send(Queued { job, expires: None })
            .expect("the threads of the pool live as long as the pool");
        answered
            .recv()
            .expect("a job that never expires is answered")
    }
}

fn work(jobs: &Mutex<Receiver<Queued>>) {
    // Made at the first job: a process in which nobody logs in keeps nothing.
    let mut memory = Vec::new();
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Queued { job, expires }) = next else {
            return; // The pool is gone.
        };
        if expires.is_some_and(|at| at < Instant::now()) {
            continue; // Dropping the job tells the one who waits.
        }
        if memory.is_empty() {
            memory = vec![Block::new(); BLOCKS];
        }
        // A thread that a panic ended would be missing for good.
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            log::error!("a password hash panicked; the one who waits is told to try again");
        }
    }
}
