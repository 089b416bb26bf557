//! What a page says, without what is another one each time: times, ids, ports, keys.

use anyhow::{Result, ensure};

use super::page::Page;

/// A run of letters and digits that is as long as this is no word.
const LONGEST_WORD: usize = 18;
const UNITS: [&str; 10] = ["ns", "µs", "ms", "s", "min", "h", "d", "B", "kB", "KiB"];

/// Every text that can be seen, in order, but for what was on the wire, how much of it is folded
/// away, and news that go by themselves.
const READ: &str = r#"
const texts = document.createTreeWalker(document.querySelector("lab-page"), NodeFilter.SHOW_TEXT);
const lines = [];
for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
  const within = text.parentElement;
  if (within.closest("pre, code, .raw, .fold, .hidden, .notice, .store, svg") === null && within.checkVisibility()) {
    lines.push(text.textContent);
  }
}
return lines;"#;

/// A line for each text that can be seen.
pub(crate) fn of(page: &Page<'_>) -> Result<String> {
    let lines: Vec<String> = serde_json::from_value(page.tab.script(READ)?)?;
    let mut outline = String::new();
    for line in lines.iter().map(|line| normalised(line)) {
        if !line.is_empty() && line != "0" {
            outline.push_str(&line);
            outline.push('\n');
        }
    }
    Ok(outline)
}

fn normalised(line: &str) -> String {
    let words: Vec<String> = line.split_whitespace().map(word).collect();
    // Two milliseconds are, the next time, 1,900 microseconds.
    let mut kept: Vec<&str> = Vec::new();
    for word in &words {
        let goes_on = word == "0" || UNITS.contains(&word.as_str());
        if kept.last() != Some(&"0") || !goes_on {
            kept.push(word);
        }
    }
    kept.join(" ")
}

/// Every figure is nought, and what is random is a dot.
fn word(word: &str) -> String {
    let mut out = String::new();
    let is_part = |c: char| c.is_alphanumeric() || "-_+/=~%".contains(c);
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|c| is_part(c) != is_part(first))
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        let digits = run.chars().any(|c| c.is_ascii_digit());
        if run.len() >= LONGEST_WORD && digits {
            out.push('…');
        } else {
            out.push_str(&figures(run));
        }
    }
    // 1,234.5 and 12:30:00 are one figure each.
    while let Some(at) = ["0,0", "0.0", "0:0"].iter().find_map(|pair| out.find(pair)) {
        out.replace_range(at..at + 3, "0");
    }
    out
}

/// A run of digits is one nought.
fn figures(run: &str) -> String {
    let mut out = String::new();
    for letter in run.chars() {
        match (letter.is_ascii_digit(), out.ends_with('0')) {
            (true, true) => {}
            (true, false) => out.push('0'),
            (false, _) => out.push(letter),
        }
    }
    out
}

/// The outline says no more and no less than it should.
pub(crate) fn check() -> Result<()> {
    for (said, meant) in [
        ("answered 200 in 1.2 ms", "answered 0 in 0"),
        ("1,234 B · 12:30:05", "0 · 0"),
        (
            "__Host-session=4f2Kx0-Zk3jQ_9dLm2PqR7s; Path=/",
            "…; Path=/",
        ),
        ("lab.localhost:45123", "lab.localhost:0"),
        ("13 d 23 h", "0"),
        ("not consulted", "not consulted"),
    ] {
        let normal = normalised(said);
        ensure!(normal == meant, "\"{said}\" is \"{normal}\"");
    }
    Ok(())
}
