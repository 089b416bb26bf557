//! Bodies of requests.

use std::{fmt, future::Future, marker::PhantomData, ops::Deref, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Json};
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, Error as _, MapAccess, Visitor,
        value::{MapAccessDeserializer, MapDeserializer},
    },
};
use serde_json::Value;

use crate::Problem;

/// A JSON object. serde would also take an array for a struct, field by field, so that
/// `["alice", "wonderland"]` would be a login (ASVS 2.2.1).
#[derive(Debug)]
pub struct Object<T>(T);

impl<T> Object<T> {
    /// What the object says.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Object<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnlyMaps<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OnlyMaps<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<T, M::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer
            .deserialize_map(OnlyMaps(PhantomData))
            .map(Self)
    }
}

/// An object of which each member is read, also one that nobody asks for: what is passed over
/// is not looked at, so it could be bytes that are not UTF-8 (RFC 8259 section 8.1), or nested
/// without an end. A member twice is still an error.
struct Whole<T>(T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: DeserializeOwned> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<T, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, Value>()? {
                    members.push(member);
                }
                let members = MapDeserializer::<_, serde_json::Error>::new(members.into_iter());
                T::deserialize(members).map_err(M::Error::custom)
            }
        }

        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Object<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = Json::<Object<Whole<T>>>::from_request(request, payload);
        Box::pin(async move { json.await.map(|json| Object(json.into_inner().0.0)) })
    }
}

/// Reads a body that need not be there.
///
/// # Errors
/// 400 when there is one and it is not an object of this kind.
pub fn object_or_default<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, Problem> {
    if body.is_empty() {
        return Ok(T::default());
    }
    let object = serde_json::from_slice::<Object<Whole<T>>>(body);
    object
        .map(|object| object.0.0)
        .map_err(|_| Problem::MalformedRequest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    struct Pair {
        a: u8,
        b: u8,
    }

    #[test]
    fn an_array_is_no_object_and_nothing_is_the_default() {
        let read = object_or_default::<Pair>;
        assert_eq!(read(br#"{"a":1,"b":2}"#), Ok(Pair { a: 1, b: 2 }));
        assert_eq!(read(b""), Ok(Pair::default()));
        assert_eq!(read(br#"{"a":1,"b":2,"x":[]}"#), Ok(Pair { a: 1, b: 2 }));
        let deep = format!("{{\"a\":1,\"b\":2,\"x\":{}", "[".repeat(10_000));
        let deep = format!("{deep}{}}}", "]".repeat(10_000)).into_bytes();
        for bad in [
            &b"[1,2]"[..],
            br#"{"a":1,"a":1,"b":2}"#,
            b"null",
            b"{}",
            b" ",
            b"{\"a\":1,\"b\":2,\"x\":\"\xFF\"}",
            &deep,
        ] {
            assert_eq!(read(bad), Err(Problem::MalformedRequest));
        }
    }
}
