//! Folders that no other user of the machine may enter.
//!
//! Anybody on the machine may connect to a port of loopback, and read what the usual mask of files
//! lets him. What leads to the lab's Redis, and the keys that it signs with, are behind a door of
//! mode 0700 instead.

use std::env;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use tempfile::TempDir;

/// The path of a socket has at most 103 bytes on macOS, 107 on Linux: what is longer than this
/// leaves no room for the folder's name and the socket's.
const LONGEST: usize = 70;

/// One with a short name, which goes when it is dropped.
pub(crate) fn make() -> io::Result<TempDir> {
    // Without these, anybody may look in: the default is what the umask leaves of 0777.
    let mine = Permissions::from_mode(0o700);
    let mut folder = tempfile::Builder::new();
    folder.prefix("lab-").permissions(mine).tempdir_in(place())
}

/// Where folders for a while are, unless that is too far down for a socket.
fn place() -> PathBuf {
    let usual = env::temp_dir();
    match usual.as_os_str().len() {
        0..=LONGEST => usual,
        _ => PathBuf::from("/tmp"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_may_enter() {
        let folder = make().unwrap();
        let mode = folder.path().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
