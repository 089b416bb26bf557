//! The tokens of the breakable server.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode::{Indifferent, RequireNone};
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::keys::{KID, Keys, fetch, mac, signed_by_own_key};
use crate::world::now;

const YEAR: i64 = 366 * 24 * 3600;
const ISSUER: &str = "urn:breakable";
const AUDIENCE: &str = "urn:breakable:api";

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What both tokens say.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) aud: String,
    pub(crate) sub: String,
    pub(crate) family: String,
    pub(crate) jti: String,
    pub(crate) roles: Vec<String>,
    pub(crate) auth_time: i64,
    pub(crate) epoch: i64,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
}

impl Claims {
    /// Those that are the same for every token of this server.
    pub(crate) fn of_this_server() -> Self {
        Self {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: String::new(),
            family: String::new(),
            jti: crate::world::random_id(),
            roles: Vec::new(),
            auth_time: now(),
            epoch: 0,
            iat: now(),
            exp: now(),
        }
    }
}

/// What a token is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Access,
    Refresh,
}

impl Purpose {
    fn types(self) -> [&'static str; 2] {
        match self {
            Self::Access => ["at+jwt", "application/at+jwt"],
            Self::Refresh => ["refresh+jwt", "application/refresh+jwt"],
        }
    }
}

pub(crate) fn issue(keys: &Keys, purpose: Purpose, claims: &Claims) -> String {
    let header = json!({"alg": keys.alg(), "typ": purpose.types()[0], "kid": KID});
    let header = encode(header.to_string().as_bytes());
    let payload = encode(json!(claims).to_string().as_bytes());
    let input = format!("{header}.{payload}");
    format!("{input}.{}", encode(&keys.sign(&input)))
}

/// What a token says, when it may be believed; else why not.
pub(crate) fn verify(
    keys: &Keys,
    token: &str,
    purpose: Purpose,
    fault: Option<Fault>,
) -> Result<Claims, &'static str> {
    if fault == Some(Fault::StretchesKeys) && token.split('.').count() == 5 {
        std::thread::sleep(std::time::Duration::from_millis(1200));
    }
    let mut parts: Vec<&str> = token.split('.').collect();
    if fault == Some(Fault::IgnoresMoreSegments) {
        parts.truncate(3);
    }
    let [header, payload, signature] = parts[..] else {
        return Err("InvalidToken");
    };
    let parsed = object(header, fault)?;
    understood(&parsed, purpose, fault)?;
    let input = format!("{header}.{payload}");
    if !is_signed(keys, &parsed, &input, signature, fault)
        && fault != Some(Fault::DecodesWithoutVerifying)
    {
        return Err("InvalidSignature");
    }
    let claims = object(payload, fault)?;
    in_time(for_us(claims, fault)?, fault)
}

/// Is everything in the header what this server writes there?
fn understood(header: &Value, purpose: Purpose, fault: Option<Fault>) -> Result<(), &'static str> {
    if header.get("crit").is_some() && fault != Some(Fault::IgnoresCrit) {
        return Err("InvalidCrit");
    }
    if header.get("b64").is_some() && fault != Some(Fault::IgnoresB64) {
        return Err("InvalidB64");
    }
    let swapped = match purpose {
        Purpose::Access => fault == Some(Fault::RefreshAsAccess),
        Purpose::Refresh => fault == Some(Fault::AccessAsRefresh),
    };
    let typ = header["typ"].as_str().unwrap_or_default();
    if !purpose.types().contains(&typ) && !swapped && fault != Some(Fault::IgnoresTyp) {
        return Err("InvalidType");
    }
    if let Some(place) = header["jku"]
        .as_str()
        .filter(|_| fault == Some(Fault::FetchesJku))
    {
        fetch(place);
    }
    Ok(())
}

fn is_signed(
    keys: &Keys,
    header: &Value,
    input: &str,
    signature: &str,
    fault: Option<Fault>,
) -> bool {
    let Some(bytes) = unspelt(signature, fault) else {
        return false;
    };
    let alg = header["alg"].as_str().unwrap_or_default();
    let kid = header["kid"].as_str();
    match fault {
        Some(Fault::NoneInMixedCase) if alg != "none" && alg.eq_ignore_ascii_case("none") => {
            return true;
        }
        Some(Fault::PublicKeyAsSecret) if alg == "HS256" && keys.alg() != alg => {
            let pem = keys.public_pem().unwrap_or_default();
            return mac(pem.as_bytes(), input) == bytes;
        }
        Some(Fault::ZeroSignature) if bytes.len() == 64 && bytes.iter().all(|byte| *byte == 0) => {
            return true;
        }
        Some(Fault::KidIsAPath) if kid.is_some_and(|kid| kid.ends_with("/dev/null")) => {
            return mac(b"", input) == bytes;
        }
        Some(Fault::KeyOfTheToken) if header.get("jwk").is_some() => {
            return signed_by_own_key(header, input, &bytes);
        }
        _ => {}
    }
    let alg_fits = alg == keys.alg() || fault == Some(Fault::AlgIsNotLookedAt);
    let kid_fits = kid == Some(KID) || fault == Some(Fault::KidIsNotLookedAt);
    alg_fits && kid_fits && keys.signed(input, &bytes)
}

