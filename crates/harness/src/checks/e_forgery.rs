//! E02, and what all forgeries share: a forged token is tried at the resource
//! and at the refresh end-point.

use serde_json::{Value, json};

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::forge::{Token, encode};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::readable::difference;
use crate::seams::Seam;
use crate::signing_key::SigningKey;
use crate::target::Target;

pub(super) const E02: Case = Case {
    id: "E02",
    level: Level::Must,
    claim: "A token whose payload was changed is refused: signature kept, cut, taken out or made up.",
    source: "ASVS 9.1.1; RFC 8725 §3.1",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: payloads_are_protected,
};

/// A login whose tokens are to be forged.
pub(super) struct Forgery<'t> {
    pub(super) target: &'t Target,
    pub(super) held: Credential,
    /// The access token first; the refresh token too, where it is a JWT.
    pub(super) originals: Vec<Token>,
}

impl<'t> Forgery<'t> {
    pub(super) fn on(target: &'t Target) -> Result<Self, Stop> {
        let held = target.login(&target.user)?.credential;
        target.control_before(&held, &target.user)?;
        let access = Token::parse(&held.text());
        let access =
            access.ok_or_else(|| Stop::NotApplicable("the access token is no JWT".into()))?;
        let mut originals = vec![access];
        originals.extend(held.refresh.as_deref().and_then(Token::parse));
        Ok(Self {
            target,
            held,
            originals,
        })
    }

    /// The same, where the target's signing key is known. The seam is checked
    /// first: forgeries under a wrong key would prove nothing.
    pub(super) fn with_key(target: &'t Target) -> Result<Self, Stop> {
        let forgery = Self::on(target)?;
        let key = forgery.key()?;
        let access = &forgery.originals[0];
        if !access.is_signed_by(key) {
            return Err(Stop::broken(
                "the signing key signs the access token",
                "it does not",
            ));
        }
        let resigned = forgery.claiming(access, &access.payload_part);
        target.control_before(&forgery.held.with_value(resigned), &target.user)?;
        Ok(forgery)
    }

    pub(super) fn key(&self) -> Result<&'t SigningKey, Stop> {
        let key = self.target.seams.signing_key.as_ref();
        key.ok_or(Stop::Untestable(Seam::SigningKey))
    }

    /// Those of the login's tokens that the key signs.
    pub(super) fn signed_originals(&self) -> impl Iterator<Item = &Token> {
        let key = self.target.seams.signing_key.as_ref();
        let ours = move |token: &&Token| key.is_some_and(|key| token.is_signed_by(key));
        self.originals.iter().filter(ours)
    }

    /// A well-signed token with this header and this payload.
    pub(super) fn signed(&self, token: &Token, header: &str, payload: &str) -> String {
        let key = self.target.seams.signing_key.as_ref();
        key.map_or_else(String::new, |key| token.signed(key, header, payload))
    }

    /// A well-signed token with this payload.
    pub(super) fn claiming(&self, token: &Token, payload: &str) -> String {
        self.signed(token, &token.header_part, payload)
    }

    /// A well-signed token with this header.
    pub(super) fn headed(&self, token: &Token, header: &str) -> String {
        self.signed(token, header, &token.payload_part)
    }

    /// Refused as an access token and as a refresh token.
    pub(super) fn refused(&self, forged: &str, what: &str) -> Result<(), Stop> {
        let target = self.target;
        // In a cookie, what stands behind a semicolon is another cookie.
        let in_cookies = self.held.cookie_name().is_some() || target.refresh_cookie.is_some();
        if in_cookies && forged.contains(';') {
            return Ok(());
        }
        target.rejected(
            &target.me(&self.held.with_value(forged))?,
            &format!("{what}, at the resource"),
        )?;
        if let Some(route) = &target.routes.admin {
            let request = self.held.with_value(forged).attach(target.request(route));
            target.rejected(
                &target.send(&request)?,
                &format!("{what}, at the admin's resource"),
            )?;
        }
        if self.held.refresh.is_some() && target.routes.refresh.is_some() {
            let exchange = target.send(&target.refresh_request(forged)?)?;
            target.rejected(&exchange, &format!("{what}, at the refresh end-point"))?;
        }
        Ok(())
    }

    /// The controls after: both true tokens still work.
    pub(super) fn unharmed(self) -> Verdict {
        let target = self.target;
        target.control_after(&self.held, &target.user, "forged tokens")?;
        if self.held.refresh.is_some() && target.routes.refresh.is_some() {
            let fresh = target.refreshed(&self.held).map_err(|stop| match stop {
                Stop::Broken(failure) => Stop::Failed(failure),
                other => other,
            })?;
            target.control_after(&fresh, &target.user, "a refresh after forged tokens")?;
        }
        Ok(Proof::Holds)
    }
}

fn payloads_are_protected(target: &Target) -> Verdict {
    let forgery = Forgery::on(target)?;
    for token in &forgery.originals {
        for payload in richer_payloads(target, token) {
            let (header, signature) = (&token.header_part, &token.signature);
            let says = difference(token.payload_part.as_bytes(), payload.as_bytes());
            let what = format!(
                "a token whose {}",
                says.as_deref().unwrap_or("payload was changed")
            );
            let random = encode(&[0x5A; 32]);
            let cut = &signature[..signature.len() / 2];
            for forged in [
                format!("{header}.{payload}.{signature}"),
                format!("{header}.{payload}."),
                format!("{header}.{payload}"),
                format!("{header}.{payload}.{cut}"),
                format!("{header}.{payload}.{random}"),
                format!("{header}.{payload}.{}", encode(&[0; 32])),
                format!("{header}.{payload}.{}", "A".repeat(signature.len())),
                format!("{header}.{payload}.null"),
                format!("{header}.{payload}.{signature}.{signature}"),
            ] {
                forgery.refused(&forged, &what)?;
            }
        }
    }
    forgery.unharmed()
}

/// What an attacker would rather have in it.
fn richer_payloads(target: &Target, token: &Token) -> Vec<String> {
    let later = token.expires().unwrap_or_default() + 365 * 24 * 3600;
    let admin = target
        .admin
        .as_ref()
        .map_or("root", |admin| &admin.username);
    let sub = match token.payload.get("sub") {
        Some(Value::Number(_)) => json!(3),
        _ => json!("3"),
    };
    let mut payloads = vec![
        token.payload_with("exp", Some(later.into())),
        token.payload_with("sub", Some(sub)),
        token.payload_with("sub", Some(admin.into())),
        token.payload_with("roles", Some(json!(["admin", "user"]))),
        token.payload_with("role", Some(json!("admin"))),
        token.payload_with("is_admin", Some(json!(true))),
        token.payload_with("username", Some(admin.into())),
    ];
    payloads.retain(|payload| *payload != token.payload_part);
    payloads
}
