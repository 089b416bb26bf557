//! A way to Redis that can be made slow.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Listens on a socket and passes everything on to another; what Redis says comes late.
///
/// The socket belongs into a directory that nobody else can enter.
pub(crate) struct Proxy {
    socket: PathBuf,
    delay_millis: Arc<AtomicU64>,
}

impl Proxy {
    /// In front of the Redis that listens on `to`.
    pub(crate) fn start(socket: PathBuf, to: &Path) -> Self {
        let listener = UnixListener::bind(&socket).unwrap();
        let delay_millis = Arc::new(AtomicU64::new(0));
        let (to, delay) = (to.to_owned(), Arc::clone(&delay_millis));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, UnixStream::connect(&to)) else {
                    return;
                };
                let (from_client, to_client) = (client.try_clone().unwrap(), client);
                let (from_server, to_server) = (server.try_clone().unwrap(), server);
                pass(from_client, to_server, Arc::default());
                pass(from_server, to_client, Arc::clone(&delay));
            }
        });
        Self {
            socket,
            delay_millis,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket.display())
    }

    pub(crate) fn delay(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap();
        self.delay_millis.store(millis, Ordering::Relaxed);
    }
}

fn pass(mut from: UnixStream, mut to: UnixStream, delay_millis: Arc<AtomicU64>) {
    std::thread::spawn(move || {
        let mut bytes = [0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            std::thread::sleep(Duration::from_millis(delay_millis.load(Ordering::Relaxed)));
            if to.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}
