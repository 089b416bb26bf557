//! The cookie jar of a browser, inferred from the wire.
//!
//! Script sees neither `Set-Cookie` nor an HttpOnly cookie, so the lab works out from the
//! answers what the browser must hold (RFC 6265bis, section 5.7). A column has one host, so
//! domain matching is left out; a cookie is shown for the host that set it.

use crate::clock;

const MAX_COOKIES: usize = 50;
/// Name and value together; browsers drop what is larger.
const MAX_BYTES: usize = 4096;

/// One cookie, as the browser is thought to hold it.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// `HttpOnly`, `Path=/` and so on, as they were set.
    pub attributes: Vec<String>,
    /// When the browser forgets it; `None`: when it closes.
    pub expires_at_ms: Option<u64>,
    /// The browser has sent it back at least once.
    pub came_back: bool,
}

impl Kept {
    /// Script on the page is not let near it.
    pub fn is_http_only(&self) -> bool {
        self.attributes
            .iter()
            .any(|attribute| attribute.eq_ignore_ascii_case("httponly"))
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kept({}=[redacted])", self.name)
    }
}

/// What the browser holds for one host.
#[derive(Clone, Debug, Default)]
pub struct Jar {
    cookies: Vec<Kept>,
}

impl Jar {
    /// Does what a browser does with one `Set-Cookie`.
    pub fn set(&mut self, line: &str, now_ms: u64) {
        let Some(cookie) = Setting::parse(line, now_ms) else {
            return;
        };
        let kept = self
            .cookies
            .iter()
            .position(|kept| kept.name == cookie.kept.name);
        if cookie.deletes {
            kept.map(|at| self.cookies.remove(at));
        } else if let Some(at) = kept {
            self.cookies[at] = cookie.kept;
        } else if self.cookies.len() < MAX_COOKIES {
            self.cookies.push(cookie.kept);
        }
    }

    /// Learns from what the browser sent: a cookie that was set before the lab looked.
    pub fn saw(&mut self, name: &str, value: &str) {
        let known = self.cookies.iter_mut().find(|kept| kept.name == name);
        if let Some(kept) = known {
            kept.came_back |= kept.value == value;
        } else if self.cookies.len() < MAX_COOKIES {
            self.cookies.push(Kept {
                name: name.to_owned(),
                value: value.to_owned(),
                attributes: Vec::new(),
                expires_at_ms: None,
                came_back: true,
            });
        }
    }

    /// A cookie that is still alive.
    pub fn get(&self, name: &str, now_ms: u64) -> Option<&Kept> {
        self.live(now_ms).find(|kept| kept.name == name)
    }

    /// Every cookie that is still alive.
    pub fn live(&self, now_ms: u64) -> impl Iterator<Item = &Kept> {
        self.cookies
            .iter()
            .filter(move |kept| kept.expires_at_ms.is_none_or(|end| end > now_ms))
    }

    /// The browser was told to forget everything.
    pub fn clear(&mut self) {
        self.cookies.clear();
    }
}

/// The pairs of a `Cookie` field, as they stand there.
pub fn pairs(field: &str) -> impl Iterator<Item = (&str, &str)> {
    field
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
}

struct Setting {
    kept: Kept,
    deletes: bool,
}

impl Setting {
    /// `None` when a browser would drop the whole line.
    fn parse(line: &str, now_ms: u64) -> Option<Self> {
        let mut fields = line.split(';').map(str::trim);
        let (name, value) = fields.next()?.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        if name.len() + value.len() > MAX_BYTES {
            return None;
        }
        let attributes: Vec<&str> = fields.filter(|field| !field.is_empty()).collect();
        let find = |wanted: &str| {
            attributes
                .iter()
                .rev()
                .find_map(|field| attribute(field, wanted))
        };
        if !prefix_allows(name, &find) {
            return None;
        }
        // Max-Age wins over Expires (RFC 6265bis, section 5.7, step 3).
        let expires_at_ms = match find("max-age").and_then(|age| age.parse::<i64>().ok()) {
            Some(age) => Some(now_ms.saturating_add_signed(age.saturating_mul(1000))),
            None => find("expires").and_then(clock::cookie_date_ms),
        };
        let kept = Kept {
            name: name.to_owned(),
            value: value.to_owned(),
            attributes: attributes.iter().map(|&field| field.to_owned()).collect(),
            expires_at_ms,
            came_back: false,
        };
        Some(Self {
            kept,
            deletes: expires_at_ms.is_some_and(|end| end <= now_ms),
        })
    }
}

