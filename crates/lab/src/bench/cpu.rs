//! The CPU time of another process, threads and kernel work included.

use std::time::Duration;

/// What the process has used so far; `None` where the system does not tell.
///
/// `schedstat` counts nanoseconds; `stat` and `getrusage` count ticks of ten milliseconds.
#[cfg(target_os = "linux")]
pub(super) fn used(process: u32) -> Option<Duration> {
    let mut total = 0_u64;
    for thread in std::fs::read_dir(format!("/proc/{process}/task")).ok()? {
        let path = thread.ok()?.path().join("schedstat");
        let text = std::fs::read_to_string(path).ok()?;
        total += text.split_whitespace().next()?.parse::<u64>().ok()?;
    }
    Some(Duration::from_nanos(total))
}

/// What the process has used so far; here the system does not tell.
#[cfg(not(target_os = "linux"))]
pub(super) fn used(_process: u32) -> Option<Duration> {
    None
}

/// The processor, for the report.
pub(super) fn model() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find(|line| line.starts_with("model name"));
    let name = line
        .and_then(|line| line.split_once(": "))
        .map(|(_, name)| name.trim().to_owned());
    name.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::used;

    /// Of a process with one thread: those of this one come and go with the tests.
    #[test]
    fn work_is_seen() {
        let mut busy = Command::new("sh")
            // For a minute at most, whatever becomes of this test.
            .args(["-c", "n=0; while [ $n -lt 50000000 ]; do n=$((n+1)); done"])
            .spawn()
            .unwrap();
        let before = used(busy.id()).unwrap();
        let began = Instant::now();
        let mut seen = false;
        while !seen && began.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
            seen = used(busy.id()).unwrap() > before;
        }
        busy.kill().unwrap();
        busy.wait().unwrap();
        assert!(seen, "not in 20 s");
        assert_eq!(used(u32::MAX), None);
    }
}
