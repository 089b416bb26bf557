//! Whatever stands in `Authorization`, nothing panics and nobody gets in with what we did not make;
//! and who has our key gets in with nothing but what we would have made.

use std::sync::OnceLock;

use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::test::TestRequest;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use clap::Parser as _;
use contract::Services;
use contract::settings::MasterKey;
use contract::wire::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jwt_state::{Settings, Tokens, TokensFactory};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use tokio::runtime::Runtime;

/// Header and claims are apart where the bytes have this one. It stands in no JSON.
const BETWEEN: u8 = 0;

struct Stand {
    runtime: Runtime,
    tokens: Tokens,
    secret: [u8; 32],
    kid: String,
}

/// For any bytes.
pub(crate) fn property(bytes: &[u8]) {
    let stand = stand();
    // 1. As they are. Nobody can guess a signature.
    assert!(!stand.accepts(bytes), "{bytes:?} is accepted");
    // 2. As header and claims that we have signed.
    let mut parts = bytes.splitn(2, |byte| *byte == BETWEEN);
    if let (Some(header), Some(claims)) = (parts.next(), parts.next()) {
        let token = stand.signed(header, claims);
        if stand.accepts(token.as_bytes()) {
            let is_ours = stand.would_make(header, claims);
            assert_eq!(is_ours, Some(true), "{token} is accepted");
        }
    }
}

/// A header and claims that are accepted, for changes to begin with.
#[allow(dead_code, reason = "the fuzzer has seeds of its own")]
pub(crate) fn good() -> Vec<u8> {
    let now = Timestamp::now().unix();
    let header = json!({ "alg": "HS256", "typ": "at+jwt", "kid": stand().kid });
    let claims = json!({
        "iss": "urn:statelab:jwt-state", "aud": "urn:statelab:api", "sub": "1", "user_id": "1",
        "jti": "x", "iat": now, "exp": now + 60, "auth_time": now, "token_type": "access",
        "sid": "s", "username": "alice", "email": "alice@example.test", "roles": ["user"],
    });
    let (header, claims) = (header.to_string(), claims.to_string());
    [header.as_bytes(), &[BETWEEN], claims.as_bytes()].concat()
}

/// Whether bytes as those of [`good`] let somebody in.
#[allow(dead_code, reason = "the fuzzer has seeds of its own")]
pub(crate) fn lets_in(bytes: &[u8]) -> bool {
    let mut parts = bytes.splitn(2, |byte| *byte == BETWEEN);
    let (header, claims) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    stand().accepts(stand().signed(header, claims).as_bytes())
}

fn stand() -> &'static Stand {
    static STAND: OnceLock<Stand> = OnceLock::new();
    STAND.get_or_init(|| {
        let mut settings = Settings::parse_from(["jwt-state", "--profile", "stateless"]);
        settings.common.accounts = None;
        settings.common.redis = None;
        settings.common.redis_url_file = None;
        let runtime = Runtime::new().expect("threads for a runtime");
        let key = MasterKey::random();
        let inside = runtime.enter();
        let services = Services::open(&settings.common).expect("nothing of it can be missing");
        let factory = TokensFactory::new(&settings, services.accounts.clone(), &key);
        let store = services.store.open().expect("an embedded store opens");
        let tokens = factory
            .expect("the default settings can be used")
            .tokens(store);
        let secret = key.derive::<32>("jwt-state: HS256 signature of tokens");
        drop(inside);
        let digest = <Sha256 as sha2::Digest>::digest(secret);
        Stand {
            runtime,
            tokens,
            kid: BASE64.encode(&digest[..9]),
            secret,
        }
    })
}

impl Stand {
    fn accepts(&self, token: &[u8]) -> bool {
        let Ok(value) = HeaderValue::from_bytes(&[b"Bearer ", token].concat()) else {
            return false;
        };
        let request = TestRequest::default().insert_header((AUTHORIZATION, value));
        let request = request.to_http_request();
        let asked = self.tokens.authenticate(&request);
        matches!(self.runtime.block_on(asked), Ok(Some(_)))
    }

    fn signed(&self, header: &[u8], claims: &[u8]) -> String {
        let message = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key of any length");
        mac.update(message.as_bytes());
        format!("{message}.{}", BASE64.encode(mac.finalize().into_bytes()))
    }

    /// The same rules once more, written down otherwise than in the server.
    fn would_make(&self, header: &[u8], claims: &[u8]) -> Option<bool> {
        let header: Map<String, Value> = serde_json::from_slice(header).ok()?;
        let claims: Map<String, Value> = serde_json::from_slice(claims).ok()?;
        let text = |name: &str| claims.get(name)?.as_str();
        let time = |name: &str| claims.get(name)?.as_i64();
        let now = Timestamp::now().unix();
        let typ = header.get("typ")?.as_str()?;
        let is_header = header.len() == 3
            && header.get("alg")? == "HS256"
            && header.get("kid")? == self.kid.as_str()
            && ["at+jwt", "application/at+jwt"].contains(&typ);
        let (iat, exp) = (time("iat")?, time("exp")?);
        // The clock goes on between the server's look and this one.
        let is_now = iat <= now && now <= exp + 5 && (1..=300).contains(&(exp - iat));
        let is_not_early = claims
            .get("nbf")
            .is_none_or(|nbf| nbf.as_i64() <= Some(now));
        let sub = text("sub")?;
        let is_account = sub.parse::<i64>().is_ok_and(|id| id.to_string() == sub);
        let is_for_us =
            text("iss")? == "urn:statelab:jwt-state" && text("aud")? == "urn:statelab:api";
        let are_roles = claims.get("roles").is_none_or(Value::is_array);
        let is_access = text("token_type")? == "access" && are_roles;
        Some(is_header && is_now && is_not_early && is_account && is_for_us && is_access)
    }
}
