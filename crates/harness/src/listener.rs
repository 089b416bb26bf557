//! A listener on loopback: what a target fetches because a token told it to comes
//! by here.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Answers every request with the same text, and remembers that there was one.
pub(crate) struct Listener {
    port: u16,
    heard: Arc<Heard>,
}

#[derive(Default)]
struct Heard {
    first: Mutex<Option<String>>,
    stopped: AtomicBool,
}

impl Listener {
    /// Starts it; this is what it answers.
    pub(crate) fn answering(body: &str) -> Result<Self, String> {
        let cannot = |error: std::io::Error| error.to_string();
        let listener = TcpListener::bind("127.0.0.1:0").map_err(cannot)?;
        let port = listener.local_addr().map_err(cannot)?.port();
        let heard = Arc::<Heard>::default();
        let (noting, body) = (Arc::clone(&heard), body.to_owned());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if noting.stopped.load(Ordering::Relaxed) {
                    return;
                }
                noting.serve(stream, &body);
            }
        });
        Ok(Self { port, heard })
    }

    /// Where it is.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What came first, if anything came.
    pub(crate) fn first(&self) -> Option<String> {
        self.heard.first().clone()
    }
}

impl Heard {
    fn first(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut stream: TcpStream, body: &str) {
        // A connection alone is a request that should not be.
        self.first()
            .get_or_insert_with(|| "a connection".to_owned());
        let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
        let mut buffer = [0; 2048];
        let read = stream.read(&mut buffer).unwrap_or_default();
        let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
        if let Some(line) = text.lines().next() {
            self.first().replace(line.to_owned());
        }
        let length = body.len();
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.heard.stopped.store(true, Ordering::Relaxed);
        // It sees the flag at its next connection.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}
