//! Whatever a `Cookie` line holds, nothing panics, and no sealed or signed value is believed that
//! was not made here for this name.

use std::sync::OnceLock;

use actix_web::http::header::{COOKIE, HeaderMap, HeaderValue};
use contract::settings::MasterKey;
use contract::wire::Timestamp;
use cookie_state::cookies::django::Signer;
use cookie_state::cookies::{Keys, NameKeys, Protection, all_sent, sent};

const NAME: &str = "__Host-theme";

struct Stand {
    keys: NameKeys,
    django: Signer,
    /// What was made here: sealed, signed, and signed as Django does.
    made: [String; 3],
}

/// For any bytes.
pub(crate) fn property(bytes: &[u8]) {
    // 1. The line, as a client may send it.
    let mut headers = HeaderMap::new();
    if let Ok(line) = HeaderValue::from_bytes(bytes) {
        headers.insert(COOKIE, line);
    }
    let _value_or_none = sent(&headers, NAME);
    let _all_of_them = all_sent(&headers);
    // 2. The value, as it is.
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    is_refused(text);
    // 3. Changes to what is good: where, how many bytes go, and what comes there instead.
    let [at, gone, ..] = *bytes else { return };
    let Some(instead) = text.get(2..) else { return };
    for good in &stand().made {
        let start = usize::from(at) % good.len();
        let end = (start + usize::from(gone) % 8).min(good.len());
        is_refused(&format!("{}{instead}{}", &good[..start], &good[end..]));
    }
}

/// Unless it is what was made, byte for byte.
fn is_refused(text: &str) {
    let Stand { keys, django, made } = stand();
    let now = Timestamp::from_unix(1_700_000_000);
    let believed = [
        keys.believe(Protection::Private, text).is_ok(),
        keys.believe(Protection::Signed, text).is_ok(),
        django.verify(NAME, text, "", None, now).is_ok(),
    ];
    for (is_believed, made) in believed.into_iter().zip(made) {
        assert_eq!(is_believed, text == made, "{text:?}");
    }
}

fn stand() -> &'static Stand {
    static STAND: OnceLock<Stand> = OnceLock::new();
    STAND.get_or_init(|| {
        let keys = Keys::new("fuzz: cookies", MasterKey::random(), Vec::new()).of(NAME);
        let django = Signer::new("a key that is for this alone", &[]);
        let now = Timestamp::from_unix(1_700_000_000);
        let made = [
            keys.protect(Protection::Private, "dark", now),
            keys.protect(Protection::Signed, "dark", now),
            django.sign(NAME, "dark", "", now),
        ];
        Stand { keys, django, made }
    })
}
