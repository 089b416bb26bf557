//! What the browser holds for a column's host, inferred from the wire.
//!
//! Script sees neither `Set-Cookie` nor an HttpOnly cookie, so the lab does with each answer
//! what a browser does (the suite's own [`harness::jar`], after RFC 6265bis). A cookie that was
//! set before the lab looked is learned when the browser sends it; what attributes it has
//! nobody can tell then.

use std::collections::{BTreeMap, BTreeSet};

use harness::jar::{Cookie, Request, SameSite};
use time::OffsetDateTime;
use url::Url;

use crate::column::Column;
use crate::http::RequestHead;

/// More were never sent along by a browser of a visitor.
const MAX_LEARNED: usize = 50;

/// One cookie, as the browser is thought to hold it.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// `HttpOnly`, `Path=/` and so on, as the browser keeps them; none where it was learned.
    pub attributes: Vec<String>,
    /// When the browser forgets it; `None`: when it closes.
    pub expires_at_ms: Option<u64>,
    /// The browser has sent it back at least once.
    pub came_back: bool,
}

impl Kept {
    /// Script on the page is not let near it.
    pub fn is_http_only(&self) -> bool {
        self.attributes.iter().any(|one| one == "HttpOnly")
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kept({}=[redacted])", self.name)
    }
}

/// What the browser holds for one host.
#[derive(Clone)]
pub struct Jar {
    host: Url,
    jar: harness::jar::Jar,
    /// Names of cookies that were sent and never seen being set.
    learned: BTreeSet<String>,
    /// The value with which each was last sent.
    sent: BTreeMap<String, String>,
}

impl Jar {
    /// An empty jar.
    pub fn of(column: Column) -> Self {
        let host = format!("http://{}.lab.localhost/", column.id());
        Self {
            host: host.parse().expect("the name of a column is a host name"),
            jar: harness::jar::Jar::default(),
            learned: BTreeSet::new(),
            sent: BTreeMap::new(),
        }
    }

    /// Does what a browser does with one `Set-Cookie` in the answer to this request.
    pub fn set(&mut self, line: &[u8], request: &RequestHead, now_ms: u64) {
        let (now, url) = (moment(now_ms), self.url(request));
        // Another site's request: which one does not matter.
        let elsewhere = is_cross_site(request)
            .then(|| Url::parse("http://elsewhere.test/").expect("this is an address"));
        let asked = Request {
            from: elsewhere.as_ref(),
            navigates: loads_a_page(request),
            ..Request::to(&url)
        };
        // The one that was learned is this one, wherever it may have been for.
        let mut changed = self.jar.clone();
        let name = name_of(line);
        if self.learned.contains(&name) {
            let _ = changed.set(
                &learned_line(&name, "", true),
                &Request::to(&self.host),
                now,
            );
        }
        // What a browser would not take, it does not hold.
        if changed.set(line, &asked, now).is_ok() {
            self.jar = changed;
            self.learned.remove(&name);
        }
    }

    /// Learns from what the browser sent.
    pub fn saw(&mut self, name: &str, value: &str, now_ms: u64) {
        let known = self.get(name, now_ms).is_some();
        if !known && self.sent.len() < MAX_LEARNED {
            let line = learned_line(name, value, false);
            let kept = self
                .jar
                .set(&line, &Request::to(&self.host), moment(now_ms));
            if kept.is_ok() {
                self.learned.insert(name.to_owned());
            }
        }
        if self.sent.len() < MAX_LEARNED || self.sent.contains_key(name) {
            self.sent.insert(name.to_owned(), value.to_owned());
        }
    }

    /// A cookie that is still alive.
    pub fn get(&self, name: &str, now_ms: u64) -> Option<Kept> {
        self.live(now_ms).find(|kept| kept.name == name)
    }

    /// Every cookie that is still alive.
    pub fn live(&self, now_ms: u64) -> impl Iterator<Item = Kept> {
        self.jar
            .cookies(moment(now_ms))
            .map(|cookie| self.kept(cookie))
    }

    /// The browser was told to forget everything.
    pub fn clear(&mut self) {
        self.jar.clear();
        self.learned.clear();
        self.sent.clear();
    }

    fn kept(&self, cookie: &Cookie) -> Kept {
        let name = text(&cookie.name);
        let value = text(&cookie.value);
        Kept {
            attributes: if self.learned.contains(&name) {
                Vec::new()
            } else {
                attributes(cookie)
            },
            expires_at_ms: cookie.expires.map(milliseconds),
            came_back: self.sent.get(&name) == Some(&value),
            name,
            value,
        }
    }

    fn url(&self, request: &RequestHead) -> Url {
        let mut url = self.host.clone();
        url.set_path(request.path());
        url
    }
}

/// The pairs of a `Cookie` field, as they stand there.
pub fn pairs(field: &str) -> impl Iterator<Item = (&str, &str)> {
    field
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
}

/// Takes every promise that a prefix could ask for.
fn learned_line(name: &str, value: &str, gone: bool) -> Vec<u8> {
    let end = if gone { "; Max-Age=0" } else { "" };
    format!("{name}={value}; Path=/; Secure{end}").into_bytes()
}

