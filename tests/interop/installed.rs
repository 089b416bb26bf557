//! What `tests/interop/install` has installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The sources of the helpers, beside this file.
pub(crate) const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/interop");

/// Where the installed packages are, and the helpers that use them.
pub(crate) struct Installed {
    folder: PathBuf,
}

impl Installed {
    /// All of it, in the versions that are asked for; or what to do.
    pub(crate) fn find() -> Result<Self, &'static str> {
        // Cargo makes this folder in the target folder, wherever that is.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
        let folder = target.ok_or("there is no target folder")?.join("interop");
        // The lists are copied there when everything on them is installed.
        for list in ["python/requirements.txt", "node/package-lock.json"] {
            let wanted = std::fs::read(Path::new(SOURCES).join(list));
            let found = std::fs::read(folder.join(list));
            if !matches!((wanted, found), (Ok(wanted), Ok(found)) if wanted == found) {
                return Err("not installed: run tests/interop/install");
            }
        }
        Ok(Self { folder })
    }

    /// A helper in Python, say `python/with_pyjwt.py`, or in JavaScript.
    pub(crate) fn command(&self, helper: &str) -> Command {
        let file = Path::new(SOURCES).join(helper);
        let mut command = if helper.starts_with("node/") {
            let mut command = Command::new("node");
            command.arg(file).arg(self.folder.join("node"));
            command
        } else {
            let mut command = self.python();
            command.arg(file);
            command.env("PYTHONPATH", format!("{SOURCES}/python"));
            command
        };
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command
    }
    /// Python with the installed packages.
    pub(crate) fn python(&self) -> Command {
        let mut command = Command::new(self.folder.join("python/bin/python"));
        // Nothing is written beside the sources.
        command.arg("-B").args(["-W", "ignore"]);
        command
    }
}
