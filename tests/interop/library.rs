//! A library of another language: a process that answers lines of JSON.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::{Value, json};

use super::installed::Installed;

/// What jwt-state signs with.
pub(crate) const ALGORITHMS: [&str; 9] = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "EdDSA",
];

/// A library, and what it cannot do.
pub(crate) struct Library {
    pub(crate) name: &'static str,
    /// As it is called where it is published.
    pub(crate) package: &'static str,
    helper: &'static str,
    /// Algorithms that it does not have.
    pub(crate) lacks: &'static [&'static str],
    /// How it gets at our published keys by itself.
    pub(crate) key_set: KeySet,
    running: OnceLock<Mutex<Process>>,
}

/// How a library uses a set of keys (RFC 7517 section 5).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeySet {
    /// It fetches the set from a URL.
    Fetches,
    /// It is given the set.
    IsGiven,
    /// It knows single keys only.
    Unknown,
}

/// Each with the versions of `python/requirements.txt` and `node/package-lock.json`.
pub(crate) static LIBRARIES: [Library; 5] = [
    Library::new("pyjwt", "python/with_pyjwt.py", KeySet::Fetches).published_as("PyJWT"),
    Library::new("joserfc", "python/with_joserfc.py", KeySet::IsGiven),
    Library::new("simplejwt", "python/with_simplejwt.py", KeySet::Fetches)
        .published_as("djangorestframework_simplejwt"),
    Library::new("jose", "node/with-jose.js", KeySet::Fetches),
    Library::new("jsonwebtoken", "node/with-jsonwebtoken.js", KeySet::Unknown).lacking(&["EdDSA"]),
];

/// Makes keys; not a library that is compared.
pub(crate) static KEY_MAKER: Library =
    Library::new("cryptography", "python/make_keys.py", KeySet::Unknown);

impl Library {
    pub(crate) const fn new(name: &'static str, helper: &'static str, key_set: KeySet) -> Self {
        Self {
            name,
            package: name,
            helper,
            lacks: &[],
            key_set,
            running: OnceLock::new(),
        }
    }

    const fn published_as(mut self, package: &'static str) -> Self {
        self.package = package;
        self
    }

    const fn lacking(mut self, algorithms: &'static [&'static str]) -> Self {
        self.lacks = algorithms;
        self
    }

    pub(crate) fn has(&self, algorithm: &str) -> bool {
        !self.lacks.contains(&algorithm)
    }

    /// What the library says. Its process is started once and ends with this one, when its
    /// standard input does.
    pub(crate) fn ask(&self, question: &Value) -> Result<Value, String> {
        let process = self.running.get_or_init(|| {
            Mutex::new(Process::start(self.helper).expect("an installed helper can be started"))
        });
        let mut process = process.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = process.answer(question);
        answer.map_err(|fault| format!("{}, asked to {}: {fault}", self.name, question["do"]))
    }

    /// A token as the library makes it, or why it does not.
    pub(crate) fn token(&self, question: &Value) -> Result<String, String> {
        let answer = self.ask(question)?;
        match answer["token"].as_str() {
            Some(token) => Ok(token.to_owned()),
            None => Err(format!("{} makes no token: {answer}", self.name)),
        }
    }
}

/// The library of this name.
pub(crate) fn named(name: &str) -> Result<&'static Library, String> {
    let found = LIBRARIES.iter().find(|library| library.name == name);
    found.ok_or_else(|| format!("no library is called {name}"))
}

/// A key that signs with `algorithm`: as text where it is a secret, else both halves in PEM.
pub(crate) fn new_key(algorithm: &str) -> Result<Value, String> {
    KEY_MAKER.ask(&json!({ "do": "make", "alg": algorithm }))
}

/// A key like a server's that is not the server's: the same one each time, because making an RSA
/// key takes long.
pub(crate) fn other_key(algorithm: &'static str) -> Result<Value, String> {
    static OTHERS: Mutex<Vec<(&str, Value)>> = Mutex::new(Vec::new());
    let kind = if algorithm.starts_with("RS") {
        "RS256"
    } else {
        algorithm
    };
    let mut others = OTHERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, key)) = others.iter().find(|(of, _)| *of == kind) {
        return Ok(key.clone());
    }
    let key = new_key(kind)?;
    others.push((kind, key.clone()));
    Ok(key)
}

struct Process {
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    _child: Child,
}

impl Process {
    fn start(helper: &str) -> Result<Self, String> {
        let mut child = Installed::find()?
            .command(helper)
            .spawn()
            .map_err(|error| format!("{helper}: {error}"))?;
        let to = child.stdin.take().ok_or("no standard input")?;
        let from = child.stdout.take().ok_or("no standard output")?;
        Ok(Self {
            to,
            from: BufReader::new(from),
            _child: child,
        })
    }

    fn answer(&mut self, question: &Value) -> Result<Value, String> {
        writeln!(self.to, "{question}").map_err(|error| error.to_string())?;
        let mut line = String::new();
        self.from
            .read_line(&mut line)
            .map_err(|error| error.to_string())?;
        serde_json::from_str(&line).map_err(|_| format!("no answer, but {line:?}"))
    }
}
