//! What a manifest says of the seams: commands, and where else the target runs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::seams::{
    Action, Ahead, Asymmetric, Capped, Idle, Rotated, Seams, SetDelay, SetDisabled, ShortLived,
    Switch, shell,
};
use crate::signing_key::SigningKey;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SeamLines {
    signing_key: Option<String>,
    signing_key_file: Option<PathBuf>,
    short_lived: Option<ShortLivedLines>,
    set_role: Option<String>,
    store_down: Option<String>,
    store_up: Option<String>,
    store_keys: Option<String>,
    asymmetric: Option<AsymmetricLines>,
    second_instance: Option<String>,
    restart: Option<String>,
    disable: Option<String>,
    enable: Option<String>,
    idle: Option<IdleLines>,
    capped: Option<CappedLines>,
    other_environment: Option<String>,
    rotated: Option<RotatedLines>,
    ahead: Option<AheadLines>,
    store_hang: Option<String>,
    store_resume: Option<String>,
    store_delay: Option<String>,
    store_read_only: Option<String>,
    store_writable: Option<String>,
    store_flush: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsymmetricLines {
    url: String,
    signing_key_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShortLivedLines {
    url: String,
    seconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdleLines {
    url: String,
    idle: u64,
    absolute: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CappedLines {
    url: String,
    logins: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RotatedLines {
    url: String,
    retired: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AheadLines {
    url: String,
    seconds: u64,
}

impl SeamLines {
    /// The seams that it says there are.
    pub(super) fn into_seams(self) -> Result<Seams, String> {
        let from_file = self.signing_key_file.as_deref().map(key_in).transpose()?;
        let given = self.signing_key.as_deref().map(SigningKey::parse);
        let mut seams = Seams {
            signing_key: given.transpose()?.or(from_file),
            asymmetric: self.asymmetric.map(AsymmetricLines::read).transpose()?,
            second_instance: self.second_instance,
            short_lived: self.short_lived.map(|short| ShortLived {
                url: short.url,
                seconds: short.seconds,
            }),
            restart: self.restart.map(action),
            set_disabled: set_disabled(self.disable, self.enable),
            idle: self.idle.map(|lines| Idle {
                url: lines.url,
                idle: lines.idle,
                absolute: lines.absolute,
            }),
            capped: self.capped.map(|lines| Capped {
                url: lines.url,
                logins: lines.logins,
            }),
            other_environment: self.other_environment,
            rotated: self.rotated.map(|lines| Rotated {
                url: lines.url,
                retired: lines.retired,
            }),
            ahead: self.ahead.map(|lines| Ahead {
                url: lines.url,
                seconds: lines.seconds,
            }),
            store_down: self.store_down.map(action),
            store_up: self.store_up.map(action),
            store_hang: switch(self.store_hang, self.store_resume),
            store_delay: self.store_delay.map(delay),
            store_read_only: switch(self.store_read_only, self.store_writable),
            store_flush: self.store_flush.map(action),
            ..Seams::default()
        };
        if let Some(command) = self.set_role {
            seams.set_role = Some(Box::new(move |username, role| {
                shell(
                    &command
                        .replace("{username}", username)
                        .replace("{role}", role),
                )
                .map(drop)
            }));
        }
        if let Some(command) = self.store_keys {
            seams.store_keys = Some(Box::new(move || {
                let printed = shell(&command)?;
                printed
                    .trim()
                    .parse()
                    .map_err(|_| format!("`{command}` printed no number: {printed}"))
            }));
        }
        Ok(seams)
    }
}

impl AsymmetricLines {
    fn read(self) -> Result<Asymmetric, String> {
        let key = self.signing_key_file.as_deref().map(key_in).transpose()?;
        Ok(Asymmetric {
            url: self.url,
            signing_key: key,
        })
    }
}

fn key_in(file: &Path) -> Result<SigningKey, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("cannot read the signing key {}: {error}", file.display()))?;
    SigningKey::parse(&text)
}

fn action(command: String) -> Action {
    Box::new(move || shell(&command).map(drop))
}

/// Two commands, of which each undoes the other: with one alone the target would
/// not be left as it was found.
fn switch(on: Option<String>, off: Option<String>) -> Option<Switch> {
    let (on, off) = (on?, off?);
    Some(Box::new(move |wanted| {
        shell(if wanted { &on } else { &off }).map(drop)
    }))
}

fn set_disabled(disable: Option<String>, enable: Option<String>) -> Option<SetDisabled> {
    let (disable, enable) = (disable?, enable?);
    Some(Box::new(move |username, disabled| {
        let command = if disabled { &disable } else { &enable };
        shell(&command.replace("{username}", username)).map(drop)
    }))
}

fn delay(command: String) -> SetDelay {
    Box::new(move |by: Duration| {
        shell(&command.replace("{ms}", &by.as_millis().to_string())).map(drop)
    })
}
