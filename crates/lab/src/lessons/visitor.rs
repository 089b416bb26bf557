//! Acts on the three columns as the browser does: through the front, with a cookie jar for two
//! of them and tokens in the hand for the third. What goes along when a page of somebody else
//! asks, the jar decides: a test compares it with a browser's, request by request.

use harness::http::{Base, Client, Request};
use harness::jar::{self, Jar};
use serde_json::{Value, json};
use time::OffsetDateTime;
use url::Url;

use super::script::Act;
use crate::column::Column;
use crate::hosts::Hosts;
use crate::lure::Site;

/// Somebody in front of one column.
pub(crate) struct Visitor {
    column: Column,
    client: Client,
    url: Url,
    hosts: Hosts,
    jar: Jar,
    access: Option<String>,
}

impl Visitor {
    pub(crate) fn before(column: Column, hosts: Hosts) -> Result<Self, String> {
        let origin = hosts.column(column);
        Ok(Self {
            column,
            client: Client::new(Base::parse(&origin)?, None)?,
            url: Url::parse(&origin).map_err(|error| error.to_string())?,
            hosts,
            jar: Jar::default(),
            access: None,
        })
    }

    /// Which column it is before.
    pub(crate) fn column(&self) -> Column {
        self.column
    }

    /// Sends what the act is, and keeps what a browser would; the status that came.
    pub(crate) fn act(&mut self, act: Act, account: &str, password: &str) -> Result<u16, String> {
        let request = match act {
            Act::Login => {
                let body = json!({ "username": account, "password": password });
                Request::new("POST", "/login").json(&body)
            }
            Act::Visit | Act::Link => Request::new("GET", "/me"),
            Act::Foreign | Act::Sibling => {
                let form = "application/x-www-form-urlencoded";
                Request::new("POST", "/logout").body_of(form, "prize=1")
            }
            Act::Admin => Request::new("GET", "/admin"),
            Act::Logout => Request::new("POST", "/logout").json(&json!({})),
            other => return Err(format!("{} is nothing that a visitor does", other.name())),
        };
        let request = match act {
            Act::Link | Act::Foreign => self.as_lured(request, act, Site::Elsewhere)?,
            Act::Sibling => self.as_lured(request, act, Site::Sibling)?,
            _ => self.as_browser(request),
        };
        let exchange = self.client.send(&request);
        let answer = exchange.map_err(|error| error.to_string())?.response;
        let now = OffsetDateTime::now_utc();
        for line in answer.all("set-cookie") {
            let asked = jar::Request::to(&self.url);
            // What the browser refuses it does not keep; the next request shows it.
            let _ = self.jar.set(line.as_bytes(), &asked, now);
        }
        if self.column == Column::Jwt {
            self.keep_token(act, answer.json().as_ref());
        }
        Ok(answer.status)
    }

    fn keep_token(&mut self, act: Act, body: Option<&Value>) {
        match (act, body.and_then(|body| body["access"].as_str())) {
            (_, Some(access)) => self.access = Some(access.to_owned()),
            (Act::Logout, None) => self.access = None,
            _ => {}
        }
    }

    /// As the browser sends it when a page of the attacker's fills the window with it. Script of
    /// the application is not there, and adds no token.
    fn as_lured(&mut self, request: Request, act: Act, site: Site) -> Result<Request, String> {
        let from = self.hosts.lure(site);
        let page = Url::parse(&from).map_err(|error| error.to_string())?;
        let cookies = {
            let asked = jar::Request {
                is_safe: act == Act::Link,
                ..jar::Request::link(&self.url, &page)
            };
            self.jar.header(&asked, OffsetDateTime::now_utc())
        };
        let relation = match site {
            Site::Elsewhere => "cross-site",
            Site::Sibling => "same-site",
        };
        let mut request = request
            .header("Sec-Fetch-Site", relation)
            .header("Sec-Fetch-Mode", "navigate")
            .header("Sec-Fetch-Dest", "document");
        if act != Act::Link {
            request = request.header("Origin", from);
        }
        Ok(match cookies.is_empty() {
            true => request,
            false => request.header("Cookie", cookies),
        })
    }

    fn as_browser(&mut self, request: Request) -> Request {
        let cookies = {
            let asked = jar::Request::to(&self.url);
            self.jar.header(&asked, OffsetDateTime::now_utc())
        };
        let mut request = request
            .header("Origin", self.url.origin().ascii_serialization())
            .header("Sec-Fetch-Site", "same-origin");
        if !cookies.is_empty() {
            request = request.header("Cookie", cookies);
        }
        match &self.access {
            Some(access) => request.header("Authorization", format!("Bearer {access}")),
            None => request,
        }
    }
}
