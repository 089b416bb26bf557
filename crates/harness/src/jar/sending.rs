//! What goes out along with a request (section 5.8).

use time::OffsetDateTime;

use super::place::{domain_matches, path_matches};
use super::{Cookie, Jar, Request, SameSite, Suffixes};

impl Jar {
    /// The `Cookie` field of this request, or what `document.cookie` says; empty: none.
    pub fn header(&mut self, request: &Request<'_>, now: OffsetDateTime) -> Vec<u8> {
        let suffixes = &self.suffixes;
        let mut chosen: Vec<&mut Cookie> = self
            .cookies
            .iter_mut()
            .filter(|cookie| !cookie.is_expired(now) && goes_out(cookie, request, suffixes))
            .collect();
        // Longer paths first, then the older; the sort keeps the order of what is equal.
        chosen.sort_by_key(|cookie| (std::cmp::Reverse(cookie.path.len()), cookie.created));
        let mut field = Vec::new();
        for (at, cookie) in chosen.into_iter().enumerate() {
            cookie.used = now;
            if at > 0 {
                field.extend_from_slice(b"; ");
            }
            if !cookie.name.is_empty() {
                field.extend_from_slice(&cookie.name);
                field.push(b'=');
            }
            field.extend_from_slice(&cookie.value);
        }
        field
    }
}

fn goes_out(cookie: &Cookie, request: &Request<'_>, suffixes: &Suffixes) -> bool {
    let host = request.url.host_str().unwrap_or_default();
    let here = if cookie.host_only {
        host == cookie.domain
    } else {
        domain_matches(host, &cookie.domain)
    };
    here && path_matches(request.url.path().as_bytes(), &cookie.path)
        && (!cookie.secure || request.is_secure())
        && !(cookie.http_only && request.by_script)
        && site_allows(cookie.same_site, request, suffixes)
        && cookie
            .partition
            .as_ref()
            .is_none_or(|site| *site == request.top_level_site(suffixes))
}

/// A link from elsewhere brings `Lax` cookies along, and nothing else from elsewhere does.
/// `Default` is as `Lax`; the two minutes of grace for a form that posts (section 5.6.7.2) are
/// a browser's choice, and not given.
fn site_allows(same_site: SameSite, request: &Request<'_>, suffixes: &Suffixes) -> bool {
    same_site == SameSite::None
        || !request.is_cross_site(suffixes)
        || same_site != SameSite::Strict
            && request.navigates
            && request.is_safe
            && !request.by_script
}
