//! The clock moved ahead while Redis is late: nothing that was ended comes back.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use lab::{Profile, StoreChoice};
use serde_json::json;
use store::private_redis::PrivateRedis;

use crate::Running;
use crate::client::Visitor;
use crate::starting::redis_server;

const MONTH: u64 = 30 * 86_400;
const DAY: u64 = 86_400;
/// Longer than the lab waits for an answer, and than an order counts.
const LATE: Duration = Duration::from_millis(2500);

/// What becomes of the order that moves the keys.
const PASSED: u8 = 0;
const ANSWER_LOST: u8 = 1;
const LATE_ORDER: u8 = 2;

/// A line to Redis that can be bad.
struct Bad {
    port: u16,
    line: Arc<AtomicU8>,
}

impl Bad {
    fn before(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Arc::new(AtomicU8::new(PASSED));
        let shared = Arc::clone(&line);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(redis) = UnixStream::connect(&socket) else {
                    return;
                };
                splice(client.unwrap(), redis, &shared);
            }
        });
        Self { port, line }
    }
}

/// Both ways, until one side closes.
fn splice(client: TcpStream, redis: UnixStream, line: &Arc<AtomicU8>) {
    let (mut from, mut to) = (client.try_clone().unwrap(), redis.try_clone().unwrap());
    let (line, is_mute) = (Arc::clone(line), Arc::new(AtomicU8::new(0)));
    let mute = Arc::clone(&is_mute);
    std::thread::spawn(move || {
        let mut piece = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut piece) {
            let moves = piece[..count].windows(10).any(|part| part == b"local span");
            match line.load(Ordering::SeqCst) {
                ANSWER_LOST if moves => mute.store(1, Ordering::SeqCst),
                LATE_ORDER if moves => std::thread::sleep(LATE),
                _ => {}
            }
            if to.write_all(&piece[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
    });
    let (mut from, mut to) = (redis, client);
    std::thread::spawn(move || {
        let mut piece = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut piece) {
            let is_lost = is_mute.load(Ordering::SeqCst) == 1;
            if !is_lost && to.write_all(&piece[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
    });
}

/// A Redis of the test's own, and a connection to it.
fn own_redis(directory: &Path) -> Option<(PrivateRedis, redis::Connection)> {
    let redis = PrivateRedis::start(&redis_server()?, directory).unwrap();
    let client = redis::Client::open(redis.url()).unwrap();
    Some((redis, client.get_connection().unwrap()))
}

/// Logs out of the cookie with a copy in the hand, which is refused from then on.
fn copy_of_a_logged_out(visitor: &mut Visitor) -> String {
    visitor.log_in("alice", "wonderland");
    let copy = visitor.credential(0);
    assert_eq!(visitor.ask(0, "POST /logout", "").status, 204);
    assert_eq!(visitor.present(0, &copy), 401);
    copy
}

/// Whatever is done with the clock.
fn stays_dead(visitor: &Visitor, copy: &str) {
    assert_eq!(visitor.present(0, copy), 401);
    for _ in 0..3 {
        visitor.order(&json!({ "action": "ahead", "seconds": DAY }));
        assert_eq!(visitor.present(0, copy), 401);
    }
}

#[test]
fn an_order_that_never_went_out_moves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let Some((redis, mut connection)) = own_redis(directory.path()) else {
        return;
    };
    let lab = Running::start(StoreChoice::Redis(redis.url()), Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    let copy = copy_of_a_logged_out(&mut visitor);
    let mut pause = redis::cmd("CLIENT");
    pause.arg("PAUSE").arg(1500).arg("WRITE");
    pause.exec(&mut connection).unwrap();
    let answer = visitor.order(&json!({ "action": "ahead", "seconds": MONTH }));
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("was not moved"), "{}", answer.body);
    assert_eq!(visitor.view()["ahead_ms"], 0);
    std::thread::sleep(LATE);
    stays_dead(&visitor, &copy);
}

#[test]
fn an_order_without_an_answer_is_taken_for_carried_out() {
    let directory = tempfile::tempdir().unwrap();
    let Some((redis, _connection)) = own_redis(directory.path()) else {
        return;
    };
    let bad = Bad::before(redis.socket().to_owned());
    let url = format!("redis://127.0.0.1:{}", bad.port);
    let lab = Running::start(StoreChoice::Redis(url), Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    let copy = copy_of_a_logged_out(&mut visitor);

    bad.line.store(ANSWER_LOST, Ordering::SeqCst);
    let answer = visitor.order(&json!({ "action": "ahead", "seconds": MONTH }));
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("did not confirm"), "{}", answer.body);
    let view = visitor.view();
    assert_eq!(view["ahead_ms"], MONTH * 1000);
    let notice = view["notice"].as_str().unwrap();
    assert!(notice.contains("did not confirm"), "{notice}");
    bad.line.store(PASSED, Ordering::SeqCst);
    stays_dead(&visitor, &copy);
}

#[test]
fn an_order_that_comes_late_moves_no_key() {
    let directory = tempfile::tempdir().unwrap();
    let Some((redis, mut connection)) = own_redis(directory.path()) else {
        return;
    };
    let bad = Bad::before(redis.socket().to_owned());
    let url = format!("redis://127.0.0.1:{}", bad.port);
    let lab = Running::start(StoreChoice::Redis(url), Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("alice", "wonderland");
    // A key that the order names, and that a logout meanwhile would write anew.
    let name = redis::cmd("KEYS")
        .arg("*:session:*")
        .query::<Vec<String>>(&mut connection);
    let name = name.unwrap().remove(0);
    bad.line.store(LATE_ORDER, Ordering::SeqCst);
    let answer = visitor.order(&json!({ "action": "ahead", "seconds": 13 * DAY }));
    assert_eq!(answer.status, 503, "{}", answer.body);
    std::thread::sleep(LATE);
    let left = redis::cmd("TTL").arg(&name).query::<u64>(&mut connection);
    assert!(left.unwrap() > 13 * DAY, "{name}");
}