fn name_of(line: &[u8]) -> String {
    let pair = line.split(|&byte| byte == b';').next().unwrap_or_default();
    match pair.iter().position(|&byte| byte == b'=') {
        Some(at) => text(pair[..at].trim_ascii()),
        None => String::new(),
    }
}

/// What a browser says about its request (Fetch Metadata); a client that is none says nothing.
fn is_cross_site(request: &RequestHead) -> bool {
    request.head.only("sec-fetch-site") == Some("cross-site")
}

fn loads_a_page(request: &RequestHead) -> bool {
    request.head.only("sec-fetch-mode") == Some("navigate")
        && request.head.only("sec-fetch-dest") == Some("document")
}

fn attributes(cookie: &Cookie) -> Vec<String> {
    let mut words = vec![format!("Path={}", text(&cookie.path))];
    if !cookie.host_only {
        words.push(format!("Domain={}", cookie.domain));
    }
    let flags = [
        (cookie.secure, "Secure"),
        (cookie.http_only, "HttpOnly"),
        (cookie.same_site == SameSite::Strict, "SameSite=Strict"),
        (cookie.same_site == SameSite::Lax, "SameSite=Lax"),
        (cookie.same_site == SameSite::None, "SameSite=None"),
        (cookie.partition.is_some(), "Partitioned"),
    ];
    let set = flags.into_iter().filter(|(set, _)| *set);
    words.extend(set.map(|(_, word)| word.to_owned()));
    words
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

fn moment(unix_ms: u64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn milliseconds(moment: OffsetDateTime) -> u64 {
    u64::try_from(moment.unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_000_000_000_000;

    fn asked(fields: &str) -> RequestHead {
        let head = format!("POST /login HTTP/1.1\r\n{fields}\r\n");
        RequestHead::parse(head.as_bytes()).unwrap().unwrap()
    }

    fn after(lines: &[&str]) -> Jar {
        let mut jar = Jar::of(Column::Session);
        for line in lines {
            jar.set(line.as_bytes(), &asked(""), NOW);
        }
        jar
    }

    #[test]
    fn what_a_server_sets_is_held_until_its_end() {
        let set = "__Host-login=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60";
        let jar = after(&[set]);
        let kept = jar.get("__Host-login", NOW).unwrap();
        assert_eq!(kept.value, "abc");
        let words = ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"];
        assert_eq!(kept.attributes, words);
        assert!(kept.is_http_only());
        assert_eq!(kept.expires_at_ms, Some(NOW + 60_000));
        assert!(jar.get("__Host-login", NOW + 59_999).is_some());
        assert!(jar.get("__Host-login", NOW + 60_000).is_none());
        assert!(after(&["__Host-a=1; Path=/"]).live(NOW).next().is_none());
        let deleted = after(&[set, "__Host-login=; Path=/; Secure; Max-Age=0"]);
        assert!(deleted.live(NOW).next().is_none());
        let words = after(&["a=1; Domain=lab.localhost; Path=/x"]);
        let words = words.get("a", NOW).unwrap().attributes;
        assert_eq!(words, ["Path=/x", "Domain=lab.localhost"]);
    }

    #[test]
    fn another_sites_request_sets_nothing_unless_it_loads_the_page() {
        let line = b"a=1; SameSite=Lax; Path=/";
        let mut jar = Jar::of(Column::Session);
        jar.set(line, &asked("Sec-Fetch-Site: cross-site\r\n"), NOW);
        assert!(jar.get("a", NOW).is_none());
        let page = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
        jar.set(line, &asked(page), NOW);
        assert!(jar.get("a", NOW).is_some());
    }

    #[test]
    fn a_cookie_that_was_set_before_we_looked_is_learned() {
        let mut jar = Jar::of(Column::Session);
        for (name, value) in pairs("__Host-a=1; b=x=y") {
            jar.saw(name, value, NOW);
        }
        let kept = jar.get("b", NOW).unwrap();
        assert_eq!((kept.value.as_str(), kept.came_back), ("x=y", true));
        assert_eq!(kept.attributes, [""; 0]);
        // A line that no browser takes teaches nothing; the next does, whatever its path.
        jar.set(b"__Host-a=2; Path=/", &asked(""), NOW);
        assert_eq!(jar.get("__Host-a", NOW).unwrap().value, "1");
        jar.set(b"b=3; Path=/login; HttpOnly", &asked(""), NOW);
        let named: Vec<Kept> = jar.live(NOW).filter(|kept| kept.name == "b").collect();
        assert_eq!(named.len(), 1);
        assert_eq!((named[0].value.as_str(), named[0].came_back), ("3", false));
        assert!(named[0].is_http_only());
    }

    #[test]
    fn what_was_sent_back_has_come_back_with_that_value() {
        let mut jar = after(&["a=1; Path=/"]);
        assert!(!jar.get("a", NOW).unwrap().came_back);
        jar.saw("a", "1", NOW);
        assert!(jar.get("a", NOW).unwrap().came_back);
        jar.set(b"a=2; Path=/", &asked(""), NOW);
        assert!(!jar.get("a", NOW).unwrap().came_back);
    }
}
