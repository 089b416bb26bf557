//! The rules that every case keeps.
//!
//! A negative check stands between two positive controls: the untouched
//! credential is accepted before and after, so a server that refuses everything
//! proves nothing. "Rejected" means a 4xx, no effect, and no usable new
//! credential in the answer.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::credential::Credential;
use crate::forge::Token;
use crate::http::Exchange;
use crate::mechanism::{Mechanism, Profile};
use crate::outcome::{Figure, Proof, Stop, Verdict};
use crate::purpose::Purpose;
use crate::target::{Account, Target};

impl Target {
    /// The control before: this credential opens the resource as this account,
    /// or nothing can be learnt.
    pub(crate) fn control_before(
        &self,
        credential: &Credential,
        as_whom: &Account,
    ) -> Result<(), Stop> {
        let exchange = self.me(credential)?;
        self.was_for(&exchange, Purpose::Control);
        if self.visitor(&exchange).as_deref() == Some(&as_whom.username) {
            return Ok(());
        }
        let expected = format!(
            "the untouched credential opens the resource as {}",
            as_whom.username
        );
        Err(Stop::broken_by(expected, self.told(&exchange), &exchange))
    }

    /// The control after: what happened in between did not touch this login.
    pub(crate) fn control_after(
        &self,
        credential: &Credential,
        as_whom: &Account,
        what: &str,
    ) -> Result<(), Stop> {
        let exchange = self.me(credential)?;
        self.was_for(&exchange, Purpose::Control);
        if self.visitor(&exchange).as_deref() == Some(&as_whom.username) {
            return Ok(());
        }
        let expected = format!(
            "the untouched credential still opens the resource as {} after {what}",
            as_whom.username
        );
        Err(Stop::failed(expected, self.told(&exchange), &exchange))
    }

    /// What an exchange with the resource says, for a report.
    pub(crate) fn told(&self, exchange: &Exchange) -> String {
        match self.visitor(exchange) {
            Some(name) => format!("{}, as {name}", exchange.line()),
            None if self.opened(exchange) => {
                let line = exchange.line();
                format!(
                    "{line}, and no name at {} (`who` in [fields])",
                    self.fields.who
                )
            }
            None => exchange.line(),
        }
    }

    fn opened(&self, exchange: &Exchange) -> bool {
        let path = exchange.request.path.strip_prefix(self.base().prefix());
        path == Some(&self.routes.me.path) && self.routes.me.succeeded(exchange.response.status)
    }

    /// A 4xx, and no usable new credential in the answer.
    pub(crate) fn rejected(&self, exchange: &Exchange, what: &str) -> Result<(), Stop> {
        self.was_for(exchange, Purpose::Attempt(what.to_owned()));
        if !exchange.response.is_client_error() {
            return Err(Stop::failed(
                format!("{what} is refused with a 4xx"),
                self.told(exchange),
                exchange,
            ));
        }
        self.gives_nothing(exchange, what)
    }

    /// No usable new credential in the answer.
    pub(crate) fn gives_nothing(&self, exchange: &Exchange, what: &str) -> Result<(), Stop> {
        let Some(given) = self.credential_in(exchange)? else {
            return Ok(());
        };
        let opened = self.me(&given)?;
        let mut usable = self.visitor(&opened).is_some();
        if let (false, Some(refresh)) = (usable, &given.refresh) {
            usable = self
                .send(&self.refresh_request(refresh)?)?
                .response
                .is_success();
        }
        if !usable {
            return Ok(());
        }
        let expected = format!("no usable credential in the answer to {what}");
        let actual = format!("{}, and the credential in it works", exchange.line());
        Err(Stop::failed(expected, actual, exchange))
    }

    /// This credential must be dead. Where the profile cannot do that, the
    /// figure says how long it still works.
    pub(crate) fn dead(&self, credential: &Credential, what: &str) -> Result<Option<Figure>, Stop> {
        let exchange = self.me(credential)?;
        self.was_for(&exchange, Purpose::Attempt(what.to_owned()));
        let Some(visitor) = self.visitor(&exchange) else {
            self.rejected(&exchange, what)?;
            return Ok(None);
        };
        if !self.replays_by_design() {
            return Err(Stop::failed(
                format!("{what} is refused with a 4xx"),
                format!("it still opened {}, as {visitor}", exchange.request.path),
                &exchange,
            ));
        }
        let left = self.seconds_left(credential, &exchange);
        let meaning = match left {
            Some(_) => format!("{what} still works until it expires"),
            None => format!("{what} still works, and no end of it is stated"),
        };
        Ok(Some(Figure {
            value: left.unwrap_or(f64::INFINITY),
            unit: "s",
            meaning,
        }))
    }

    /// The refresh token of this login must be dead, in every profile: the
    /// refresh end-point has to look it up anyway.
    pub(crate) fn refresh_dead(&self, credential: &Credential, what: &str) -> Result<(), Stop> {
        let Some(refresh) = &credential.refresh else {
            return Ok(());
        };
        let exchange = self.send_patiently(&self.refresh_request(refresh)?)?;
        self.rejected(&exchange, what)
    }

    /// In `stateless`, nothing is looked up for a cookie or an access token.
    pub(crate) fn replays_by_design(&self) -> bool {
        self.profile == Profile::Stateless && self.mechanism != Mechanism::Session
    }

    /// How long a credential is still good for, by its own word or the server's.
    pub(crate) fn seconds_left(&self, credential: &Credential, exchange: &Exchange) -> Option<f64> {
        let by_token = || Token::parse(&credential.text())?.expires();
        let end = self.expires_at(exchange).or_else(by_token)?;
        let left = end - OffsetDateTime::now_utc().unix_timestamp();
        // A figure is whole seconds, far below where f64 loses them.
        Some(f64::from(i32::try_from(left).unwrap_or(i32::MAX)))
    }

    /// `expires_at` in an answer, in seconds since 1970.
    pub(crate) fn expires_at(&self, exchange: &Exchange) -> Option<i64> {
        time_at(exchange, &self.fields.expires_at)
    }

    /// The same of the refresh token.
    pub(crate) fn refresh_ends_at(&self, exchange: &Exchange) -> Option<i64> {
        time_at(exchange, &self.fields.refresh_expires_at)
    }
}

fn time_at(exchange: &Exchange, pointer: &str) -> Option<i64> {
    let body = exchange.response.json()?;
    let text = body.pointer(pointer)?.as_str()?;
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .map(OffsetDateTime::unix_timestamp)
}

/// The claim holds, or was demonstrated with the longest of these windows.
pub(crate) fn proof(figures: impl IntoIterator<Item = Option<Figure>>) -> Verdict {
    let longest = figures
        .into_iter()
        .flatten()
        .max_by(|a, b| a.value.total_cmp(&b.value));
    Ok(longest.map_or(Proof::Holds, Proof::Demonstrated))
}
