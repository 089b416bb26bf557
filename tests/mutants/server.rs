//! A small server of its own that keeps to the contract, unless told not to.
//! It shares nothing with the three servers: a check that fails on it fails
//! because of what it says over HTTP.

use std::collections::HashSet;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use harness::{Mechanism, Profile, Seams, SigningKey, Target};

use crate::fault::Fault;
use crate::http::{Answer, read, write};
use crate::keys::Keys;
use crate::world::World;

/// Longer than any case, shorter than a token may be.
pub(crate) const LIFETIME: i64 = 900;
pub(crate) const SHORT_LIFETIME: i64 = 3;

/// What a connection's thread needs.
pub(crate) struct Server {
    pub(crate) mechanism: Mechanism,
    pub(crate) profile: Profile,
    pub(crate) fault: Option<Fault>,
    pub(crate) keys: Keys,
    pub(crate) lifetime: i64,
    pub(crate) port: u16,
    world: Arc<Mutex<World>>,
    /// What this instance alone knows to be ended.
    pub(crate) ended_here: Mutex<HashSet<String>>,
    store_is_up: AtomicBool,
    stopped: AtomicBool,
}

/// A running one; it ends when this is dropped.
pub(crate) struct Running {
    server: Arc<Server>,
}

impl Running {
    /// Starts an instance; `beside` has the world that they share.
    pub(crate) fn start(
        on: (Mechanism, Profile),
        fault: Option<Fault>,
        keys: Keys,
        lifetime: i64,
        beside: Option<&Self>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let port = listener
            .local_addr()
            .expect("a bound socket has an address")
            .port();
        let server = Arc::new(Server {
            mechanism: on.0,
            profile: on.1,
            fault,
            keys,
            lifetime,
            port,
            world: beside.map_or_else(Arc::default, |other| Arc::clone(&other.server.world)),
            ended_here: Mutex::default(),
            store_is_up: AtomicBool::new(true),
            stopped: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&server);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if accepting.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let serving = Arc::clone(&accepting);
                thread::spawn(move || serving.serve(stream));
            }
        });
        Self { server }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.server.port)
    }

    pub(crate) fn pem(&self) -> Option<&str> {
        self.server.keys.pem()
    }

    /// This server as the suite sees it, with every seam that it has by itself.
    pub(crate) fn target(&self) -> Target {
        let server = &self.server;
        let mut target =
            Target::new(&self.url(), server.mechanism, server.profile).expect("the URL is one");
        let (roles, down, up, keys) = (
            Arc::clone(server),
            Arc::clone(server),
            Arc::clone(server),
            Arc::clone(server),
        );
        target.seams = Seams {
            signing_key: (server.mechanism == Mechanism::Jwt)
                .then(|| SigningKey::secret(server.keys.secret.clone())),
            set_role: Some(Box::new(move |name, list| {
                let mut world = roles.world();
                let account = world.named(name).ok_or("no such account")?;
                account.roles = list.split(',').map(str::to_owned).collect();
                Ok(())
            })),
            store_down: Some(Box::new(move || {
                down.store_is_up.store(false, Ordering::Relaxed);
                Ok(())
            })),
            store_up: Some(Box::new(move || {
                up.store_is_up.store(true, Ordering::Relaxed);
                Ok(())
            })),
            store_keys: Some(Box::new(move || Ok(keys.world().keys() as u64))),
            ..Seams::default()
        };
        target
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.stopped.store(true, Ordering::Relaxed);
        // The listener sees the flag at its next connection.
        let _ = TcpStream::connect(("127.0.0.1", self.server.port));
    }
}

impl Server {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(crate) fn store_is_up(&self) -> bool {
        self.store_is_up.load(Ordering::Relaxed)
    }

    /// Does this profile look anything up for this mechanism?
    pub(crate) fn looks_up(&self) -> bool {
        self.profile == Profile::Hardened || self.mechanism == Mechanism::Session
    }

    pub(crate) fn by_cookie(&self) -> bool {
        self.mechanism != Mechanism::Jwt
    }

    fn serve(&self, mut stream: TcpStream) {
        let Some(request) = read(&mut stream) else {
            write(
                &mut stream,
                "GET",
                &Answer::problem(400, "malformed-request"),
            );
            return;
        };
        let answer = self.finish(self.answer(&request));
        write(&mut stream, &request.method, &answer);
    }

    /// What every answer says.
    fn finish(&self, answer: Answer) -> Answer {
        let kept = answer
            .headers
            .iter()
            .any(|(name, _)| *name == "Cache-Control")
            || self.is(Fault::NoNoStore)
            || self.is(Fault::NoNoStoreOnRefusals) && answer.status >= 400;
        if kept {
            answer
        } else {
            answer.with("Cache-Control", "no-store")
        }
    }
}
