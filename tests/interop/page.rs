//! `docs/src/interop.md`, printed from what the tests use: it cannot say more than they do.

use std::fmt::Write as _;

use super::flow::{PARTS, WHOLES};
use super::hostile::FORGERIES;
use super::installed::SOURCES;
use super::library::{ALGORITHMS, LIBRARIES};
use super::plain::FORGED;
use super::suite::{ASKED, FAILS};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/interop.md");

const START: &str = "\
# Beside other libraries

What `jwt-state` and `cookie-state` make is read by the libraries that their users run, and the
other way round. This page is printed by the test that tries it:

```sh
tests/interop/install   # once: a virtual environment and npm packages below target/interop
cargo test -p tests --test interop
```

`STATELAB_WRITE=1` in front of the second line prints the page anew. Without the first, the trials
are shown as ignored; `tests/run` installs, and fails where one is left out.
";

const TOKENS: &str = "
## Tokens

Of each library, for each algorithm, with a running `jwt-state` and a key made for the run:

1. the access token of a login over HTTP is accepted there, with our key and, for the algorithms
   with a public one, with what `/.well-known/jwks.json` says; for another audience and with
   another key it is refused;
2. a token made there with our key and a login's header and claims is that login at `GET /me`;
3. each forgery of the list below, made there, is refused at `GET /me` with
   `error=\"invalid_token\"`, and a good token of the same maker is accepted before and after;
4. a refresh token made there with our key and a login's claims is refused and ends the login: it
   passes for a copy of an old one.
";

const SIMPLE_JWT: &str = "
Simple JWT has no setting for the header of a token: it writes `{\"alg\": …, \"typ\": \"JWT\"}`.
Nothing in it says what the token is good for (RFC 8725 section 3.11), nor which key signed it; so
`jwt-state` refuses it. A project that makes tokens for `jwt-state` adds `typ` and `kid` in a
subclass of `TokenBackend`, as `tests/interop/python/with_simplejwt.py` does: that is the row above.
Access tokens just as Simple JWT makes them are read with `--profile stateless
--accept-simple-jwt`, for a server beside a Django; that is tried with each algorithm too, and
with {FORGED} forgeries of its own.
";

const FLOW: &str = "
## A Simple JWT client

A client's whole life (obtain, visit, refresh, verify, blacklist, and everything that can be wrong
in each) is sent to a real Django with Simple JWT and to `jwt-state`, with the same secret, issuer
and audience, in three set-ups: `hardened` and `stateless`, with `ROTATE_REFRESH_TOKENS` and
`BLACKLIST_AFTER_ROTATION` there; and `no rotation`, without these, and with `--rotation off` here.
Status, `Content-Type`, `WWW-Authenticate`, the `Allow` of a 405 and every member of the JSON are the
same, inside the tokens too, but for what is listed here.
";

const COOKIES: &str = "
## Signed cookies

`cookie_state::cookies::django` makes the same text as Django's `set_signed_cookie`, byte for byte,
and reads it; Django's `get_signed_cookie` reads ours. Tried with nine names, values and salts at
six times, with `max_age`, with keys of before, and with every byte changed, cut or doubled. One
thing differs, and is tried too: values with the salt of a Django before CVE-2026-6873, which Django
reads unless `SIGNED_COOKIE_LEGACY_SALT_FALLBACK` is off, are not read here.
";

const SUITE: &str = "
## The suite, on a Django

A Django with sessions (`tests/interop/django/sessions.py`), which asks for a token with every
unsafe request, is asked {ASKED} checks: all of group F, and of the others those that a flow with tokens
could break. With the tokens in the session (`CSRF_USE_SESSIONS`) they pass, F05 among them, but for
these; a listed one that passes fails the trial too. As it comes, with the token in a cookie of its own,
Django fails F05: whoever can plant a cookie, from a sibling host, has both halves. Its
documentation says so. Two tokens that are broken on purpose, one that is only looked at where it
is there and one that counts for everybody, are caught.

| check | Django |
|---|---|
";

const CHAIN: &str = "
## The chain

