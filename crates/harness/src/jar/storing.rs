//! Keeping a cookie, or not (section 5.7).

use time::OffsetDateTime;

use super::line::Line;
use super::place::{default_path, domain_matches, path_matches};
use super::{Cookie, Jar, Request, SameSite};

/// Why a browser passes over a `Set-Cookie`, without a word to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Section 5.6, step 1.
    #[error("there is a control character in it")]
    ControlCharacter,
    /// Section 5.6, step 5.
    #[error("name and value together are longer than 4096 octets")]
    TooLong,
    /// Section 5.7, step 2.
    #[error("it has neither a name nor a value")]
    Empty,
    /// Section 5.7, step 8.
    #[error("its domain is not ASCII")]
    ForeignLetters,
    /// Section 5.7, step 9: strangers would get it.
    #[error("its domain is a public suffix")]
    PublicSuffix,
    /// Section 5.7, step 10.
    #[error("its domain is not that of the host that sets it")]
    ForeignDomain,
    /// Section 5.7, step 13.
    #[error("it is Secure, and the connection is not")]
    NotSecure,
    /// Section 5.7, step 15, and step 23 for one that is there.
    #[error("it is HttpOnly, and script sets it")]
    HttpOnly,
    /// Section 5.7, step 16: whoever is on the wire could lay it over the real one.
    #[error("a Secure cookie of this name is there, and the connection is not secure")]
    OverSecure,
    /// Section 5.7, step 18.
    #[error("it is SameSite, and another site made the request")]
    CrossSite,
    /// Section 5.7, step 19.
    #[error("it is SameSite=None without Secure")]
    NoneWithoutSecure,
    /// Section 5.7, step 20.
    #[error("it is called __Secure- without Secure")]
    SecurePrefix,
    /// Section 5.7, step 21.
    #[error("it is called __Host- without Secure and Path=/, or with Domain")]
    HostPrefix,
    /// Section 5.7, step 22: sent without a name, a server would read the prefix in the value.
    #[error("it has no name, and its value poses as one with a prefix")]
    HiddenPrefix,
    /// CHIPS, section 2.
    #[error("it is Partitioned without Secure")]
    PartitionedWithoutSecure,
}

impl Jar {
    /// Does what a browser does with one `Set-Cookie` in the answer to this request (or with
    /// one assignment to `document.cookie`). A deletion is a cookie that has already ended.
    pub fn set(
        &mut self,
        line: &[u8],
        request: &Request<'_>,
        now: OffsetDateTime,
    ) -> Result<(), Refused> {
        let line = Line::parse(line, now)?;
        let mut cookie = self.locate(&line, request, now)?;
        self.check_connection(&cookie, request, now)?;
        self.check_site(&cookie, request)?;
        check_prefixes(&cookie, line.path.as_deref() == Some(b"/"))?;
        if line.partitioned && !cookie.secure {
            return Err(Refused::PartitionedWithoutSecure);
        }
        // One that has ended by itself is no longer there to be replaced.
        self.cookies.retain(|old| !old.is_expired(now));
        let domain = cookie.domain.clone();
        match self.cookies.iter().position(|old| cookie.replaces(old)) {
            Some(at) if request.by_script && self.cookies[at].http_only => {
                return Err(Refused::HttpOnly);
            }
            Some(at) => {
                cookie.created = self.cookies[at].created;
                self.cookies[at] = cookie;
            }
            None => self.cookies.push(cookie),
        }
        self.evict(&domain, now);
        Ok(())
    }

    /// Whose it is and where it goes: steps 5 to 12.
    fn locate(
        &self,
        line: &Line,
        request: &Request<'_>,
        now: OffsetDateTime,
    ) -> Result<Cookie, Refused> {
        let host = request.url.host_str().unwrap_or_default();
        let mut domain = match str::from_utf8(&line.domain) {
            Ok(domain) if domain.is_ascii() => domain,
            _ => return Err(Refused::ForeignLetters),
        };
        if self.suffixes.is_public(domain) {
            if domain != host {
                return Err(Refused::PublicSuffix);
            }
            // `localhost` may set one for itself, but for nobody below.
            domain = "";
        }
        let host_only = domain.is_empty();
        if !host_only && !domain_matches(host, domain) {
            return Err(Refused::ForeignDomain);
        }
        Ok(Cookie {
            name: line.name.clone(),
            value: line.value.clone(),
            domain: if host_only { host } else { domain }.to_owned(),
            host_only,
            path: line
                .path
                .clone()
                .unwrap_or_else(|| default_path(request.url).to_vec()),
            secure: line.secure,
            http_only: line.http_only,
            same_site: line.same_site,
            expires: line.expires,
            partition: line
                .partitioned
                .then(|| request.top_level_site(&self.suffixes)),
            created: now,
            used: now,
        })
    }

    /// Steps 13 to 16.
    fn check_connection(
        &self,
        cookie: &Cookie,
        request: &Request<'_>,
        now: OffsetDateTime,
    ) -> Result<(), Refused> {
        if cookie.http_only && request.by_script {
            return Err(Refused::HttpOnly);
        }
        if request.is_secure() {
            return Ok(());
        }
        if cookie.secure {
            return Err(Refused::NotSecure);
        }
        let lies_over = |old: &Cookie| {
            old.name == cookie.name
                && old.secure
                && (domain_matches(&old.domain, &cookie.domain)
                    || domain_matches(&cookie.domain, &old.domain))
                && path_matches(&cookie.path, &old.path)
        };
        match self.cookies(now).any(lies_over) {
            true => Err(Refused::OverSecure),
            false => Ok(()),
        }
    }

    /// Steps 17 to 19. A top-level page may set what would not have been sent to it.
    fn check_site(&self, cookie: &Cookie, request: &Request<'_>) -> Result<(), Refused> {
        if cookie.same_site == SameSite::None {
            return match cookie.secure {
                true => Ok(()),
                false => Err(Refused::NoneWithoutSecure),
            };
        }
        let loads_a_page = request.navigates && !request.by_script;
        if request.is_cross_site(&self.suffixes) && !loads_a_page {
            return Err(Refused::CrossSite);
        }
        Ok(())
    }
}

/// Steps 20 to 22. Without regard to case: some servers compare names so. `Path=` on a page at
/// the root is no `Path=/` to a browser, though the path that comes of it is the same.
fn check_prefixes(cookie: &Cookie, names_root: bool) -> Result<(), Refused> {
    if has_prefix(&cookie.name, b"__secure-") && !cookie.secure {
        return Err(Refused::SecurePrefix);
    }
    if has_prefix(&cookie.name, b"__host-") {
        let keeps = cookie.secure && cookie.host_only && names_root;
        return keeps.then_some(()).ok_or(Refused::HostPrefix);
    }
    let poses = has_prefix(&cookie.value, b"__secure-") || has_prefix(&cookie.value, b"__host-");
    if cookie.name.is_empty() && poses {
        return Err(Refused::HiddenPrefix);
    }
    Ok(())
}

fn has_prefix(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