fn attribute<'a>(field: &'a str, wanted: &str) -> Option<&'a str> {
    let (name, value) = field.split_once('=').unwrap_or((field, ""));
    name.trim()
        .eq_ignore_ascii_case(wanted)
        .then(|| value.trim())
}

/// The promises of `__Host-` and `__Secure-` (RFC 6265bis, section 4.1.3); without case,
/// as browsers compare them.
fn prefix_allows<'a>(name: &str, find: &impl Fn(&str) -> Option<&'a str>) -> bool {
    let name = name.to_ascii_lowercase();
    let secure = find("secure").is_some();
    if name.starts_with("__host-") {
        return secure && find("path") == Some("/") && find("domain").is_none();
    }
    secure || !name.starts_with("__secure-")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_000_000_000_000;

    fn jar(lines: &[&str]) -> Vec<(String, String, Option<u64>)> {
        let mut jar = Jar::default();
        for line in lines {
            jar.set(line, NOW);
        }
        jar.live(NOW)
            .map(|k| (k.name.clone(), k.value.clone(), k.expires_at_ms))
            .collect()
    }

    #[test]
    fn set_replace_and_delete() {
        let set = "__Host-login=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60";
        let one = (
            "__Host-login".to_owned(),
            "abc".to_owned(),
            Some(NOW + 60_000),
        );
        assert_eq!(jar(&[set])[0], one);
        assert_eq!(
            jar(&["a=1", "a=2"]),
            [("a".to_owned(), "2".to_owned(), None)]
        );
        assert_eq!(jar(&[set, "__Host-login=; Path=/; Secure; Max-Age=0"]), []);
        let past = "__Host-login=; Path=/; Secure; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
        assert_eq!(jar(&[set, past]), []);
        // Max-Age wins.
        let both = "a=1; Max-Age=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
        assert_eq!(
            jar(&[both]),
            [("a".to_owned(), "1".to_owned(), Some(NOW + 5000))]
        );
        // A deletion that breaks the prefix's promise deletes nothing.
        assert_eq!(jar(&[set, "__Host-login=; Path=/; Max-Age=0"]), [one]);
    }

    #[test]
    fn a_prefix_that_is_not_kept_drops_the_cookie() {
        for line in [
            "__Host-a=1; Path=/",
            "__Host-a=1; Secure",
            "__Host-a=1; Secure; Path=/x",
            "__Host-a=1; Secure; Path=/; Domain=lab.localhost",
            "__hOST-a=1",
            "__Secure-a=1",
            "no-value",
        ] {
            assert_eq!(jar(&[line]), [], "{line}");
        }
        assert_eq!(jar(&[&format!("a={}", "x".repeat(MAX_BYTES))]), []);
        assert_eq!(jar(&["__Secure-a=1; Secure"]).len(), 1);
    }

    #[test]
    fn expiry_is_seen_without_another_answer() {
        let mut jar = Jar::default();
        jar.set("a=1; Max-Age=1", NOW);
        assert!(jar.get("a", NOW + 999).is_some());
        assert!(jar.get("a", NOW + 1000).is_none());
    }

    #[test]
    fn a_cookie_that_was_set_before_we_looked_is_learned() {
        let mut jar = Jar::default();
        for (name, value) in pairs("a=1; b=x=y") {
            jar.saw(name, value);
        }
        assert_eq!(jar.get("b", NOW).unwrap().value, "x=y");
    }
}
