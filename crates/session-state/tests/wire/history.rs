//! A history of many requests at once, and what must be true of it.
//!
//! Eight clients log in, read, write, take new ids, log out and log out everywhere, in an order
//! that chance makes, with the newest cookie or an old one. When each request was sent and
//! answered is written down. Then:
//!
//! 1. No read succeeds that was sent after a logout of its login was answered, or after its
//!    account was logged out everywhere.
//! 2. What a write was answered for is in every later read of that login.
//! 3. A counter says how many increments were answered, neither less nor more.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Instant;

use serde_json::{Map, Value};

use crate::Special;
use crate::http::send_with;
use crate::server::Server;
use crate::shop::Shop;

pub(crate) const CASES: [Special; 1] = [(
    "no_history_shows_a_lost_write_or_a_logout_undone",
    &["--lifetime=1h", "--absolute-lifetime=2h"],
    history,
)];

/// On Redis alone: in this process nothing is sealed.
pub(crate) const SEALED: [Special; 1] = [(
    "no_history_of_sealed_sessions_shows_one_either",
    &["--lifetime=1h", "--absolute-lifetime=2h", "--seal-sessions"],
    history,
)];

const CLIENTS: u64 = 8;
const REQUESTS: u64 = 1000;
/// Logins that live at the same time: few, so that clients meet.
const AT_ONCE: usize = 4;

#[derive(Debug, Clone, PartialEq)]
enum Did {
    LogIn,
    Read(Map<String, Value>),
    Set(String),
    Add,
    Renew,
    LogOut,
    Everywhere,
}

#[derive(Debug, Clone)]
struct Event {
    login: usize,
    account: u64,
    did: Did,
    sent: Instant,
    answered: Instant,
}

/// A login as the clients know it: its cookies, the newest last.
#[derive(Debug, Clone)]
struct Login {
    number: usize,
    account: u64,
    cookies: Vec<String>,
    over: bool,
}

/// Chance that can be repeated: xorshift64*.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
}

fn history(server: &Server) {
    let seed = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_nanos() as u64;
    println!("seed {seed}");
    let shop = Shop::beside(server);
    let logins = Mutex::new(Vec::<Login>::new());
    let events = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (shop, logins, events) = (&shop, &logins, &events);
            scope.spawn(move || {
                let mut chance = Chance(seed ^ ((client + 1) << 32) | 1);
                for number in 0..REQUESTS {
                    one(
                        server,
                        shop,
                        logins,
                        events,
                        &mut chance,
                        client * REQUESTS + number,
                    );
                }
            });
        }
    });
    let events = events.into_inner().unwrap();
    let seen = |kind: fn(&Did) -> bool| events.iter().filter(|event| kind(&event.did)).count();
    println!(
        "{} answered: {} reads, {} writes, {} increments, {} new ids, {} logouts, {} everywhere",
        events.len(),
        seen(|did| matches!(did, Did::Read(_))),
        seen(|did| matches!(did, Did::Set(_))),
        seen(|did| *did == Did::Add),
        seen(|did| *did == Did::Renew),
        seen(|did| *did == Did::LogOut),
        seen(|did| *did == Did::Everywhere),
    );
    check(&events);
}

