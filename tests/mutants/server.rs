//! A small server of its own that keeps to the contract, unless told not to.
//! It shares nothing with the three servers: a check that fails on it fails
//! because of what it says over HTTP.

use std::collections::{HashMap, HashSet};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use harness::{Mechanism, Profile, Seams, SigningKey, Target};

use crate::fault::Fault;
use crate::http::{Answer, read, write};
use crate::keys::Keys;
use crate::store::{self, Outside};
use crate::world::{Visitor, World};

/// Longer than any case, shorter than a token may be.
pub(crate) const LIFETIME: i64 = 900;
pub(crate) const SHORT_LIFETIME: i64 = 3;

/// What a connection's thread needs.
pub(crate) struct Server {
    pub(crate) mechanism: Mechanism,
    pub(crate) profile: Profile,
    pub(crate) fault: Option<Fault>,
    pub(crate) keys: Keys,
    /// Keys from before: what they have made is accepted.
    pub(crate) before: Vec<Keys>,
    pub(crate) limits: Limits,
    pub(crate) port: u16,
    world: Arc<Mutex<World>>,
    pub(crate) store: Arc<Outside>,
    /// What this instance alone knows to be ended.
    pub(crate) ended_here: Mutex<HashSet<String>>,
    /// The sessions that this instance has seen, where it remembers them.
    pub(crate) cached: Mutex<HashMap<String, Visitor>>,
    /// Whom it serves, where it can think of one only.
    pub(crate) current: Mutex<Option<Visitor>>,
    stopped: AtomicBool,
}

/// How long a login lasts, and how many there may be.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) lifetime: i64,
    /// Seconds after which a login is over though it is used; `lifetime` then is how
    /// long it lasts unused.
    pub(crate) absolute: Option<i64>,
    pub(crate) cap: Option<usize>,
    /// By how much its clock is ahead.
    pub(crate) ahead: i64,
}

impl Limits {
    pub(crate) fn lasting(lifetime: i64) -> Self {
        Self {
            lifetime,
            absolute: None,
            cap: None,
            ahead: 0,
        }
    }
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
        keys: Vec<Keys>,
        limits: Limits,
        beside: Option<&Self>,
    ) -> Self {
        let mut keys = keys.into_iter();
        let key = keys.next().expect("a server has a key");
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let port = listener
            .local_addr()
            .expect("a bound socket has an address")
            .port();
        let server = Arc::new(Server {
            mechanism: on.0,
            profile: on.1,
            fault,
            keys: key,
            before: keys.collect(),
            limits,
            port,
            world: beside.map_or_else(Arc::default, |other| Arc::clone(&other.server.world)),
            store: beside.map_or_else(Arc::default, |other| Arc::clone(&other.server.store)),
            ended_here: Mutex::default(),
            cached: Mutex::default(),
            current: Mutex::default(),
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
        let [roles, accounts, keys] = std::array::from_fn(|_| Arc::clone(server));
        target.seams = Seams {
            signing_key: (server.mechanism == Mechanism::Jwt)
                .then(|| SigningKey::secret(server.keys.secret.clone())),
            set_role: Some(Box::new(move |name, list| {
                let mut world = roles.world();
                let account = world.named(name).ok_or("no such account")?;
                account.roles = list.split(',').map(str::to_owned).collect();
                Ok(())
            })),
            set_disabled: Some(Box::new(move |name, disabled| {
                let mut world = accounts.world();
                world.named(name).ok_or("no such account")?.disabled = disabled;
                Ok(())
            })),
            store_keys: Some(Box::new(move || Ok(keys.world().keys() as u64))),
            ..Seams::default()
        };
        store::offer(server, &mut target.seams);
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

    /// Does this profile look anything up for this mechanism?
    pub(crate) fn looks_up(&self) -> bool {
        self.profile == Profile::Hardened || self.mechanism == Mechanism::Session
    }

    pub(crate) fn by_cookie(&self) -> bool {
        self.mechanism != Mechanism::Jwt
    }

    fn serve(&self, mut stream: TcpStream) {
        let Some(request) = read(&mut stream, self.fault) else {
            let broken = match self.fault {
                Some(Fault::BrokenHeadsCrash) => Answer::empty(500),
                _ => Answer::problem(400, "malformed-request"),
            };
            write(&mut stream, "GET", &broken);
            return;
        };
        let answer = self.finish(&request, self.answer(&request));
        write(&mut stream, &request.method, &answer);
    }
}
