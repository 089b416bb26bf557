//! Access tokens that Django's Simple JWT has made with one of our keys, for a program that stands
//! beside a Django that issues them.
//!
//! They name no login, so none of them can be ended; they hold no copy of the account, and their
//! header says neither which key it was nor what the token is good for. So they are taken only
//! where that is set, only in `stateless`, and only as access tokens. Everything else is as with
//! our own: one parser, one algorithm for each key, no claim twice, no time that we would not give.

use serde_json::{Map, Value};

use super::{Claims, Keys, Kind, NoMemberTwice, strict::Jws};

impl Keys {
    pub(super) fn of_simple_jwt(&self, token: &str) -> Option<Claims> {
        let settings = &self.settings;
        if !settings.accept_simple_jwt {
            return None;
        }
        let jws = Jws::read(token)?;
        if jws.header.typ.as_deref() != Some("JWT") || jws.header.kid.is_some() {
            return None;
        }
        let ring = self.ring();
        // Without a `kid` each key may have been it; each checks its own algorithm alone.
        ring.verifying.iter().find(|key| jws.is_signed_by(key))?;
        let (_, payload) = jws.into_parts();
        let _: NoMemberTwice = serde_json::from_slice(&payload).ok()?;
        let said: Map<String, Value> = serde_json::from_slice(&payload).ok()?;
        let text = |name: &str| Some(said.get(name)?.as_str()?.to_owned());
        let number = |name: &str| said.get(name)?.as_i64();
        let kind = text(&settings.token_type_claim)?;
        // Where they are not configured there, they are not in there; a wrong one is no slip.
        let party = |name: &str, ours: Option<&str>| match said.get(name) {
            None => Some(ours.map(str::to_owned)),
            Some(Value::String(theirs)) => Some(Some(theirs.clone())),
            Some(_) => None,
        };
        let claims = Claims {
            iss: party("iss", settings.issuer())?,
            aud: party("aud", settings.audience())?,
            sub: text(&settings.user_id_claim)?,
            jti: text(&settings.jti_claim)?,
            iat: number("iat")?,
            exp: number("exp")?,
            nbf: None,
            auth_time: number("iat")?,
            token_type: Kind::Access,
            sid: String::new(),
            remember: false,
            username: None,
            email: None,
            roles: None,
            is_of_others: false,
            payload,
        };
        (kind == "access" && !said.contains_key("nbf") && self.would_make(Kind::Access, &claims))
            .then_some(claims)
    }
}
