//! Where else the server runs: what a case needs is started, and nothing more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use harness::{
    Asymmetric, Capped, Case, Idle, Mechanism, Rotated, Seam, Seams, ShortLived, SigningKey,
};

use super::server::{Fresh, Setting, fresh_key, locked, runtime, url};
use super::variants::{Variant, private_key};

/// Seconds that an access token of the short-lived instance works.
const SHORT: u64 = 3;
/// Seconds without a use, and at most, on the instance of which logins end.
const IDLE: u64 = 2;
const ABSOLUTE: u64 = 5;
const CAP: usize = 2;

pub(crate) fn offer(fresh: &mut Fresh, case: &Case, seams: &mut Seams) -> Result<(), String> {
    let needs = |seam| case.seams.contains(&seam);
    let mechanism = fresh.setting.on.0;
    if case.id == "D15" && mechanism == Mechanism::Jwt {
        let url = fresh.other(&["--access-lifetime", &format!("{SHORT}s")])?;
        seams.short_lived = Some(ShortLived {
            url,
            seconds: SHORT,
        });
    }
    if needs(Seam::IdleInstance) {
        let (idle, absolute) = (format!("{IDLE}s"), format!("{ABSOLUTE}s"));
        let mut more = vec!["--absolute-lifetime", absolute.as_str()];
        match mechanism {
            Mechanism::Jwt => more.extend(["--access-lifetime", &idle, "--refresh-lifetime"]),
            Mechanism::Cookie | Mechanism::Session => more.push("--lifetime"),
        }
        more.push(&idle);
        seams.idle = Some(Idle {
            url: fresh.other(&more)?,
            idle: IDLE,
            absolute: ABSOLUTE,
        });
    }
    if needs(Seam::CappedInstance) && mechanism == Mechanism::Session {
        let url = fresh.other(&["--logins-per-account", &CAP.to_string()])?;
        seams.capped = Some(Capped { url, logins: CAP });
    }
    if needs(Seam::SecondInstance) {
        seams.second_instance = Some(fresh.other(&[])?);
    }
    if needs(Seam::OtherEnvironment) {
        let setting = Setting::new(
            fresh.setting.on,
            fresh.setting.backing.clone(),
            fresh.setting.variant,
        )?;
        seams.other_environment = Some(fresh.keep(&setting, &[])?);
    }
    if needs(Seam::RotatedKey) {
        let mut setting = fresh.setting.clone();
        setting.keys.insert(0, fresh_key()?);
        let url = fresh.keep(&setting, &[])?;
        setting.keys.truncate(1);
        let retired = fresh.keep(&setting, &[])?;
        seams.rotated = Some(Rotated { url, retired });
    }
    let signs_in_public = fresh.setting.variant == Variant::Es256;
    if needs(Seam::Asymmetric) && mechanism == Mechanism::Jwt && !signs_in_public {
        let (file, pem) = private_key()?;
        seams.asymmetric = Some(Asymmetric {
            url: fresh.other(&["--signing-key", &file.display().to_string()])?,
            signing_key: Some(SigningKey::parse(&pem)?),
        });
    }
    // A revocation outlives a restart, where there is a way to have one.
    if needs(Seam::Restart) || case.id == "E29" {
        let (instance, setting) = (Arc::clone(&fresh.main), fresh.setting.clone());
        seams.restart = Some(Box::new(move || {
            let mut running = locked(&instance);
            let stopped = running.take().ok_or("the server was stopped")?;
            let place = stopped.address.to_string();
            runtime().block_on(stopped.stop());
            *running = Some(again(&setting, &place)?);
            Ok(())
        }));
    }
    Ok(())
}

/// The port is free once the system has seen the last of the old listener.
fn again(setting: &Setting, place: &str) -> Result<contract::Running, String> {
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        match setting.start_at(place, &[]) {
            Err(_) if Instant::now() < until => std::thread::sleep(Duration::from_millis(20)),
            started => return started,
        }
    }
}

impl Fresh {
    /// Another instance on the same store, with the same key.
    fn other(&mut self, more: &[&str]) -> Result<String, String> {
        let setting = self.setting.clone();
        self.keep(&setting, more)
    }

    fn keep(&mut self, setting: &Setting, more: &[&str]) -> Result<String, String> {
        let running = setting.start(more)?;
        let url = url(&running);
        self.others.push(running);
        Ok(url)
    }
}
