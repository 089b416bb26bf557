//! The servers with other settings than they come with, where that changes what the
//! suite sees: tokens under a private key, in cookies, with a grace or a leeway.

use std::path::PathBuf;
use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use harness::{Case, Mechanism, Target};
use tests::expectation::Expected;

/// Which settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    /// Those that they come with; but no limit of wrong passwords stands in the way.
    Plain,
    /// A limit of wrong passwords that is soon reached.
    Limited,
    /// Tokens under a private key.
    Es256,
    /// Both tokens in cookies.
    Cookies,
    /// The refresh token in a cookie, the access token in the body.
    RefreshCookie,
    /// A refresh token may be exchanged once more.
    Grace,
    /// Clocks may differ.
    Leeway,
}

const GRACE: u64 = 1;
const LEEWAY: u64 = 5;
const FAILURES: u32 = 4;

impl Variant {
    /// Those that jwt-state is tried with besides.
    pub(crate) const OTHERS: &[Self] = &[
        Self::Es256,
        Self::Cookies,
        Self::RefreshCookie,
        Self::Grace,
        Self::Leeway,
    ];

    /// What a case needs that is tried with the settings they come with.
    pub(crate) fn for_case(case: &Case) -> Self {
        match case.id {
            "C03" | "C05" | "C06" => Self::Limited,
            _ => Self::Plain,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Limited => "limited",
            Self::Es256 => "jwt-es256",
            Self::Cookies => "jwt-cookies",
            Self::RefreshCookie => "jwt-refresh-cookie",
            Self::Grace => "jwt-grace",
            Self::Leeway => "jwt-leeway",
        }
    }

    /// The cases that it makes a difference to.
    pub(crate) fn is_about(self, case: &Case) -> bool {
        let group = case.id.starts_with(['B', 'F']);
        let about_cookies = group && !["B04", "B07", "B09"].contains(&case.id);
        match self {
            Self::Plain | Self::Limited => false,
            Self::Es256 => case.id.starts_with('E'),
            Self::Cookies => about_cookies || ["A02", "E23"].contains(&case.id),
            Self::RefreshCookie => about_cookies || case.id == "E23",
            Self::Grace => ["E23", "E24", "E25", "E26", "E31"].contains(&case.id),
            Self::Leeway => ["E11", "E12"].contains(&case.id),
        }
    }

    pub(crate) fn expected(self, case: &Case) -> Expected {
        // Neither of the two is about tokens that only defend against other sites.
        if case.id == "F05" || !case.mechanisms.contains(&Mechanism::Jwt) {
            return Expected::NotApplicable;
        }
        Expected::Pass
    }

    pub(crate) fn login_failures(self) -> u32 {
        match self {
            Self::Limited => FAILURES,
            _ => 1000,
        }
    }

    pub(crate) fn settings(self) -> Result<Vec<String>, String> {
        let words: Vec<String> = match self {
            Self::Plain | Self::Limited => Vec::new(),
            Self::Es256 => vec![
                "--signing-key".into(),
                private_key()?.0.display().to_string(),
            ],
            Self::Cookies => vec!["--delivery".into(), "cookies".into()],
            Self::RefreshCookie => vec!["--delivery".into(), "refresh-cookie".into()],
            Self::Grace => vec!["--refresh-grace".into(), format!("{GRACE}s")],
            Self::Leeway => vec!["--leeway".into(), format!("{LEEWAY}s")],
        };
        Ok(words)
    }

    /// What the suite is told of it.
    pub(crate) fn promise(self, target: &mut Target) {
        match self {
            Self::Plain | Self::Es256 => {}
            Self::Limited => target.promises.login_failures = Some(FAILURES.into()),
            Self::Grace => target.promises.refresh_grace = GRACE,
            Self::Leeway => target.promises.leeway = LEEWAY,
            Self::Cookies => {
                target.cookie = Some("__Host-access".into());
                target.refresh_cookie = Some("__Host-refresh".into());
            }
            Self::RefreshCookie => target.refresh_cookie = Some("__Host-refresh".into()),
        }
    }
}

/// A private key for all trials: the file, and what is in it.
pub(crate) fn private_key() -> Result<(PathBuf, String), String> {
    static KEY: OnceLock<Result<(PathBuf, String), String>> = OnceLock::new();
    KEY.get_or_init(|| {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new());
        let key = key.map_err(|_| "no key could be made")?;
        let body = STANDARD.encode(key.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        // One place for all runs: the folder for what tests write is never emptied.
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("conformance-es256.pem");
        std::fs::write(&file, &pem).map_err(|error| error.to_string())?;
        Ok((file, pem))
    })
    .clone()
}
