//! The mechanism: everything that an answer needs is in one signed token.
//!
//! Signed means, by default, HMAC-SHA-256 over header and claims (`HS256`):
//! everybody can read a token, nobody can change one. What a token may look like is fixed
//! here to the letter. A library that reads tokens of all the world accepts far
//! more: see [`Signer::read`] for each thing that it lets through.

mod claims;
mod delivery;
mod family;
mod key;
mod pair;
mod reload;
mod remembered;
mod remote;
mod ring;
mod simple_jwt;
mod strict;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use contract::{Problem, StartError, accounts::Account, settings::MasterKey, wire::Timestamp};
use jsonwebtoken::{Header, jwk::JwkSet};
use serde::{Deserialize, Serialize};

use crate::Settings;
pub use claims::Claims;
pub(crate) use delivery::{ACCESS_COOKIE, REFRESH_COOKIE};
pub(crate) use family::{Over, Refused, is_of};
pub(crate) use key::algorithm;
pub use key::{KeyFault, NewKey, VerifyingKey};
pub use pair::TokenPair;
use reload::Seen;
use remote::Remote;
pub(crate) use remote::jwks_url;
use ring::KeyRing;
use strict::LARGEST;
pub(crate) use strict::NoMemberTwice;

/// What a token is good for. It stands in the header (`typ`, RFC 8725 section
/// 3.11) and in the claims, so that neither passes for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Access,
    Refresh,
}

impl Kind {
    /// `at+jwt` is RFC 9068's; a media type may be written with or without `application/`.
    fn types(self) -> [&'static str; 2] {
        match self {
            Self::Access => ["at+jwt", "application/at+jwt"],
            Self::Refresh => ["refresh+jwt", "application/refresh+jwt"],
        }
    }

    fn of_type(typ: &str) -> Option<Self> {
        [Self::Access, Self::Refresh]
            .into_iter()
            .find(|kind| kind.types().contains(&typ))
    }
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// It is none of ours.
    Invalid,
    /// Its time is over.
    Expired,
    /// It is for something else.
    WrongType,
}

/// A login as far as its tokens need it.
pub(crate) struct Login<'a> {
    pub(crate) account: &'a Account,
    pub(crate) family: &'a str,
    pub(crate) authenticated_at: Timestamp,
    /// Whether its cookies stay when the browser closes.
    pub(crate) remember: bool,
    /// No token of this login lasts longer.
    pub(crate) ends_at: Timestamp,
}

/// A signed token. It is a secret: it does not print itself.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub(crate) struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}

/// Makes tokens and reads them.
#[derive(Clone)]
pub(crate) struct Signer(Arc<Keys>);

struct Keys {
    /// Replaced as a whole, when a file of keys has changed.
    ring: RwLock<Arc<KeyRing>>,
    seen: Mutex<Seen>,
    /// Another issuer, whose access tokens are accepted.
    remote: Option<Arc<Remote>>,
    master: MasterKey,
    settings: Settings,
}

impl Signer {
    pub(crate) fn new(key: &MasterKey, settings: &Settings) -> Result<Self, StartError> {
        let keys = Keys {
            ring: RwLock::new(Arc::new(KeyRing::open(key, settings)?)),
            seen: Mutex::default(),
            remote: Remote::open(settings)?.map(Arc::new),
            master: key.clone(),
            settings: settings.clone(),
        };
        *keys.seen.lock().unwrap_or_else(PoisonError::into_inner) = keys.look();
        Ok(Self(Arc::new(keys)))
    }

    /// The keys with which anybody can check our tokens.
    pub(crate) fn published(&self) -> JwkSet {
        self.0.ring().published()
    }

    /// A token for this login, and when it stops working.
    pub(crate) fn sign(
        &self,
        kind: Kind,
        login: &Login<'_>,
    ) -> Result<(Token, Timestamp), Problem> {
        let (ring, settings) = (self.0.ring(), &self.0.settings);
        let now = Timestamp::now();
        let expires_at = now.plus(settings.lifetime(kind)).min(login.ends_at);
        let of_account = (kind == Kind::Access).then_some(login.account);
        let claims = Claims {
            iss: settings.issuer().map(str::to_owned),
            aud: settings.audience().map(str::to_owned),
            sub: login.account.id.to_string(),
            jti: new_id(),
            iat: now.unix(),
            exp: expires_at.unix(),
            nbf: None,
            auth_time: login.authenticated_at.unix(),
            token_type: kind,
            sid: login.family.to_owned(),
            remember: login.remember && settings.delivery.refresh_in_cookie(),
            username: of_account.map(|account| account.username.clone()),
            email: of_account.map(|account| account.email.clone()),
            roles: of_account.map(|account| account.roles.clone()),
            is_of_others: false,
            payload: Vec::new(),
        };
        let mut header = Header::new(ring.algorithm);
        header.typ = Some(kind.types()[0].to_owned());
        header.kid = Some(ring.kid.clone());
        let written = claims.written(login.account, settings)?;
        let token = jsonwebtoken::encode(&header, &written, &ring.signing).map_err(|error| {
            log::error!("a token cannot be signed: {error}");
            Problem::Internal
        })?;
        if token.len() > LARGEST {
            log::error!("a token of {} bytes would not be read again", token.len());
            return Err(Problem::Internal);
        }
        Ok((Token(token), expires_at))
    }

