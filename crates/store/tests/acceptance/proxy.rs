//! A way to Redis that can be made slow, and that can lose an answer.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Listens on a socket and passes everything on to another; what Redis says comes late.
///
/// The socket belongs into a directory that nobody else can enter.
pub(crate) struct Proxy {
    socket: PathBuf,
    delay_millis: Arc<AtomicU64>,
    loses: Arc<Mutex<Option<&'static str>>>,
}

impl Proxy {
    /// In front of the Redis that listens on `to`.
    pub(crate) fn start(socket: PathBuf, to: &Path) -> Self {
        let listener = UnixListener::bind(&socket).unwrap();
        let delay_millis = Arc::new(AtomicU64::new(0));
        let loses: Arc<Mutex<Option<&'static str>>> = Arc::default();
        let (to, delay, losing) = (to.to_owned(), Arc::clone(&delay_millis), Arc::clone(&loses));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, UnixStream::connect(&to)) else {
                    return;
                };
                let (from_client, to_client) = (client.try_clone().unwrap(), client);
                let (from_server, to_server) = (server.try_clone().unwrap(), server);
                let (losing, is_lost) = (Arc::clone(&losing), Arc::new(AtomicBool::new(false)));
                let loses = Arc::clone(&is_lost);
                pass(from_client, to_server, move |asked| {
                    let mut losing = losing.lock().unwrap();
                    if losing.is_some_and(|what| contains(asked, what)) {
                        *losing = None;
                        loses.store(true, Ordering::SeqCst);
                    }
                    true
                });
                let delay = Arc::clone(&delay);
                pass(from_server, to_client, move |_| {
                    let millis = delay.load(Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(millis));
                    !is_lost.load(Ordering::SeqCst)
                });
            }
        });
        Self {
            socket,
            delay_millis,
            loses,
        }
    }

    /// Has Redis do the next thing in which this text stands, and breaks the connection in place of
    /// the answer.
    pub(crate) fn lose_the_answer_to(&self, text: &'static str) {
        *self.loses.lock().unwrap() = Some(text);
    }

    /// Whether it came to that.
    pub(crate) fn has_lost_it(&self) -> bool {
        self.loses.lock().unwrap().is_none()
    }

    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket.display())
    }

    pub(crate) fn delay(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap();
        self.delay_millis.store(millis, Ordering::Relaxed);
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|found| found == text.as_bytes())
}

fn pass(
    mut from: UnixStream,
    mut to: UnixStream,
    goes_on: impl Fn(&[u8]) -> bool + Send + 'static,
) {
    std::thread::spawn(move || {
        let mut bytes = [0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            if !goes_on(&bytes[..read]) {
                let _ = from.shutdown(Shutdown::Both);
                let _ = to.shutdown(Shutdown::Both);
                break;
            }
            if to.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}
