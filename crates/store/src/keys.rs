use std::sync::Arc;

use crate::Digest;

/// Every key that is ever written.
///
/// | key | type | holds | ends |
/// |---|---|---|---|
/// | `session:DIGEST` | string | the session, as JSON | after its idle time |
/// | `logins:ACCOUNT` | sorted set | digests of the account's sessions, by login time | with the last of them |
/// | `family:ID` | hash | a login of jwt-state and the digest of its refresh token; or, where it goes on as another, that one's id | at its absolute end; or after 20 s |
/// | `families:ACCOUNT` | sorted set | ids of the account's families, by login time | with the last of them |
/// | `revoked:ID` | string | `ended`, or the lowest version that is alive | when no copy can be alive any more |
///
/// No operation needs two of them in one step, so they may lie on different nodes of a cluster.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    prefix: Arc<str>,
}

impl Keys {
    pub(crate) fn under(prefix: &str) -> Self {
        Self {
            prefix: prefix.into(),
        }
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Each request needs this one. `format!` takes 2,000 instructions for it, this a quarter.
    pub(crate) fn session(&self, session: &Digest) -> String {
        [&*self.prefix, "session:", &session.to_base64url()].concat()
    }

    pub(crate) fn logins(&self, account: i64) -> String {
        format!("{}logins:{account}", self.prefix)
    }

    pub(crate) fn family(&self, id: &str) -> String {
        format!("{}family:{id}", self.prefix)
    }

    pub(crate) fn families(&self, account: i64) -> String {
        format!("{}families:{account}", self.prefix)
    }

    pub(crate) fn revoked(&self, id: &str) -> String {
        format!("{}revoked:{id}", self.prefix)
    }
}
