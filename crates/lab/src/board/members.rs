//! What stands in JSON under a name for secrets, however the name is spelt there and however
//! often it is there.

use std::fmt;

use harness::http::is_secret_member;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Every secret of this JSON; none where it is not JSON.
pub(super) fn secrets(json: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(json);
    let walk = Walk {
        is_secret: false,
        found: &mut found,
    };
    // What was found before the end of broken JSON is as secret.
    let _ = reader.deserialize_any(walk);
    found
}

struct Walk<'a> {
    is_secret: bool,
    found: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            map.next_value_seed(Walk {
                is_secret: self.is_secret || is_secret_member(&name),
                found: self.found,
            })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let is_secret = self.is_secret;
        while let Some(()) = list.next_element_seed(Walk {
            is_secret,
            found: self.found,
        })? {}
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if self.is_secret {
            self.found.push(text.to_owned());
        }
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_read_as_a_parser_reads_them() {
        let json = br#"{"a":[{"\u0061ccess":"one","access":"two"}],"REFRESH":["three",{"x":4}],
            "current":true,"other":"five","new":null"#;
        assert_eq!(super::secrets(json), ["one", "two", "three", "4"]);
        assert_eq!(super::secrets(b"access=one"), [""; 0]);
    }
}
