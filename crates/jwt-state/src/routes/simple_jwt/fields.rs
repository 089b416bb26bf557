//! The fields of a request, as JSON or as a form.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::CONTENT_TYPE,
    web::{Bytes, Query},
};
use serde_json::{Map, Value};

use super::{multipart, refusal::Refusal};
use crate::credential::NoMemberTwice;

/// What was sent, by name.
pub(super) struct Fields(Map<String, Value>);

/// A field that must be there.
#[derive(Clone, Copy)]
pub(super) struct Field {
    name: &'static str,
    is_password: bool,
}

impl Field {
    pub(super) fn text(name: &'static str) -> Self {
        Self {
            name,
            is_password: false,
        }
    }

    /// A text that is taken as it was typed.
    pub(super) fn password(name: &'static str) -> Self {
        Self {
            name,
            is_password: true,
        }
    }

    fn check(self, sent: Option<&Value>) -> Result<String, &'static str> {
        match sent {
            None => Err("This field is required."),
            Some(Value::Null) => Err("This field may not be null."),
            Some(Value::String(text)) if self.is_password && !text.is_empty() => Ok(text.clone()),
            Some(Value::String(text)) if text.trim().is_empty() => {
                Err("This field may not be blank.")
            }
            Some(Value::String(text)) if text.contains('\0') => {
                Err("Null characters are not allowed.")
            }
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err("Not a valid string."),
        }
    }
}

impl Fields {
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// All of these, or what is wrong with each.
    pub(super) fn read<const N: usize>(&self, wanted: [Field; N]) -> Result<[String; N], Refusal> {
        let mut faults = Map::new();
        let texts = wanted.map(|field| {
            field.check(self.0.get(field.name)).unwrap_or_else(|fault| {
                faults.insert(field.name.to_owned(), Value::from(vec![fault]));
                String::new()
            })
        });
        if faults.is_empty() {
            Ok(texts)
        } else {
            Err(Refusal::fields(faults))
        }
    }

    fn of(content_type: &str, body: &[u8]) -> Result<Self, Refusal> {
        // No body is an empty one, whatever type it says it has.
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        let (essence, _) = content_type.split_once(';').unwrap_or((content_type, ""));
        match essence.trim().to_ascii_lowercase().as_str() {
            "application/json" => json(body).map(Self),
            "application/x-www-form-urlencoded" => form(body).map(Self),
            "multipart/form-data" => {
                let fields = multipart::fields(content_type, body);
                fields.ok_or_else(unreadable_form).and_then(once).map(Self)
            }
            _ => Err(Refusal::media_type(content_type)),
        }
    }
}

/// One wording for every fault: a parser's own quotes what was sent (ASVS 5.0, 16.5.1).
fn json(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let unreadable = |_| Refusal::unreadable("JSON parse error - this is not JSON as it should be");
    let kind = match serde_json::from_slice(body).map_err(unreadable)? {
        Value::Object(members) => {
            let _: NoMemberTwice = serde_json::from_slice(body).map_err(unreadable)?;
            return Ok(members);
        }
        Value::Null => return Err(Refusal::whole("No data provided")),
        Value::Array(_) => "list",
        Value::String(_) => "str",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
    };
    Err(Refusal::whole(&format!(
        "Invalid data. Expected a dictionary, but got {kind}."
    )))
}

fn form(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| unreadable_form())?;
    let pairs = Query::<Vec<(String, String)>>::from_query(text);
    once(pairs.map_err(|_| unreadable_form())?.into_inner())
}

/// Of two fields with one name one would be overlooked, and another part of the system may look
/// at that one (ASVS 5.0, 15.3.7).
fn once(pairs: Vec<(String, String)>) -> Result<Map<String, Value>, Refusal> {
    let mut fields = Map::new();
    for (name, value) in pairs {
        if fields.insert(name, Value::String(value)).is_some() {
            return Err(Refusal::unreadable(
                "Form parse error - a field is there twice",
            ));
        }
    }
    Ok(fields)
}

fn unreadable_form() -> Refusal {
    Refusal::unreadable("Form parse error - this is not a form as it should be")
}

impl FromRequest for Fields {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = Bytes::from_request(request, payload);
        let mut types = request.headers().get_all(CONTENT_TYPE);
        let content_type = match (types.next(), types.next()) {
            (Some(one), None) => one.to_str().unwrap_or_default().to_owned(),
            // Two types could mean two readings.
            _ => String::new(),
        };
        Box::pin(async move {
            let body = bytes.await;
            let body = body.map_err(|_| Refusal::unreadable("Malformed request."))?;
            Self::of(&content_type, &body)
        })
    }
}
