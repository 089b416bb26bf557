//! Password hashes run here: on a few threads that keep their memory.
//!
//! A hash takes 19 MiB and some 16 ms of one core. On an async worker it would
//! stop every other request of that worker. On tokio's blocking threads it
//! would leave its memory behind in each of them: glibc gives every thread its
//! own arena and keeps freed blocks there, and after 312 logins a server held
//! 3.1 GB. So: as many threads as there are cores, one buffer for each, and a
//! short queue in front. Whoever would wait too long is told so at once.
//!
//! Several sets of accounts can share the threads: the rooms of a class do. Each has a queue of
//! its own, and they take turns, so that who tries passwords in one room as fast as he can keeps
//! nobody in another one waiting.

use std::collections::{HashMap, VecDeque};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use argon2::Block;
use tokio::sync::oneshot;

use super::argon2id::BLOCKS;

/// Longest time in the queue. After that the answer is "busy", not a hash that
/// nobody waits for any more.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Jobs of one owner that may wait, for each thread. A second's worth on a current machine.
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

/// Whose passwords are hashed: one set of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Owner(u64);

impl Owner {
    /// One that takes turns with all others.
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Threads with a buffer each, and the queues in front of them.
pub(crate) struct HashingPool {
    queues: Arc<Queues>,
    most_of_one: usize,
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
        let queues = Arc::new(Queues::default());
        for _ in 0..threads {
            let queues = Arc::clone(&queues);
            thread::Builder::new()
                .name("password-hash".into())
                .spawn(move || work(&queues))
                .expect("a process that starts can start its threads");
        }
        Self {
            queues,
            most_of_one: threads * QUEUE_PER_THREAD,
        }
    }

    /// Runs `job` with one of the buffers.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        owner: Owner,
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
        self.queues
            .push(owner, Queued { job, expires }, self.most_of_one)?;
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
        self.queues
            .push(Owner::new(), Queued { job, expires: None }, 1)
            .expect("one who is new has an empty queue");
        answered
            .recv()
            .expect("a job that never expires is answered")
    }
}

impl Drop for HashingPool {
    fn drop(&mut self) {
        self.queues.lock().is_closed = true;
        self.queues.changed.notify_all();
    }
}

/// What waits, owner by owner.
#[derive(Default)]
struct Queues {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// Those who have a job here, the next one first. None has an empty queue.
    turns: VecDeque<Owner>,
    jobs: HashMap<Owner, VecDeque<Queued>>,
    is_closed: bool,
}

impl Queues {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, owner: Owner, queued: Queued, most: usize) -> Result<(), PoolBusy> {
        let mut waiting = self.lock();
        let Waiting { turns, jobs, .. } = &mut *waiting;
        let own = jobs.entry(owner).or_default();
        if own.len() >= most {
            return Err(BUSY);
        }
        if own.is_empty() {
            turns.push_back(owner);
        }
        own.push_back(queued);
        drop(waiting);
        self.changed.notify_one();
        Ok(())
    }

    /// The next job, of the one whose turn it is; `None` when the pool is gone.
    fn take(&self) -> Option<Queued> {
        let mut waiting = self.lock();
        loop {
            if waiting.is_closed {
                return None;
            }
            if let Some(job) = waiting.next() {
                return Some(job);
            }
            let woken = self.changed.wait(waiting);
            waiting = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Waiting {
    fn next(&mut self) -> Option<Queued> {
        let owner = self.turns.pop_front()?;
        let own = self.jobs.get_mut(&owner)?;
        let job = own.pop_front();
        if own.is_empty() {
            self.jobs.remove(&owner);
        } else {
            self.turns.push_back(owner);
        }
        job
    }
}

fn work(queues: &Queues) {
    // Made at the first job: a process in which nobody logs in keeps nothing.
    let mut memory = Vec::new();
    while let Some(Queued { job, expires }) = queues.take() {
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
