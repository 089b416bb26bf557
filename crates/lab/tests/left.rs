//! Orders whose page is closed before they are done: what they started ends, and counts until then.
//!
//! A process of its own, and one trial after the other: the listeners of the whole process are
//! counted, as Linux tells them.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use harness::http::{Base, Client, Request};
use lab::{Options, StoreChoice};

/// A server takes longer to start on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);
const A_MOMENT: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(10);

/// Of an attack: where a token has to expire, it starts two.
const SERVERS_OF_ONE: usize = 2;
/// At once, as the book says.
const ATTACKS: usize = 2;

/// Sockets of this process that listen.
fn listeners() -> usize {
    let mut listening = HashSet::new();
    for table in ["/proc/self/net/tcp", "/proc/self/net/tcp6"] {
        let table = fs::read_to_string(table).unwrap_or_default();
        for line in table.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if fields.get(3) == Some(&"0A") {
                listening.insert(format!("socket:[{}]", fields[9]));
            }
        }
    }
    let own = fs::read_dir("/proc/self/fd").unwrap();
    let own = own.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    own.filter(|file| listening.contains(&*file.to_string_lossy()))
        .count()
}

/// Looks until it is so; the most that were seen meanwhile.
fn seen_until(what: &str, is_so: impl Fn(usize) -> bool) -> usize {
    let deadline = Instant::now() + PATIENCE;
    let mut most = 0;
    loop {
        let now = listeners();
        most = most.max(now);
        if is_so(now) {
            return most;
        }
        assert!(Instant::now() < deadline, "{what}: {now} listeners");
        sleep(PAUSE);
    }
}

/// A page that gives orders and is closed.
struct Page {
    port: u16,
    token: String,
}

impl Page {
    fn of(port: u16) -> Self {
        let base = Base::parse(&format!("http://lab.localhost:{port}")).unwrap();
        let client = Client::new(base, None).unwrap();
        let page = client.send(&Request::new("GET", "/")).unwrap().response;
        let page = String::from_utf8_lossy(&page.body).into_owned();
        let (_, rest) = page.split_once("lab-token\" content=\"").unwrap();
        let token = rest.split('"').next().unwrap().to_owned();
        Self { port, token }
    }

    /// The order is under way until this is dropped.
    fn order(&self, path: &str, body: &str) -> TcpStream {
        let (port, token, length) = (self.port, &self.token, body.len());
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: lab.localhost:{port}\r\n\
             Origin: http://lab.localhost:{port}\r\nX-Lab-Token: {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }
}

#[test]
fn what_is_left_ends_and_counts_until_then() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = Options {
        port: Some(0),
        store: StoreChoice::Embedded,
        ..Options::default()
    };
    let lab = runtime.block_on(lab::start(options)).unwrap();
    let page = Page::of(lab.port);
    let quiet = listeners();
    assert!(quiet >= 5, "the front, the page, three servers: {quiet}");

    // One after the other is left as soon as a server of it runs, or while it waits.
    let attack = r#"{ "attack": "expired", "column": "jwt" }"#;
    let mut most = 0;
    for _ in 0..2 * ATTACKS {
        let orders = [(); 2].map(|()| page.order("/__lab/attack", attack));
        most = most.max(seen_until("no attack began", |now| now > quiet));
        drop(orders);
    }
    most = most.max(seen_until("attacks that were left", |now| now == quiet));
    assert!(most <= quiet + ATTACKS * SERVERS_OF_ONE, "{quiet}, {most}");

    // The second lab is as large as the first.
    let mut most = 0;
    for _ in 0..4 {
        let order = page.order("/__lab/measure", "{}");
        let asked = Instant::now();
        // The first one begins; another one is refused as long as it has not ended.
        most = most.max(seen_until("no round began", |now| {
            now > quiet || asked.elapsed() > A_MOMENT
        }));
        drop(order);
    }
    most = most.max(seen_until("rounds that were left", |now| now == quiet));
    assert!(most <= 2 * quiet, "{quiet}, {most}");

    runtime.block_on(lab.stop());
}
