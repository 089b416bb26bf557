//! Against cross-site request forgery: an unsafe request that a browser could
//! have been tricked into must come from the server's own origin.
//!
//! Browsers say where a request comes from, and script cannot change that:
//! `Sec-Fetch-Site` (Fetch Metadata), `Origin` (RFC 6454), `Referer`. Whichever
//! is sent must agree. A sibling host is another origin (ASVS 3.5.4): `same-site`
//! is not enough. Who sends none of the three is not a browser, and nobody else's
//! cookies are in such a client.
//!
//! It covers `POST /login` too: otherwise another site could log a visitor in
//! as somebody else and read later what was typed (login CSRF).

use actix_web::{
    Error, HttpRequest, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderValue},
    middleware::Next,
    web,
};
use url::Url;

use super::{Carrier, Policy};
use crate::Problem;

/// Whether an unsafe request may go on.
pub(super) fn is_trusted(policy: &Policy, headers: &HeaderMap) -> bool {
    !browser_may_carry_it(policy.face.carrier, headers) || agrees(headers, &policy.origins)
}

/// For routes whose cookies the server's [`Carrier`] does not tell of, a login by cookie beside
/// others: an unsafe request to them must come from the server's own origin.
///
/// # Errors
/// Those of what it is put before.
pub async fn own_pages_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !request.method().is_safe() && !is_same_origin(request.request()) {
        return Ok(request.into_response(Problem::CrossOriginRefused.error_response()));
    }
    next.call(request)
        .await
        .map(ServiceResponse::map_into_boxed_body)
}

/// Whether a request comes from the server's own origin, or from no browser. Where nobody has
/// said what that origin is, it does not.
pub fn is_same_origin(request: &HttpRequest) -> bool {
    let policy = request.app_data::<web::Data<Policy>>();
    policy.is_some_and(|policy| agrees(request.headers(), &policy.origins))
}

/// Whether a browser may have added the credential by itself. A bearer token is set by script,
/// and script of another origin has none.
fn browser_may_carry_it(carrier: Carrier, headers: &HeaderMap) -> bool {
    match carrier {
        Carrier::Cookie(_) => true,
        Carrier::Bearer => false,
        Carrier::BearerOrCookie => {
            let mut sent = headers.get_all(header::AUTHORIZATION).peekable();
            // Beside a cookie the token is not all that counts: any word may stand there.
            headers.contains_key(header::COOKIE) || sent.peek().is_none() || !sent.all(is_bearer)
        }
    }
}

/// `Basic` and `Digest` do not count: browsers send those by themselves too (RFC 7617 section 2).
fn is_bearer(value: &HeaderValue) -> bool {
    let scheme = value.as_bytes().split(|byte| *byte == b' ').next();
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer"))
}

/// Whatever of `Sec-Fetch-Site`, `Origin` and `Referer` was sent names one of these origins.
fn agrees(headers: &HeaderMap, own: &[String]) -> bool {
    let sites_agree = headers
        .get_all("sec-fetch-site")
        .all(|site| site == "same-origin");
    let origins_agree = headers
        .get_all(header::ORIGIN)
        .all(|origin| own.iter().any(|own| own.as_bytes() == origin.as_bytes()));
    let says_more = headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN);
    let referers_agree = || {
        headers.get_all(header::REFERER).all(|referer| {
            let url = referer.to_str().ok().and_then(|text| Url::parse(text).ok());
            url.is_some_and(|url| own.contains(&url.origin().ascii_serialization()))
        })
    };
    sites_agree && origins_agree && (says_more || referers_agree())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn passes(pairs: &[(&str, &str)]) -> bool {
        let mut request = TestRequest::post();
        for pair in pairs {
            request = request.append_header(*pair);
        }
        agrees(
            request.to_srv_request().headers(),
            &["http://good.test:8001".to_owned()],
        )
    }

    #[test]
    fn own_pages_and_programs_pass() {
        assert!(passes(&[]));
        assert!(passes(&[("Origin", "http://good.test:8001")]));
        assert!(passes(&[
            ("Origin", "http://good.test:8001"),
            ("Sec-Fetch-Site", "same-origin")
        ]));
        assert!(passes(&[("Referer", "http://good.test:8001/page?a=b")]));
    }

    #[test]
    fn only_a_bearer_token_is_surely_set_by_script() {
        let carried = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
            }
            browser_may_carry_it(Carrier::BearerOrCookie, &headers)
        };
        assert!(carried(&[]));
        assert!(!carried(&["Bearer a.b.c"]));
        assert!(!carried(&["bearer a.b.c"]));
        for values in [
            &["Basic YTpi"][..],
            &[""],
            &["Bearerish x"],
            &["Bearer a.b.c", "Basic YTpi"],
        ] {
            assert!(carried(values), "{values:?}");
        }
    }

    #[test]
    fn everybody_else_is_refused() {
        for origin in [
            "null",
            "",
            "http://good.test",
            "https://good.test:8001",
            "http://good.test:8001.",
            "http://good.test.:8001",
            "http://evil.good.test:8001",
            "http://evilgood.test:8001",
            "http://good.test:80011",
            "HTTP://GOOD.TEST:8001",
        ] {
            assert!(!passes(&[("Origin", origin)]), "{origin}");
        }
        for site in [
            "cross-site",
            "same-site",
            "none",
            "same-origin, cross-site",
            "",
        ] {
            let own = ("Origin", "http://good.test:8001");
            assert!(!passes(&[own, ("Sec-Fetch-Site", site)]), "{site}");
        }
        for referer in [
            "http://evil.test/http://good.test:8001/",
            "good.test",
            "",
            "about:blank",
        ] {
            assert!(!passes(&[("Referer", referer)]), "{referer}");
        }
        let twice = [
            ("Origin", "http://good.test:8001"),
            ("Origin", "http://evil.test"),
        ];
        assert!(!passes(&twice));
    }
}
