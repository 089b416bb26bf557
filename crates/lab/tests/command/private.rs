//! A Redis that the lab started is the lab's alone: other users of the machine have no way to it.

use std::collections::HashSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use super::{lab, started, stop};

/// A server that never answers what is no request says nothing of Redis either.
const PATIENCE: Duration = Duration::from_secs(10);

/// Inodes of the sockets of a process.
fn sockets_of(process: u32) -> HashSet<String> {
    let files = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let files = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let inode = |file: PathBuf| {
        let name = file.to_str()?.strip_prefix("socket:[")?;
        Some(name.strip_suffix(']')?.to_owned())
    };
    files.filter_map(inode).collect()
}

/// Ports on which it listens.
fn ports(own: &HashSet<String>) -> Vec<u16> {
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let lines = table.lines().map(|line| line.split_whitespace().collect());
    let listening =
        lines.filter(|line: &Vec<&str>| line.get(3) == Some(&"0A") && own.contains(line[9]));
    let port = |line: Vec<&str>| u16::from_str_radix(line[1].rsplit(':').next()?, 16).ok();
    listening.filter_map(port).collect()
}

/// Files of the sockets on which it listens.
fn files(own: &HashSet<String>) -> Vec<PathBuf> {
    const LISTENS: &str = "00010000";
    let table = fs::read_to_string("/proc/net/unix").unwrap();
    let lines = table.lines().map(|line| line.split_whitespace().collect());
    let listening =
        lines.filter(|line: &Vec<&str>| line.get(3) == Some(&LISTENS) && own.contains(line[6]));
    let path = |line: Vec<&str>| line.get(7).map(PathBuf::from);
    listening.filter_map(path).collect()
}

fn answers_as_redis(port: u16) -> bool {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // For Redis a command and an empty line, for a web server a head that it refuses.
    stream.write_all(b"*1\r\n$4\r\nPING\r\n\r\n").unwrap();
    let mut answer = [0; 64];
    let length = stream.read(&mut answer).unwrap_or(0);
    // One with a password refuses, in its own words.
    answer[..length].starts_with(b"+PONG") || answer[..length].starts_with(b"-")
}

#[test]
fn no_port_leads_to_the_redis_of_the_lab_and_its_sockets_are_behind_a_door() {
    let (mut child, greeting, _output) = started(lab(&["--port", "0"]).env("RUST_LOG", "off"));
    let has_redis = greeting.contains("started for this lab");
    let own = sockets_of(child.id());
    let (ports, files) = (ports(&own), files(&own));
    let open: Vec<u16> = ports
        .iter()
        .copied()
        .filter(|port| answers_as_redis(*port))
        .collect();
    let doors: Vec<u32> = files
        .iter()
        .map(|file| {
            file.parent()
                .unwrap()
                .metadata()
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        })
        .collect();
    stop(&mut child);

    assert!(
        ports.len() >= 5,
        "the front, the page, three servers: {ports:?}"
    );
    assert_eq!(open, [0_u16; 0], "Redis answers there");
    if !has_redis {
        let required = std::env::var("STATELAB_REQUIRE").unwrap_or_default();
        assert!(!required.contains("redis"), "no redis-server on the PATH");
        eprintln!("left out: there is no redis-server on the PATH");
        return;
    }
    assert_eq!(doors, [0o700; 3], "{files:?}");
    let left: Vec<_> = files
        .iter()
        .filter(|file| file.parent().unwrap().exists())
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