    /// What `token` says, when it is one of ours, of this kind, and its time is
    /// now. Which of these it failed is nobody's business (RFC 6750 section 3.1), but for who
    /// speaks as Simple JWT does; and there only of a token that one of our keys has signed.
    pub(crate) fn read(&self, kind: Kind, token: &str) -> Result<Arc<Claims>, TokenFault> {
        let claims = self.open(token).ok_or(TokenFault::Invalid)?;
        // "On or after" (RFC 7519 section 4.1.4); to the library, only after.
        if self.is_over(&claims) {
            Err(TokenFault::Expired)
        } else if claims.token_type == kind {
            Ok(claims)
        } else {
            Err(TokenFault::WrongType)
        }
    }

    /// Whether the time of a token is over, by a clock that may be wrong by the leeway.
    pub(crate) fn is_over(&self, claims: &Claims) -> bool {
        let leeway = self.0.settings.leeway.unwrap_or_default();
        claims.expires_at().plus(leeway).has_come()
    }

    /// The same, but its time may be over. It opens nothing any more; it can
    /// still say which login of ours is to be ended.
    pub(crate) fn read_expired(&self, kind: Kind, token: &str) -> Option<Arc<Claims>> {
        let claims = self.open(token)?;
        (claims.token_type == kind && !claims.is_of_others).then_some(claims)
    }

    /// The same for a token of either kind.
    pub(crate) fn read_any(&self, token: &str) -> Result<Arc<Claims>, TokenFault> {
        let claims = self.open(token).ok_or(TokenFault::Invalid)?;
        self.read(claims.token_type, token)
    }

    /// What a token says, whatever it is for: one of ours, or one of Simple JWT's or of another
    /// issuer's where that is set. An access token comes with each request, so what one says that
    /// our keys have signed is remembered; those of the other issuer come and go as he likes.
    fn open(&self, token: &str) -> Option<Arc<Claims>> {
        // Before any work (ASVS 5.0, 15.2.2).
        if token.len() > LARGEST {
            return None;
        }
        let ring = self.0.ring();
        let name = ring.remembered.name_of(token);
        if let Some(known) = name.and_then(|name| ring.remembered.find(&name)) {
            if self.is_over(&known) {
                name.inspect(|name| ring.remembered.forget(name));
            }
            return Some(known);
        }
        let own = self.own(&ring, token);
        let Some(claims) = own.or_else(|| self.0.of_simple_jwt(token)) else {
            return self.0.of_issuer(token).map(Arc::new);
        };
        let claims = Arc::new(claims);
        if let Some(name) = name.filter(|_| claims.is_access() && !self.is_over(&claims)) {
            ring.remembered.learn(name, &claims);
        }
        Some(claims)
    }

    fn own(&self, ring: &KeyRing, token: &str) -> Option<Claims> {
        let keys = &*self.0;
        // 1. One of our keys signed it: [`VerifyingKey::payload_of`].
        let (header, claims) = ring.signed(token)?;
        // 2. It says what it is good for.
        let kind = Kind::of_type(&header.typ?)?;
        // 3. The claims are ours to the letter: each there once, of its type.
        let claims = Claims::read(claims, &keys.settings)?;
        // 4. And they say what ours say.
        keys.would_make(kind, &claims).then_some(claims)
    }
}

impl Keys {
    fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn would_make(&self, kind: Kind, claims: &Claims) -> bool {
        // The clock of the server that made it may be ahead of ours.
        let leeway = self.settings.leeway.unwrap_or_default();
        let latest = Timestamp::now().plus(leeway).unix();
        let longest = self.settings.lifetime(kind).as_secs();
        let longest = i64::try_from(longest).unwrap_or(i64::MAX);
        claims.token_type == kind
            && claims.iss.as_deref() == self.settings.issuer()
            && claims.aud.as_deref() == self.settings.audience()
            && claims.account().is_some()
            && claims.nbf.is_none_or(|nbf| nbf <= latest)
            // From the future, or made for longer than we make them: not by us.
            && (0..=latest).contains(&claims.iat)
            && (0..=claims.iat).contains(&claims.auth_time)
            && (1..=longest).contains(&claims.exp.saturating_sub(claims.iat))
    }
}

/// The cryptography must be there before the first token. Where another part of
/// the process was first, that one stays.
fn install_backend() {
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

/// 128 random bits, spelt as Simple JWT spells its own. It is not a secret: it names, it does
/// not open.
pub(crate) fn new_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    format!("{:032x}", u128::from_be_bytes(bytes))
}
