//! What a request brings.

use std::collections::BTreeMap;

use actix_web::http::header::HeaderMap;
use contract::cookies::{self, Found};

use super::{Disbelief, name::Prefix};

/// The value that was sent under a name, as it was sent; nothing is decoded, and a pair of quotes is
/// a part of it. The name is compared byte for byte.
///
/// # Errors
/// When two values were sent under it, or its prefix is not one that every browser guards.
pub fn sent<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Disbelief> {
    if Prefix::of(name).is_err() {
        return Err(Disbelief::PrefixSpelling);
    }
    match cookies::find(headers, name) {
        Found::None => Ok(None),
        Found::One(value) => Ok(Some(value)),
        Found::Ambiguous => Err(Disbelief::Ambiguous),
    }
}

/// Every cookie that was sent, by its name, in one pass. Names and values that are not text are
/// passed over, and so is a value without a name: a broken neighbour harms nobody.
pub fn all_sent(headers: &HeaderMap) -> BTreeMap<&str, Result<&str, Disbelief>> {
    let mut all = BTreeMap::new();
    for (name, value) in cookies::all(headers) {
        let (Ok(name), Ok(value)) = (str::from_utf8(name), str::from_utf8(value)) else {
            continue;
        };
        if name.is_empty() {
            continue;
        }
        let believed = match Prefix::of(name) {
            Ok(_) => Ok(value),
            Err(_) => Err(Disbelief::PrefixSpelling),
        };
        all.entry(name)
            .and_modify(|before| {
                if *before != believed {
                    *before = Err(Disbelief::Ambiguous);
                }
            })
            .or_insert(believed);
    }
    all
}
