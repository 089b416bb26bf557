//! The breakable server and its instances, as one trial needs them.

use harness::{
    Ahead, Asymmetric, Capped, Idle, Mechanism, Profile, Rotated, ShortLived, SigningKey, Target,
};

use crate::fault::Fault;
use crate::keys::Keys;
use crate::server::{LIFETIME, Limits, Running, SHORT_LIFETIME};

/// Seconds without a use, and at most, on the instance of which logins end.
const IDLE: i64 = 2;
const ABSOLUTE: i64 = 5;
const CAP: usize = 2;
/// By how much one clock is ahead.
const AHEAD: i64 = 3;

/// All of them; they end when this is dropped.
pub(crate) struct Stage {
    server: Running,
    short: Running,
    /// With the same world, so that what is ended at one is ended at both.
    second: Running,
    asymmetric: Option<Running>,
    idle: Running,
    capped: Running,
    ahead: Running,
    /// A world and a key of its own.
    elsewhere: Running,
    rotated: Running,
    retired: Running,
}

impl Stage {
    pub(crate) fn set(on: (Mechanism, Profile), fault: Option<Fault>) -> Self {
        let secret = || Keys::secret(fault);
        let usual = Limits::lasting(LIFETIME);
        let start = |keys: Vec<Keys>, limits: Limits, beside: Option<&Running>| {
            Running::start(on, fault, keys, limits, beside)
        };
        let server = start(vec![secret()], usual, None);
        let beside = Some(&server);
        let idle = Limits {
            absolute: Some(ABSOLUTE),
            ..Limits::lasting(IDLE)
        };
        let capped = Limits {
            cap: Some(CAP),
            ..usual
        };
        let ahead = Limits {
            ahead: AHEAD,
            ..usual
        };
        let is = |one| fault == Some(one);
        let other_key = if is(Fault::DefaultKey) {
            secret()
        } else {
            Keys::next()
        };
        let mut retired = vec![Keys::next()];
        if is(Fault::OldKeyNeverDies) {
            retired.push(secret());
        }
        let asymmetric = || start(vec![Keys::private()], usual, None);
        Self {
            second: start(vec![secret()], usual, beside),
            short: start(vec![secret()], Limits::lasting(SHORT_LIFETIME), None),
            asymmetric: (on.0 == Mechanism::Jwt).then(asymmetric),
            idle: start(vec![secret()], idle, None),
            capped: start(vec![secret()], capped, None),
            ahead: start(vec![secret()], ahead, beside),
            elsewhere: start(vec![other_key], usual, None),
            rotated: start(vec![Keys::next(), secret()], usual, beside),
            retired: start(retired, usual, beside),
            server,
        }
    }

    /// The server as the suite sees it, with every seam.
    pub(crate) fn target(&self) -> Target {
        let mut target = self.server.target();
        target.promises.login_failures = Some(crate::attempts::LIMIT.into());
        let seams = &mut target.seams;
        seams.short_lived = Some(ShortLived {
            url: self.short.url(),
            seconds: SHORT_LIFETIME.unsigned_abs(),
        });
        seams.second_instance = Some(self.second.url());
        seams.asymmetric = self.asymmetric.as_ref().map(|instance| Asymmetric {
            url: instance.url(),
            signing_key: instance.pem().and_then(|pem| SigningKey::parse(pem).ok()),
        });
        seams.idle = Some(Idle {
            url: self.idle.url(),
            idle: IDLE.unsigned_abs(),
            absolute: ABSOLUTE.unsigned_abs(),
        });
        seams.capped = Some(Capped {
            url: self.capped.url(),
            logins: CAP,
        });
        seams.other_environment = Some(self.elsewhere.url());
        seams.rotated = Some(Rotated {
            url: self.rotated.url(),
            retired: self.retired.url(),
        });
        seams.ahead = Some(Ahead {
            url: self.ahead.url(),
            seconds: AHEAD.unsigned_abs(),
        });
        target
    }
}
