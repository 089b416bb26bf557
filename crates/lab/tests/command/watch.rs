//! `lab watch`, as a learner meets it: red, a hint, an edit, green.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::{lab, run, text};

/// A run is over in seconds; a busy machine may take longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program in another window.
struct Watching {
    child: Child,
    keys: ChildStdin,
    lines: mpsc::Receiver<String>,
}

impl Watching {
    fn begin(exercise: &str, folder: &Path) -> Self {
        let mut child = lab(&["watch", exercise, "--dir", folder.to_str().unwrap()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self {
            keys: child.stdin.take().unwrap(),
            child,
            lines,
        }
    }

    /// All up to the line that says this.
    fn until(&self, wanted: &str) -> String {
        let mut said = String::new();
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("no `{wanted}` in:\n{said}"));
            said.push_str(&line);
            said.push('\n');
            if line.contains(wanted) {
                return said;
            }
        }
    }

    fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // Gone already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn a_hole_is_mended_and_what_was_done_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rotation.toml");
    let mut watching = Watching::begin("rotation", folder.path());
    let said = watching.until("still fail");
    assert!(said.starts_with("Goal: "), "{said}");
    assert!(
        said.contains("pass  A02") && said.contains("fail  E24"),
        "{said}"
    );
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .contains("rotation = \"off\"")
    );

    // What runs there can be tried by hand until the next run, also by this program.
    let (_, url) = said.trim().rsplit_once(' ').unwrap();
    let folder_of_code = tempfile::tempdir().unwrap();
    let own = folder_of_code.path().to_str().unwrap();
    let own = run(&["watch", "rotation", "--url", url, "--dir", own, "--once"]);
    assert_eq!(own.status.code(), Some(1), "{}", text(&own.stdout));
    assert!(text(&own.stdout).contains("fail  E24"));

    watching.keys.write_all(b"h\n").unwrap();
    watching.until("Hint 1/3");
    fs::write(&file, "rotation = \"maybe\"").unwrap();
    let said = watching.until("possible values");
    assert!(
        said.contains("does not start") && !said.contains("Usage"),
        "{said}"
    );
    let pid = watching.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    watching.until("goes on here");
    assert_eq!(watching.ended(), Some(0));

    // The file and the hints are as they were.
    let mut watching = Watching::begin("rotation", folder.path());
    watching.until("possible values");
    watching.keys.write_all(b"h\n").unwrap();
    watching.until("Hint 2/3");
    fs::write(&file, "rotation = \"on\"").unwrap();
    let said = watching.until("Solved.");
    assert!(!said.contains("fail"), "{said}");
    assert_eq!(watching.ended(), Some(0));
    let list = run(&["watch", "--list", "--dir", folder.path().to_str().unwrap()]);
    assert!(text(&list.stdout).contains("[x] rotation"));
    assert!(text(&list.stdout).contains("[ ] denylist"));
}

/// Each exercise is one: red as it begins, green as it is solved, in both languages.
#[test]
fn each_exercise_can_be_solved_and_has_to_be() {
    let begun = |name: &'static str| {
        thread::spawn(move || {
            let folder = tempfile::tempdir().unwrap();
            let dir = folder.path().join("new");
            let dir = dir.to_str().unwrap();
            let once = |language| run(&["watch", name, "--dir", dir, "--once", "--lang", language]);
            let red = once("zh");
            assert_eq!(red.status.code(), Some(1), "{name}: {}", text(&red.stdout));
            assert!(text(&red.stdout).starts_with("目标"));
            // A folder that was mistyped would stay behind.
            let made = |said: &[u8]| text(said).contains(&format!("has been made: {dir}"));
            assert!(text(&red.stdout).contains(&format!("已创建： {dir}")));
            let exercise = lab::exercises::Exercise::named(name).unwrap();
            fs::write(format!("{dir}/{name}.toml"), &exercise.solution).unwrap();
            let green = once("en");
            assert_eq!(
                green.status.code(),
                Some(0),
                "{name}: {}",
                text(&green.stdout)
            );
            assert!(!made(&green.stdout), "it was there");
        })
    };
    let all = lab::exercises::Exercise::all();
    let threads: Vec<_> = all.iter().map(|one| begun(&one.name)).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn nobody_at_the_url_is_3_and_a_foreign_file_is_2() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://localhost:{}", free.local_addr().unwrap().port());
    drop(free);
    let gone = run(&["watch", "seal", "--url", &url, "--dir", dir, "--once"]);
    assert_eq!(gone.status.code(), Some(3));
    fs::write(folder.path().join(".lab-watch.json"), "{}").unwrap();
    let foreign = run(&["watch", "seal", "--dir", dir, "--once"]);
    assert_eq!(foreign.status.code(), Some(2));
    assert!(text(&foreign.stderr).contains("remove it"));
    assert_eq!(run(&["watch", "no-such"]).status.code(), Some(2));
}
