//! What proves a login, held in the hand.

use crate::http::Request;

/// Where the credential travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// In the cookie of this name.
    Cookie(String),
    /// In `Authorization: Bearer`.
    Bearer,
}

/// A credential, kept byte for byte. Copies of it are what a thief would have.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Where it travels.
    pub carrier: Carrier,
    /// The cookie's value, or the access token.
    pub value: Vec<u8>,
    /// The refresh token, where there is one.
    pub refresh: Option<String>,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Credential({:?}, [masked {}])",
            self.carrier,
            self.value.len()
        )
    }
}

impl Credential {
    /// The same carrier with another value.
    #[must_use]
    pub fn with_value(&self, value: impl Into<Vec<u8>>) -> Self {
        Self {
            value: value.into(),
            ..self.clone()
        }
    }

    /// The value as text. Credentials are ASCII in every mechanism here; one
    /// that is not is shown lossily and caught by the grammar check.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.value).into_owned()
    }

    /// `name=value`, for a `Cookie` header that a case writes itself.
    #[must_use]
    pub fn pair(&self) -> Vec<u8> {
        let mut pair = match &self.carrier {
            Carrier::Cookie(name) => name.clone().into_bytes(),
            Carrier::Bearer => Vec::new(),
        };
        pair.push(b'=');
        pair.extend_from_slice(&self.value);
        pair
    }

    /// Puts it on a request.
    #[must_use]
    pub fn attach(&self, request: Request) -> Request {
        match &self.carrier {
            Carrier::Cookie(_) => request.header("Cookie", self.pair()),
            Carrier::Bearer => request.header(
                "Authorization",
                [b"Bearer ".as_slice(), &self.value].concat(),
            ),
        }
    }

    /// The cookie's name.
    #[must_use]
    pub fn cookie_name(&self) -> Option<&str> {
        match &self.carrier {
            Carrier::Cookie(name) => Some(name),
            Carrier::Bearer => None,
        }
    }
}
