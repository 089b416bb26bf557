//! Keys of another issuer, read from one URL that is set. They check tokens; they never sign.
//!
//! Nothing in a token says where its key is (RFC 8725 section 3.10): a `jku`, an `x5u` or a `jwk`
//! in it is refused with the token. It may only name a key, and where nobody knows that name the
//! issuer is asked again; so that a thousand invented names cost one request, not sooner than a
//! minute after the last time.

mod fetch;
mod set;

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use contract::{StartError, settings::Profile};
use tokio::sync::Mutex;
use url::{Host, Url};

use super::{
    Claims, Keys, Kind, Signer,
    key::VerifyingKey,
    strict::{Jws, OurHeader},
};
use crate::Settings;
use fetch::{Agent, FetchFault};

/// How often the issuer is asked, and for how long what he said holds.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// Anyway: a key that the issuer takes out of his set is not accepted for longer.
    every: Duration,
    /// When he did not answer.
    again: Duration,
    /// For a key that nobody knows, not sooner after the last time.
    gap: Duration,
    /// Without an answer his keys are used for so long, and then no token of his is accepted:
    /// somebody who can keep him from answering shall not keep a stolen key alive.
    stale: Duration,
}

const PACE: Pace = Pace {
    every: Duration::from_secs(5 * 60),
    again: Duration::from_secs(10),
    gap: Duration::from_secs(60),
    stale: Duration::from_secs(60 * 60),
};

/// Another issuer's keys.
pub(super) struct Remote {
    url: Url,
    issuer: String,
    agent: Agent,
    pace: Pace,
    known: RwLock<Known>,
    /// When he was asked last; held while he is.
    asked: Mutex<Option<Instant>>,
}

/// What he said, and when.
#[derive(Clone, Default)]
struct Known(Option<(Instant, Arc<Vec<VerifyingKey>>)>);

impl Remote {
    /// The issuer that the settings name, if they name one.
    pub(super) fn open(settings: &Settings) -> Result<Option<Self>, StartError> {
        match (&settings.jwks, &settings.jwks_issuer) {
            (None, None) => Ok(None),
            (Some(url), Some(issuer)) => {
                if settings.common.profile == Profile::Hardened {
                    log::warn!(
                        "in the profile hardened a token of {issuer} counts while its login is in \
                         our own store, and not otherwise"
                    );
                }
                let agent = Agent::new(url, settings.jwks_ca.as_deref())?;
                Ok(Some(Self::of(agent, url.clone(), issuer.clone(), PACE)))
            }
            _ => Err(StartError::Setting(
                "--jwks and --jwks-issuer belong together: say whose keys these are".to_owned(),
            )),
        }
    }

    fn of(agent: Agent, url: Url, issuer: String, pace: Pace) -> Self {
        Self {
            agent,
            url,
            issuer,
            pace,
            known: RwLock::default(),
            asked: Mutex::default(),
        }
    }

