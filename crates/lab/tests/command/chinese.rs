//! `lab run --lang zh` speaks Chinese in between, too.

use crate::{run, text};

#[test]
fn a_lesson_in_chinese_has_no_english_in_between() {
    let output = run(&["run", "forge", "--lang", "zh", "--embedded"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    let place = "模式 hardened，存储在本进程内\n";
    assert!(said.starts_with(place), "{said}");
    for line in [
        "  > 登录 alice    cookie ALLOWED ",
        "  > cookie 改为 plain",
        "  怎样会不同：把",
    ] {
        assert!(said.contains(line), "{line} is missing in {said}");
    }
    let verdicts = said.lines().filter(|line| line.contains(" jwt "));
    for line in verdicts {
        assert!(line.ends_with(" 符合"), "{line}");
        // Names of columns and the verdicts' words are the page's; a visitor has a name.
        let latin: Vec<&str> = line
            .split_whitespace()
            .filter(|word| word.is_ascii())
            .collect();
        let is_name = |word: &&&str| ["cookie", "session", "jwt", "alice", ">"].contains(*word);
        let others = latin.iter().filter(|word| !is_name(word));
        let shouted = |word: &&str| word.chars().all(|letter| letter.is_ascii_uppercase());
        assert!(others.copied().all(|word| shouted(&word)), "{line}");
    }
}

#[test]
fn an_attack_is_told_in_chinese() {
    let output = run(&["attack", "invent", "--lang", "zh"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    for part in [
        "invent: 编造",
        "出处：",
        "最后的请求和响应",
        "怎样能挡住：",
        "在模式 hardened 下试了 2 项",
    ] {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
}
