//! Whether the settings make sense together.

use std::time::Duration;

use contract::{StartError, settings::Profile};

use super::{Rotating, Settings, UserIdField};
use crate::credential::Kind;

/// Within the grace a thief is not noticed: it is for networks that drop an answer, not for more.
const LONGEST_GRACE: Duration = Duration::from_secs(60);
/// For so long a token works that is over. Clocks that are further apart are wrong.
const LONGEST_LEEWAY: Duration = Duration::from_secs(60);

impl Settings {
    /// Whether the settings make sense together.
    pub(crate) fn check(&self) -> Result<(), StartError> {
        let fault = if self.access_lifetime > self.refresh_lifetime {
            "--access-lifetime is longer than --refresh-lifetime; make it shorter"
        } else if self.refresh_lifetime > self.absolute_lifetime {
            "--refresh-lifetime is longer than --absolute-lifetime; make it shorter"
        } else if self.refresh_grace > Some(LONGEST_GRACE) {
            "--refresh-grace is over 60s; an answer that got lost is asked for again at once"
        } else if self.refresh_grace.is_some() && self.rotation == Rotating::Off {
            "--refresh-grace is for refresh tokens that work once; with --rotation off leave it out"
        } else if self.leeway > Some(LONGEST_LEEWAY) {
            "--leeway is over 60s; set the clocks, with NTP for example"
        } else if self.issuer.is_empty() || self.audience.is_empty() {
            "--issuer and --audience cannot be empty; say who issues the tokens, and for whom, or none"
        } else if self.accept_simple_jwt && self.common.profile == Profile::Hardened {
            "--accept-simple-jwt is for --profile stateless: such a token belongs to no login that could be ended"
        } else if self.accept_simple_jwt && self.user_id_field != UserIdField::Id {
            "--accept-simple-jwt reads the account's id: leave --user-id-field out"
        } else if self.adds_what_is_there() {
            "a claim or a member of the answer is added under a name that the server uses itself; give it another"
        } else if let Some(fault) = self.fault_of_names() {
            fault
        } else {
            return Ok(());
        };
        Err(StartError::Setting(fault.to_owned()))
    }

    /// The claim `iss`, where there is one.
    pub(crate) fn issuer(&self) -> Option<&str> {
        Some(self.issuer.as_str()).filter(|issuer| *issuer != "none")
    }

    /// The claim `aud`, where there is one.
    pub(crate) fn audience(&self) -> Option<&str> {
        Some(self.audience.as_str()).filter(|audience| *audience != "none")
    }

    /// How long a token works.
    pub(crate) fn lifetime(&self, kind: Kind) -> Duration {
        match kind {
            Kind::Access => self.access_lifetime,
            Kind::Refresh => self.refresh_lifetime,
        }
    }
}