    /// His keys, unless they were read too long ago.
    fn keys(&self) -> Option<Arc<Vec<VerifyingKey>>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let (at, keys) = known.0.as_ref()?;
        (at.elapsed() < self.pace.stale).then(|| Arc::clone(keys))
    }

    pub(super) fn knows(&self, kid: &str) -> bool {
        let named = |key: &VerifyingKey| key.kid.as_deref() == Some(kid);
        self.keys().is_some_and(|keys| keys.iter().any(named))
    }

    /// What one of his keys has signed; the token says which.
    pub(super) fn signed(&self, token: &str) -> Option<(OurHeader, Vec<u8>)> {
        let jws = Jws::read(token)?;
        let keys = self.keys()?;
        let kid = jws.header.kid.as_ref()?;
        let key = keys.iter().find(|key| key.kid.as_ref() == Some(kid))?;
        jws.is_signed_by(key).then(|| jws.into_parts())
    }

    /// Asks for a key that is not known, if it is time. Of many at once one asks, and the others
    /// wait for what he says.
    pub(super) async fn ask_for(&self, kid: &str) {
        let mut asked = self.asked.lock().await;
        let too_soon = asked.is_some_and(|at| at.elapsed() < self.pace.gap);
        if !too_soon && !self.knows(kid) {
            *asked = Some(Instant::now());
            self.ask().await;
        }
    }

    /// Asks now and then, until nobody has these keys any more.
    pub(super) async fn go_on_asking(this: std::sync::Weak<Self>) {
        loop {
            let Some(remote) = this.upgrade() else { return };
            let mut asked = remote.asked.lock().await;
            *asked = Some(Instant::now());
            let has_answered = remote.ask().await;
            drop(asked);
            let next = match has_answered {
                true => remote.pace.every,
                false => remote.pace.again,
            };
            drop(remote);
            tokio::time::sleep(next).await;
        }
    }

    /// Takes over what he says. No answer, or one that is no set of keys, changes nothing.
    async fn ask(&self) -> bool {
        let (agent, url) = (self.agent.clone(), self.url.clone());
        let fetched = tokio::task::spawn_blocking(move || agent.fetch(&url)).await;
        let set = fetched
            .unwrap_or(Err(FetchFault::Stopped))
            .and_then(|content| set::read(&content).ok_or(FetchFault::NoSet));
        match set {
            Ok(set) => {
                self.take_over(set);
                true
            }
            Err(fault) => {
                let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
                let at = known.0.as_ref().map(|(at, _)| at.elapsed());
                let left = at.map(|ago| self.pace.stale.saturating_sub(ago));
                let then = match left.map(|left| left.as_secs()).filter(|left| *left > 0) {
                    Some(left) => format!("those from before are used for another {left} s"),
                    None => "no token of his is accepted".to_owned(),
                };
                log::warn!(
                    "the keys of {} cannot be read from {}: {fault}; {then}",
                    self.issuer,
                    self.url,
                );
                false
            }
        }
    }

    fn take_over(&self, set: set::Read) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let names = |keys: &[VerifyingKey]| -> Vec<Option<String>> {
            keys.iter().map(|key| key.kid.clone()).collect()
        };
        let before = known.0.as_ref().map(|(_, keys)| names(keys));
        // Said when something has changed, not every five minutes.
        if before != Some(names(&set.keys)) {
            for why in &set.left_out {
                log::warn!("{}: {why}; it is left out", self.url);
            }
            let count = set.keys.len();
            log::info!("{count} keys of {} are in use", self.issuer);
        }
        *known = Known(Some((Instant::now(), Arc::new(set.keys))));
    }
}

impl Signer {
    /// Reads the keys of the other issuer, where there is one, for as long as the server runs.
    pub(super) fn watch_issuer(&self) {
        if let Some(remote) = &self.0.remote {
            tokio::spawn(Remote::go_on_asking(Arc::downgrade(remote)));
        }
    }

    /// Has the key of a token at hand, when it is one of the other issuer: he may have made it
    /// a moment ago.
    pub(crate) async fn know_key_of(&self, token: &str) {
        let Some(remote) = &self.0.remote else { return };
        let Some(kid) = Jws::read(token).and_then(|jws| jws.header.kid) else {
            return;
        };
        if !self.0.ring().knows(&kid) && !remote.knows(&kid) {
            remote.ask_for(&kid).await;
        }
    }
}

impl Keys {
    /// What an access token of the other issuer says. His refresh tokens are exchanged by him.
    pub(super) fn of_issuer(&self, token: &str) -> Option<Claims> {
        let remote = self.remote.as_ref()?;
        let (header, payload) = remote.signed(token)?;
        let kind = Kind::of_type(&header.typ?).filter(|kind| *kind == Kind::Access)?;
        let mut claims = Claims::read(payload, &self.settings)?;
        // His keys speak for him and for nobody else.
        if claims.iss.as_deref() != Some(remote.issuer.as_str()) {
            return None;
        }
        claims.iss = self.settings.issuer().map(str::to_owned);
        // Where logins are looked up, each names one in our own store, which is of our accounts.
        claims.is_of_others = self.settings.common.profile == Profile::Stateless;
        // Without a name in it there would be the number alone, and by that somebody else is meant.
        if claims.is_of_others && claims.user().is_none() {
            return None;
        }
        self.would_make(kind, &claims).then_some(claims)
    }
}

/// The URL of a set of keys: https, so that nobody on the way puts his own key in; http only to
/// this machine.
pub(crate) fn jwks_url(text: &str) -> Result<Url, String> {
    let fault = "write a URL like https://issuer.example.test/.well-known/jwks.json; http is taken \
                 for this machine only (127.0.0.1, [::1], localhost)";
    let url = Url::parse(text).map_err(|_| fault)?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_plain = url.username().is_empty() && url.password().is_none();
    match url.scheme() {
        "https" if is_plain && url.fragment().is_none() => Ok(url),
        "http" if is_plain && url.fragment().is_none() && is_here => Ok(url),
        _ => Err(fault.to_owned()),
    }
}

#[cfg(test)]
mod tests;