/// One request by one client, and what it tells the others.
fn one(
    server: &Server,
    shop: &Shop,
    logins: &Mutex<Vec<Login>>,
    events: &Mutex<Vec<Event>>,
    chance: &mut Chance,
    number: u64,
) {
    let chosen = {
        let logins = logins.lock().unwrap();
        let live: Vec<&Login> = logins.iter().filter(|login| !login.over).collect();
        // Sometimes one that is over: its cookies must stay dead.
        match chance.below(20) {
            0..=2 if !logins.is_empty() => {
                let recent = logins.len().min(2 * AT_ONCE) as u64;
                let back = chance.below(recent) as usize;
                Some(logins[logins.len() - 1 - back].clone())
            }
            _ if live.len() < AT_ONCE => None,
            _ => Some(live[chance.below(live.len() as u64) as usize].clone()),
        }
    };
    let (path, did) = match (&chosen, chance.below(100)) {
        (None, _) => (format!("/do/login/{}", 1 + chance.below(3)), Did::LogIn),
        (_, 0..=39) => ("/do/read".to_owned(), Did::Read(Map::new())),
        (_, 40..=59) => (
            format!("/do/set/k{number}/x"),
            Did::Set(format!("k{number}")),
        ),
        (_, 60..=79) => ("/do/add/n".to_owned(), Did::Add),
        (_, 80..=91) => (
            ["/do/cycle", "/do/hour"][chance.below(2) as usize].to_owned(),
            Did::Renew,
        ),
        (_, 92..=97) => ("/do/flush".to_owned(), Did::LogOut),
        _ => ("/do/everywhere".to_owned(), Did::Everywhere),
    };
    // Mostly the newest cookie, now and then one from before.
    let cookie = chosen.as_ref().map(|login| {
        let back = if chance.below(5) == 0 {
            chance.below(login.cookies.len() as u64)
        } else {
            0
        };
        let newest = login.cookies.len() - 1;
        let old_is_a_renewal = newest - back as usize;
        login.cookies[old_is_a_renewal].clone()
    });
    let is_newest = chosen
        .as_ref()
        .is_some_and(|login| login.cookies.last() == cookie.as_ref());
    let pause = format!("X-Pause: {}\r\n", chance.below(4));
    let sent = Instant::now();
    let answer = send_with(
        shop.address(),
        "POST",
        &path,
        cookie.as_deref(),
        None,
        &pause,
    );
    let answered = Instant::now();
    assert!([200, 401].contains(&answer.status), "{path}: {answer:?}");
    // A write with an old cookie is refused; one with a dead cookie begins a session of nobody's,
    // which belongs to no login of this history.
    if answer.status != 200 {
        return;
    }
    let mut logins = logins.lock().unwrap();
    let Some(login) = &chosen else {
        let (number, account) = (
            logins.len(),
            path.rsplit('/').next().unwrap().parse().unwrap(),
        );
        let cookies = vec![answer.cookie().unwrap()];
        logins.push(Login {
            number,
            account,
            cookies,
            over: false,
        });
        let event = Event {
            login: number,
            account,
            did,
            sent,
            answered,
        };
        events.lock().unwrap().push(event);
        return;
    };
    let is_of_nobody = |cookie: String| server.raw_id(&cookie).starts_with('a');
    let did = match did {
        Did::Read(_) => Did::Read(serde_json::from_str(&answer.body).unwrap()),
        // The session of nobody's. One that is kept tells the browser so, under its own id.
        Did::Set(_) | Did::Add if answer.cookie().is_some_and(is_of_nobody) => return,
        Did::Renew if answer.cookie().is_none() => return,
        // A logout without a session is answered too, and ends nothing.
        Did::LogOut if !is_newest && answer.set_cookie().is_none() => return,
        did => did,
    };
    let known = &mut logins[login.number];
    match &did {
        Did::Renew => known.cookies.push(answer.cookie().unwrap()),
        Did::LogOut => known.over = true,
        Did::Everywhere => {
            for other in logins
                .iter_mut()
                .filter(|other| other.account == login.account)
            {
                other.over = true;
            }
        }
        _ => {}
    }
    let event = Event {
        login: login.number,
        account: login.account,
        did,
        sent,
        answered,
    };
    events.lock().unwrap().push(event);
}

fn check(events: &[Event]) {
    let mut began = HashMap::new();
    for event in events.iter().filter(|event| event.did == Did::LogIn) {
        began.insert(event.login, event.answered);
    }
    let ends = |read: &Event, end: &Event| match end.did {
        Did::LogOut => end.login == read.login,
        // A login that began while its account was being logged out may be on either side.
        Did::Everywhere => end.account == read.account && began[&read.login] < end.sent,
        _ => false,
    };
    let mut adds: HashMap<usize, Vec<&Event>> = HashMap::new();
    for add in events.iter().filter(|event| event.did == Did::Add) {
        adds.entry(add.login).or_default().push(add);
    }
    for read in events {
        let Did::Read(held) = &read.did else { continue };
        for end in events.iter().filter(|end| ends(read, end)) {
            assert!(
                read.sent < end.answered,
                "read after its end:\n{read:?}\n{end:?}"
            );
        }
        let keys: HashSet<&str> = held.keys().map(String::as_str).collect();
        for write in events.iter().filter(|write| write.login == read.login) {
            let Did::Set(key) = &write.did else { continue };
            let is_there = keys.contains(key.as_str());
            assert!(
                is_there || write.answered > read.sent,
                "lost:\n{write:?}\n{read:?}"
            );
            assert!(
                !is_there || write.sent < read.answered,
                "foreseen:\n{write:?}\n{read:?}"
            );
        }
        let count = held.get("n").map_or(0, |n| n.as_u64().unwrap()) as usize;
        let adds = adds.get(&read.login).map_or(&[][..], Vec::as_slice);
        let surely = adds.iter().filter(|add| add.answered < read.sent).count();
        let perhaps = adds.iter().filter(|add| add.sent < read.answered).count();
        assert!(
            (surely..=perhaps).contains(&count),
            "{count} of {surely} to {perhaps}: {read:?}"
        );
    }
}