`auth-chain` answers as Django REST framework does: every order of JWT, session and Basic, with
every credential, good and bad, on four kinds of route. What the framework says is recorded in
`crates/auth-chain/tests/chain/drf.txt`; the trial `auth_chain` has it said again.
";

/// Fails when the page is not what the tests are; `STATELAB_WRITE=1` prints it anew.
pub(crate) fn is_up_to_date() -> Result<(), String> {
    let page = page()?;
    if std::env::var_os("STATELAB_WRITE").is_some() {
        std::fs::write(PAGE, &page).map_err(|error| error.to_string())?;
    }
    if std::fs::read_to_string(PAGE).is_ok_and(|found| found == page) {
        return Ok(());
    }
    Err("docs/src/interop.md is stale; write it with STATELAB_WRITE=1 cargo test -p tests --test interop page".to_owned())
}

fn page() -> Result<String, String> {
    let mut page = START.to_owned();
    page += TOKENS;
    page += "\n| library | version | algorithms | refuses to forge |\n|---|---|---|---|\n";
    for library in &LIBRARIES {
        let has = ALGORITHMS.iter().filter(|algorithm| library.has(algorithm));
        let has: Vec<_> = has.copied().collect();
        let refuses = FORGERIES
            .iter()
            .filter(|forgery| forgery.not_by.contains(&library.name));
        let version = version_of(library.package)?;
        let row = [
            library.package,
            &version,
            &has.join(" "),
            &refuses.count().to_string(),
        ];
        let _ = writeln!(page, "| {} |", row.join(" | "));
    }
    page += &SIMPLE_JWT.replace("{FORGED}", &FORGED.to_string());
    page += "\nThe forgeries:\n\n";
    for forgery in &FORGERIES {
        let _ = writeln!(page, "- {}", forgery.name);
    }
    page += FLOW;
    let django = [
        "Django",
        "djangorestframework",
        "djangorestframework_simplejwt",
    ];
    for package in django {
        let _ = write!(
            page,
            "{}{package} {}",
            separator(package),
            version_of(package)?
        );
    }
    page += ".\n\n| part of an answer | Simple JWT | jwt-state | because |\n|---|---|---|---|\n";
    for part in PARTS {
        let row = [code(part.what), code(part.theirs), code(part.ours)];
        let _ = writeln!(page, "| {} | {} |", row.join(" | "), part.because);
    }
    page +=
        "\n| whole answers | set-up | Simple JWT | jwt-state | because |\n|---|---|---|---|---|\n";
    for whole in WHOLES {
        let row = [
            whole.steps.join("; "),
            whole.set_ups.join(", "),
            code(whole.theirs),
            code(whole.ours),
        ];
        let _ = writeln!(page, "| {} | {} |", row.join(" | "), whole.because);
    }
    page += COOKIES;
    page += &SUITE.replace("{ASKED}", &ASKED.len().to_string());
    for (id, why) in FAILS {
        let _ = writeln!(page, "| {id} | {why} |");
    }
    page += CHAIN;
    Ok(page)
}

fn separator(package: &str) -> &'static str {
    match package {
        "Django" => "\nThe versions: ",
        _ => ", ",
    }
}

fn code(text: &str) -> String {
    match text {
        "" => "–".to_owned(),
        "…" => "any".to_owned(),
        other => format!("`{other}`"),
    }
}

/// As it is pinned.
fn version_of(package: &str) -> Result<String, String> {
    let read = |file| {
        std::fs::read_to_string(format!("{SOURCES}/{file}")).map_err(|error| error.to_string())
    };
    let python = read("python/requirements.txt")?;
    let pinned = |line: &str| {
        let (name, version) = line.split_once("==")?;
        (name == package).then(|| version.to_owned())
    };
    if let Some(version) = python.lines().find_map(pinned) {
        return Ok(version);
    }
    let node: serde_json::Value =
        serde_json::from_str(&read("node/package.json")?).map_err(|error| error.to_string())?;
    let version = node["dependencies"][package].as_str();
    version
        .map(str::to_owned)
        .ok_or_else(|| format!("{package} is not pinned"))
}
