//! `lab completions`: scripts that the shells themselves can read.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::{run, text};

/// What the shell says about the script, where there is such a shell.
fn read_by(shell: &str, flag: &str, script: &str) {
    let child = Command::new(shell)
        .arg(flag)
        .arg("/dev/stdin")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("not read by {shell}: it is not installed");
        return;
    };
    let sent = child.stdin.take().unwrap().write_all(script.as_bytes());
    let ended = child.wait_with_output().unwrap();
    assert!(
        sent.is_ok() && ended.status.success(),
        "{}",
        text(&ended.stderr)
    );
}

#[test]
fn scripts_are_what_their_shells_can_read() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{shell}");
        let script = text(&output.stdout);
        for word in ["attack", "doctor", "embedded", "profile"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
        assert!(!script.contains("\u{1b}"), "{shell}");
        if ["bash", "zsh"].contains(&shell) {
            read_by(shell, "-n", &script);
        } else if shell == "fish" {
            read_by(shell, "--no-execute", &script);
        }
    }
    assert_eq!(run(&["completions", "cmd"]).status.code(), Some(2));
}

/// Not only read: bash proposes what begins like that.
#[test]
fn bash_completes_verbs_values_and_names() {
    let script = text(&run(&["completions", "bash"]).stdout);
    let ask = "\nfor words in 'lab at' 'lab run --profile st' 'lab run rep' 'lab watch rot' 'lab attack edi'; do\n\
               COMP_WORDS=($words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()\n\
               _lab lab \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"\n\
               echo \"${COMPREPLY[@]}\"\ndone\n";
    let bash = Command::new("bash").args(["-c", &(script + ask)]).output();
    match bash {
        Ok(said) => assert_eq!(
            text(&said.stdout),
            "attack\nstateless\nreplay\nrotation\nedit\n",
            "{}",
            text(&said.stderr)
        ),
        Err(_) => eprintln!("not asked: there is no bash"),
    }
}