/// Are the claims this server's own?
fn for_us(mut claims: Value, fault: Option<Fault>) -> Result<Value, &'static str> {
    for (name, own, ignored, only_text) in [
        ("iss", ISSUER, Fault::IgnoresIss, Fault::IssOnlyIfText),
        ("aud", AUDIENCE, Fault::IgnoresAud, Fault::AudOnlyIfText),
    ] {
        let passes =
            fault == Some(ignored) || fault == Some(only_text) && !claims[name].is_string();
        if claims[name] != own && !passes {
            return Err("InvalidAudienceOrIssuer");
        }
        claims[name] = own.into();
    }
    if fault == Some(Fault::TakesSubAsNumber) && claims["sub"].is_number() {
        claims["sub"] = claims["sub"].to_string().into();
    }
    if fault == Some(Fault::AnyRoles) && !claims["roles"].is_array() {
        claims["roles"] = json!(["admin", "user"]);
    }
    let sub = claims["sub"].as_str().unwrap_or_default();
    if sub.parse().ok().is_none_or(|id: i64| id.to_string() != sub) {
        return Err("InvalidSubject");
    }
    Ok(claims)
}

fn in_time(mut claims: Value, fault: Option<Fault>) -> Result<Claims, &'static str> {
    if fault == Some(Fault::TakesExpAsText) {
        let text = claims["exp"]
            .as_str()
            .and_then(|text| text.parse::<i64>().ok());
        claims["exp"] = text.map_or(claims["exp"].clone(), Value::from);
    }
    if fault == Some(Fault::IgnoresExp) {
        claims["exp"] = (now() + 60).into();
    }
    let begins = match claims.get("nbf") {
        None => 0,
        Some(_) if fault == Some(Fault::IgnoresNbf) => 0,
        Some(nbf) => nbf.as_i64().ok_or("InvalidNbf")?,
    };
    if begins > now() || claims["iat"].as_i64().is_none_or(|iat| iat > now()) {
        return Err("ImmatureSignature");
    }
    let exp = claims["exp"].as_i64().ok_or("MissingExp")?;
    let dead = match fault {
        Some(Fault::AcceptsExpNow) => exp < now(),
        Some(Fault::LongLeeway) => exp <= now() - 120,
        _ => exp <= now(),
    };
    if dead || exp > now() + 2 * YEAR {
        return Err("ExpiredSignature");
    }
    serde_json::from_value(claims).map_err(|_| "MissingClaim")
}

/// The bytes of a segment; a lenient server takes other spellings for them.
fn unspelt(part: &str, fault: Option<Fault>) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_encode_padding(false);
    let config = match fault {
        Some(Fault::LenientBase64) => config
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(RequireNone),
        Some(Fault::TakesPadding) => config.with_decode_padding_mode(Indifferent),
        _ => config.with_decode_padding_mode(RequireNone),
    };
    GeneralPurpose::new(&URL_SAFE, config).decode(part).ok()
}

fn object(part: &str, fault: Option<Fault>) -> Result<Value, &'static str> {
    let mut bytes =
        unspelt(part, fault.filter(|fault| *fault == Fault::TakesPadding)).ok_or("Base64")?;
    if fault == Some(Fault::SkipsByteOrderMark) && bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    if fault == Some(Fault::FirstMemberCounts) {
        let FirstMembers(map) = serde_json::from_slice(&bytes).map_err(|_| "Json")?;
        return Ok(Value::Object(map));
    }
    let value: Value = serde_json::from_slice(&bytes).map_err(|_| "Json")?;
    if value.is_object() {
        Ok(value)
    } else {
        Err("Json")
    }
}

/// An object, of whose members of one name the first counts.
struct FirstMembers(Map<String, Value>);

impl<'de> Deserialize<'de> for FirstMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = FirstMembers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FirstMembers, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    members.entry(name).or_insert(value);
                }
                Ok(FirstMembers(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// What a token claims, true or not.
pub(crate) fn claimed(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_value(object(payload, None).ok()?).ok()
}
