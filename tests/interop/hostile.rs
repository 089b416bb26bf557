//! Tokens that are not in order are refused, whoever made them.

mod forgeries;

use serde_json::{Value, json};

use super::library::{LIBRARIES, Library, other_key};
use super::server::{Parts, Server};
use super::tokens::minting;
pub(crate) use forgeries::FORGERIES;
use forgeries::Forgery;

/// What a forger has: the question by which the library makes a good token, and more keys.
pub(crate) struct Forger {
    good: Value,
    own_key: Value,
    now: i64,
}

/// Each forgery that applies, made by the library and sent to the server. A good token of the
/// same maker is accepted before and after.
pub(crate) fn forged_there(algorithm: &'static str, library: &Library) -> Result<(), String> {
    if !library.has(algorithm) {
        return Ok(());
    }
    let server = Server::of(algorithm)?;
    let forger = Forger::against(&server)?;
    let is_accepted = || -> Result<bool, String> {
        let token = library.token(&forger.good)?;
        Ok(server.visitor(&token)?.is_some())
    };
    let mut faults = Vec::new();
    if !is_accepted()? {
        return Err("a good token is refused".to_owned());
    }
    for forgery in &FORGERIES {
        let Some(question) = (forgery.question)(&forger) else {
            continue;
        };
        let refuses_to_make = forgery.not_by.contains(&library.name);
        match library.token(&question) {
            Ok(_) if refuses_to_make => {
                faults.push(format!("{}: it is made after all", forgery.name));
            }
            Ok(token) => match server.visitor(&token) {
                Ok(None) => {}
                Ok(Some(user)) => faults.push(format!("{}: {token} is {user}", forgery.name)),
                Err(why) => faults.push(format!("{}: {why}", forgery.name)),
            },
            Err(_) if refuses_to_make => {}
            Err(why) => faults.push(format!("{}: {why}", forgery.name)),
        }
    }
    if !is_accepted()? {
        faults.push("a good token is refused after the bad ones".to_owned());
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n")),
    }
}

/// A forgery that every library refuses to make would be a line that tests nothing.
pub(crate) fn each_is_made_somewhere() -> Result<(), String> {
    let made = |forgery: &&Forgery| {
        let mut libraries = LIBRARIES.iter();
        libraries.any(|library| !forgery.not_by.contains(&library.name))
    };
    let names = FORGERIES.iter().map(|forgery| forgery.name);
    let mut once: Vec<_> = names.collect();
    once.sort_unstable();
    once.dedup();
    match (FORGERIES.iter().find(|forgery| !made(forgery)), once.len()) {
        (Some(forgery), _) => Err(format!("nobody makes: {}", forgery.name)),
        (None, names) if names < FORGERIES.len() => Err("two have one name".to_owned()),
        (None, _) => Ok(()),
    }
}

impl Forger {
    fn against(server: &Server) -> Result<Self, String> {
        let ours = Parts::of(&server.log_in()?)?;
        Ok(Self {
            now: ours.claims["iat"].as_i64().ok_or("no `iat`")?,
            good: minting(server, &ours),
            own_key: other_key(server.algorithm)?,
        })
    }

    /// The good token with another `what`; a null takes a member out.
    fn with(&self, what: &str, changes: Value) -> Option<Value> {
        let mut question = self.good.clone();
        let Value::Object(changes) = changes else {
            question[what] = changes;
            return Some(question);
        };
        for (name, value) in changes {
            let keeps_null = what == "header" && name == "typ";
            if value.is_null() && !keeps_null {
                question[what].as_object_mut()?.remove(&name);
            } else {
                question[what][name] = value;
            }
        }
        Some(question)
    }

    fn header(&self, changes: Value) -> Option<Value> {
        self.with("header", changes)
    }

    fn claims(&self, changes: Value) -> Option<Value> {
        self.with("claims", changes)
    }

    /// What is signed is this text instead of the claims.
    fn text(&self, of: impl FnOnce(String) -> String) -> Option<Value> {
        let text = of(self.good["claims"].to_string());
        let mut question = self.with("do", json!("sign_text"))?;
        question.as_object_mut()?.remove("claims");
        question["text"] = json!(text);
        Some(question)
    }

    /// Another algorithm that takes the same key.
    fn sibling_algorithm(&self) -> Option<Value> {
        let sibling = match self.good["alg"].as_str()? {
            "HS256" => "HS384",
            "HS384" => "HS512",
            "HS512" => "HS256",
            "RS256" => "RS384",
            "RS384" => "RS512",
            "RS512" => "RS256",
            _ => return None,
        };
        self.with("alg", json!(sibling))
    }

    /// Our public key, which everybody has, taken for a secret (RFC 8725 section 2.1).
    fn public_key_as_secret(&self) -> Option<Value> {
        let public = self.good["key"]["public"].as_str()?;
        let mut question = self.with("alg", json!("HS256"))?;
        question["key"] = json!({ "secret": public });
        Some(question)
    }
}
