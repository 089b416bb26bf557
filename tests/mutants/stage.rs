//! The breakable server and its instances, as one trial needs them.

use harness::{Asymmetric, Mechanism, Profile, ShortLived, SigningKey, Target};

use crate::fault::Fault;
use crate::keys::Keys;
use crate::server::{LIFETIME, Running, SHORT_LIFETIME};

/// All of them; they end when this is dropped.
pub(crate) struct Stage {
    server: Running,
    short: Running,
    /// With the same world, so that what is ended at one is ended at both.
    second: Running,
    asymmetric: Option<Running>,
}

impl Stage {
    pub(crate) fn set(on: (Mechanism, Profile), fault: Option<Fault>) -> Self {
        let server = Running::start(on, fault, Keys::secret(fault), LIFETIME, None);
        let second = Running::start(on, fault, Keys::secret(fault), LIFETIME, Some(&server));
        let asymmetric = || Running::start(on, fault, Keys::private(), LIFETIME, None);
        Self {
            short: Running::start(on, fault, Keys::secret(fault), SHORT_LIFETIME, None),
            asymmetric: (on.0 == Mechanism::Jwt).then(asymmetric),
            server,
            second,
        }
    }

    /// The server as the suite sees it, with every seam.
    pub(crate) fn target(&self) -> Target {
        let mut target = self.server.target();
        let seams = &mut target.seams;
        seams.short_lived = Some(ShortLived {
            url: self.short.url(),
            seconds: u64::try_from(SHORT_LIFETIME).unwrap_or_default(),
        });
        seams.second_instance = Some(self.second.url());
        seams.asymmetric = self.asymmetric.as_ref().map(|instance| Asymmetric {
            url: instance.url(),
            signing_key: instance.pem().and_then(|pem| SigningKey::parse(pem).ok()),
        });
        target
    }
}
