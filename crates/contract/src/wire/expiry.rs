//! `PUT /expiry`: change how long this login lasts.

use std::time::Duration;

use serde::Deserialize;

use super::{Timestamp, present::present};
use crate::Problem;

/// `PUT /expiry`, before it is known to make sense.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpiryRequest {
    #[serde(default, deserialize_with = "present")]
    after: Option<Option<u64>>,
    #[serde(default, deserialize_with = "present")]
    at: Option<Timestamp>,
}

/// What `PUT /expiry` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// So long from now.
    After(Duration),
    /// The browser forgets it when it closes; the server keeps its own limit.
    WithBrowser,
    /// Back to the default.
    Default,
    /// At this instant.
    At(Timestamp),
}

impl TryFrom<ExpiryRequest> for Expiry {
    type Error = Problem;

    fn try_from(request: ExpiryRequest) -> Result<Self, Problem> {
        match (request.after, request.at) {
            (Some(None), None) => Ok(Self::Default),
            (Some(Some(0)), None) => Ok(Self::WithBrowser),
            (Some(Some(seconds)), None) => Ok(Self::After(Duration::from_secs(seconds))),
            (None, Some(at)) if at.has_come() => {
                Err(Problem::Unacceptable("`at` must be in the future"))
            }
            (None, Some(at)) => Ok(Self::At(at)),
            (None, None) | (Some(_), Some(_)) => Err(Problem::MalformedRequest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expiry(json: &str) -> Result<Expiry, String> {
        let request: ExpiryRequest = serde_json::from_str(json).map_err(|e| e.to_string())?;
        Expiry::try_from(request).map_err(|problem| problem.name().to_owned())
    }

    #[test]
    fn expiry_tells_null_from_absent() {
        assert_eq!(expiry(r#"{"after":null}"#), Ok(Expiry::Default));
        assert_eq!(expiry(r#"{"after":0}"#), Ok(Expiry::WithBrowser));
        assert_eq!(
            expiry(r#"{"after":60}"#),
            Ok(Expiry::After(Duration::from_secs(60)))
        );
        assert_eq!(expiry("{}"), Err("malformed-request".to_owned()));
        assert_eq!(
            expiry(r#"{"after":1,"at":"2099-01-01T00:00:00Z"}"#),
            Err("malformed-request".to_owned())
        );
        assert_eq!(
            expiry(r#"{"at":"2001-01-01T00:00:00Z"}"#),
            Err("unacceptable".to_owned())
        );
        assert!(expiry(r#"{"after":-1}"#).is_err());
        assert!(expiry(r#"{"at":null}"#).is_err());
    }
}
