//! E05: nobody guesses the secret that signs.

use serde_json::json;

use super::e_forgery::Forgery;
use crate::case::{Case, Level};
use crate::forge::{Token, hmac_signed};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::signing_key::SigningKey;
use crate::target::Target;

pub(super) const E05: Case = Case {
    id: "E05",
    level: Level::Must,
    claim: "The secret that signs is none that everybody tries, and no such secret is accepted; a known one is as long as its hash.",
    source: "RFC 8725 §3.5; RFC 7518 §3.2; ASVS 11.2.3",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: secrets_are_strong,
};

/// From tutorials, samples, default settings and the top of lists of passwords.
const COMMON: &str = "\
    secret Secret SECRET secretkey secret-key secret_key SECRET_KEY SecretKey supersecret \
    super-secret super_secret supersecretkey super-secret-key topsecret top-secret mysecret \
    my-secret my_secret mysecretkey my-secret-key my_secret_key yoursecret your-secret \
    your_secret your-secret-key your_secret_key your-256-bit-secret your-384-bit-secret \
    your-512-bit-secret a-string-secret-at-least-256-bits-long jwt JWT jwtsecret jwt-secret \
    jwt_secret JWT_SECRET jwt-secret-key jwt_secret_key jwtkey jwt-key jwt_key jwt-token \
    token tokensecret token-secret token_secret access accesstoken access-token-secret \
    ACCESS_TOKEN_SECRET refresh refresh-token-secret REFRESH_TOKEN_SECRET key Key KEY \
    privatekey private-key private_key publickey signingkey signing-key signing_key hmac \
    hmackey hmac-secret HS256 hs256-secret sharedsecret shared-secret shared_secret \
    clientsecret client-secret session sessionsecret cookie auth authsecret auth-secret \
    password Password PASSWORD passw0rd p@ssw0rd pass passphrase admin administrator root \
    toor user guest test testing testkey test-secret demo example sample default changeme \
    change-me changeit CHANGE_ME please-change-me insecure django-insecure none null \
    undefined true false foobar foo bar abc abc123 abcdef 123 1234 12345 123456 12345678 \
    123456789 1234567890 0 00000000 qwerty qwertyuiop letmein welcome dev development prod \
    production staging local localhost node express flask flask-secret django spring laravel \
    rails keyboard-cat hello hello-world helloworld world dragon monkey";

fn secrets_are_strong(target: &Target) -> Verdict {
    let forgery = Forgery::on(target)?;
    let mut secrets: Vec<Vec<u8>> = COMMON.split_whitespace().map(Into::into).collect();
    secrets.extend([
        Vec::new(),
        b"keyboard cat".to_vec(),
        b"hello world".to_vec(),
        b"\n".to_vec(),
        b" ".to_vec(),
        vec![0],
        vec![0; 16],
        vec![0; 32],
        vec![0; 64],
        vec![0xFF; 32],
        vec![b'a'; 32],
        vec![b'0'; 32],
        b"0123456789abcdef0123456789abcdef".to_vec(),
    ]);
    // What everybody can look up is no secret either.
    for text in [target.base().host(), &target.user.username] {
        secrets.push(text.into());
    }
    for token in &forgery.originals {
        guessed_at_home(token, &secrets)?;
    }
    for secret in &secrets {
        let shown = String::from_utf8_lossy(secret);
        for (at, token) in forgery.originals.iter().enumerate() {
            let header = token.header_with("alg", Some(json!("HS256")));
            let forged = hmac_signed("HS256", secret, &header, &token.payload_part);
            let what = format!("a token under the secret {shown:?}");
            // Each where it belongs: so many tokens at both would take long.
            if at == 0 {
                target.rejected(&target.me(&forgery.held.with_value(forged))?, &what)?;
            } else if target.routes.refresh.is_some() {
                target.rejected(&target.send(&target.refresh_request(&forged)?)?, &what)?;
            }
        }
    }
    long_enough(target, forgery.originals[0].alg())?;
    let tried = secrets.len();
    forgery.unharmed()?;
    Ok(Proof::HoldsAnd(format!("{tried} secrets were tried")))
}

/// An attacker needs no server for this: one token of it is enough.
fn guessed_at_home(token: &Token, secrets: &[Vec<u8>]) -> Result<(), Stop> {
    for secret in secrets {
        if token.is_signed_by(&SigningKey::secret(secret.clone())) {
            let shown = String::from_utf8_lossy(secret);
            return Err(Stop::failed_overall(
                "a secret that nobody guesses",
                format!("the token is signed with {shown:?}"),
            ));
        }
    }
    Ok(())
}

/// "A key of the same size as the hash output or larger MUST be used."
fn long_enough(target: &Target, alg: &str) -> Result<(), Stop> {
    let key = target.seams.signing_key.as_ref();
    let Some(secret) = key.and_then(SigningKey::bytes) else {
        return Ok(());
    };
    let needed = match alg {
        "HS512" => 64,
        "HS384" => 48,
        _ => 32,
    };
    if secret.len() >= needed {
        return Ok(());
    }
    let actual = format!("{} bytes", secret.len());
    Err(Stop::failed_overall(
        format!("at least {needed} bytes of secret for {alg}"),
        actual,
    ))
}
