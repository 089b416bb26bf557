//! Tokens that tell the target's own pages from others', for a target that hands such out (OWASP
//! CSRF Prevention, Token-Based Mitigation). A request that the own page would send gets one; what
//! another page forges does not.

use serde::Deserialize;

use crate::http::{HttpError, Request};
use crate::routes::Route;
use crate::set_cookie::SetCookie;
use crate::target::Target;

/// Where a token comes from, and where it goes.
#[derive(Clone, Debug)]
pub struct CsrfTokens {
    /// Hands one out to whoever asks, with the visitor's cookies or without any.
    pub route: Route,
    /// Where it stands.
    pub source: CsrfSource,
    /// The request header that carries it.
    pub header: String,
}

/// Where a token stands in the answer.
#[derive(Clone, Debug)]
pub enum CsrfSource {
    /// In the JSON, at this pointer (RFC 6901).
    Json(String),
    /// It is the value of this cookie.
    Cookie(String),
}

/// The same, as a manifest has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CsrfLines {
    route: String,
    json: Option<String>,
    cookie: Option<String>,
    header: String,
}

impl CsrfLines {
    pub(crate) fn into_tokens(self) -> Result<CsrfTokens, String> {
        let source = match (self.json, self.cookie) {
            (Some(pointer), None) => CsrfSource::Json(pointer),
            (None, Some(name)) => CsrfSource::Cookie(name),
            _ => {
                let why = "[csrf] needs either `json` or `cookie`: where the token stands";
                return Err(why.into());
            }
        };
        Ok(CsrfTokens {
            route: Route::parse(&self.route)?,
            source,
            header: self.header,
        })
    }
}

/// A token, and the cookies that came with it.
#[derive(Clone)]
pub(crate) struct Handed {
    pub(crate) token: Vec<u8>,
    cookies: Vec<SetCookie>,
}

impl Target {
    /// What the target hands out to a browser with these `Cookie` lines. `None`: nothing.
    pub(crate) fn csrf_token(&self, cookies: &[&[u8]]) -> Result<Option<Handed>, HttpError> {
        let Some(tokens) = &self.csrf else {
            return Ok(None);
        };
        let mut request = self.request(&tokens.route);
        for line in cookies {
            request = request.header("Cookie", line);
        }
        let exchange = self.client().send(&request)?;
        self.note(&exchange);
        let mut cookies = SetCookie::all(&exchange.response);
        cookies.retain(|set| !set.deletes());
        let body = exchange.response.json();
        let token = match &tokens.source {
            CsrfSource::Json(pointer) => body
                .as_ref()
                .and_then(|body| body.pointer(pointer)?.as_str())
                .map(|token| token.as_bytes().to_vec()),
            CsrfSource::Cookie(name) => {
                let given = cookies.iter().find(|set| set.name == *name);
                given.map(|set| set.value.clone())
            }
        };
        let Some(token) = token.filter(|_| exchange.response.is_success()) else {
            return Ok(None);
        };
        self.keep_secret(&token);
        Ok(Some(Handed { token, cookies }))
    }

    /// The request as the own page sends it once it has its token: with that, and with what the
    /// browser then holds.
    pub(crate) fn with_csrf_token(&self, request: &Request) -> Result<Request, HttpError> {
        let Some(tokens) = self.csrf.as_ref().filter(|_| request.is_of_the_own_page) else {
            return Ok(request.clone());
        };
        Ok(match self.csrf_token(&request.cookie_lines())? {
            Some(handed) => handed.on(request.clone(), &tokens.header),
            None => request.clone(),
        })
    }
}

impl Handed {
    /// Puts token and cookies on a request.
    pub(crate) fn on(&self, request: Request, header: &str) -> Request {
        self.planted(request).header(header, &self.token)
    }

    /// Puts the cookies alone on it. What came with the token takes the place of a cookie of the
    /// same name, as in a browser.
    pub(crate) fn planted(&self, request: Request) -> Request {
        if self.cookies.is_empty() {
            return request;
        }
        let lines = request.cookie_lines().join(&b"; "[..]);
        let is_new = |pair: &&[u8]| {
            let mut news = self.cookies.iter();
            !news.any(|set| pair.starts_with(format!("{}=", set.name).as_bytes()))
        };
        let before = lines.split(|&byte| byte == b';').map(<[u8]>::trim_ascii);
        let mut pairs: Vec<Vec<u8>> = before
            .filter(|pair| !pair.is_empty())
            .filter(is_new)
            .map(<[u8]>::to_vec)
            .collect();
        let news = self.cookies.iter();
        pairs.extend(news.map(|set| [set.name.as_bytes(), b"=", &set.value].concat()));
        request
            .without("cookie")
            .header("Cookie", pairs.join(&b"; "[..]))
    }

    /// What somebody can plant beside a login: all but its own cookie. `None`: nothing came.
    pub(crate) fn beside(mut self, credential: Option<&str>) -> Option<Self> {
        self.cookies
            .retain(|set| Some(set.name.as_str()) != credential);
        Some(self).filter(|handed| !handed.cookies.is_empty())
    }
}
