//! The pictures in the README and the book. Beside each lies the text that the page showed when
//! it was taken; where the page shows another one now, the picture is stale.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use lab::Profile;

use super::outline;
use super::page::Page;
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];
/// What a reader on a slow line waits for.
const MAX_BYTES: usize = 150_000;
const RENEW: &str =
    "STATELAB_WRITE=1 cargo test -p tests --test browser the_pictures_are_of_this_page";

/// How the page gets there, from a reset in English and light.
type Way = fn(&Page<'_>) -> Result<()>;

const PICTURES: [(&str, Way); 5] = [
    ("lab", replayed),
    ("sequence", looked_up),
    ("attacks", tried),
    ("lesson", taught),
    ("lab-dark-zh", in_chinese),
];

/// Each picture is of the page as it is, and is small.
pub(crate) fn are_of_this_page(stage: &Stage, _: Profile) -> Result<()> {
    outline::check()?;
    let page = stage.page("lang=en&theme=light")?;
    let mut stale = Vec::new();
    for (name, way) in PICTURES {
        page.show("lang=en&theme=light")?;
        page.press("reset")?;
        way(&page).with_context(|| format!("on the way to {name}"))?;
        page.idle()?;
        // News go by themselves, sooner or later.
        page.tab
            .script("document.querySelector('.notice:not([hidden]) .dismiss')?.click()")?;
        let shown = outline::of(&page)?;
        stage.picture(name)?;
        if std::env::var_os("STATELAB_WRITE").is_some() {
            fs::write(file(name, "png"), page.tab.picture()?)?;
            reduce(&file(name, "png"));
            fs::write(file(name, "txt"), shown)?;
        } else if let Some(difference) = differs(name, &shown) {
            stale.push(format!("docs/src/images/{name}.png: {difference}"));
        }
        let size = fs::metadata(file(name, "png"))?.len();
        ensure!(size < MAX_BYTES as u64, "{name}.png has {size} bytes");
    }
    ensure!(
        stale.is_empty(),
        "stale; take them anew with {RENEW}\n{}",
        stale.join("\n")
    );
    Ok(())
}

/// The first line that is another one.
fn differs(name: &str, shown: &str) -> Option<String> {
    let taken = fs::read_to_string(file(name, "txt")).unwrap_or_default();
    let (mut before, mut now) = (taken.lines(), shown.lines());
    loop {
        match (before.next(), now.next()) {
            (None, None) => return None,
            (before, now) if before == now => {}
            (before, now) => {
                let (before, now) = (before.unwrap_or("nothing"), now.unwrap_or("nothing"));
                return Some(format!("it shows \"{before}\", the page \"{now}\""));
            }
        }
    }
}

/// To 256 colours, where the tool for that is there; the limit is for both.
fn reduce(picture: &Path) {
    let _ = Command::new("pngquant")
        .args(["--force", "--strip", "--ext", ".png"])
        .arg(picture)
        .status();
}

fn file(name: &str, kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/src/images/{name}.{kind}"))
}

/// The picture of the README: logged out in the pure form of each mechanism, and a thief sends
/// his copy.
fn replayed(page: &Page<'_>) -> Result<()> {
    profile(page, "stateless")?;
    page.choose("alice")?;
    page.expect("login", ALLOWED)?;
    page.expect("visit", ALLOWED)?;
    page.expect("logout", ALLOWED)?;
    page.expect("replay", ["STALE", "REVOKED", "STALE"])?;
    Ok(())
}

/// Who asks the store, hop by hop.
fn looked_up(page: &Page<'_>) -> Result<()> {
    profile(page, "stateless")?;
    page.expect("login", ALLOWED)?;
    page.tab.script("location.hash = '#sequence'")?;
    page.press("visit")?;
    page.wait_for("return document.querySelectorAll('lab-sequence .panel .hops > li').length === 8")
}

/// Three attacks, and the evidence of one.
fn tried(page: &Page<'_>) -> Result<()> {
    profile(page, "stateless")?;
    page.tab.script("location.hash = '#attacks'")?;
    for name in ["replay", "edit", "alg-none"] {
        page.wait_for(&format!(
            "return document.querySelector('[data-attack={name}] .try') !== null"
        ))?;
        page.tab.script(&format!(
            "document.querySelector('[data-attack={name}] .try').click()"
        ))?;
        page.wait_for(&format!("return [...document.querySelectorAll('[data-attack={name}] td .outcome')].every((cell) => cell.querySelector('[lang]') !== null)"))?;
    }
    page.tab.script(
        "document.querySelector('[data-attack=replay] [data-column=cookie] button').click()",
    )?;
    page.wait_for("return document.querySelector('.trail') !== null")
}

/// A prediction that was wrong, and the reason.
fn taught(page: &Page<'_>) -> Result<()> {
    profile(page, "stateless")?;
    page.tab.script("location.hash = '#lesson/replay'")?;
    page.begin_lesson()?;
    for (step, guess) in [(1, false), (2, false), (3, true)] {
        let there = format!(
            "return document.querySelector('.lesson-head .figure')?.textContent.startsWith('{step} /') && document.querySelector('button.go')?.ariaDisabled === 'false'"
        );
        page.wait_for(&there)?;
        if guess {
            page.tab
                .script("document.querySelector('.guess input[data-part=cookie]')?.click()")?;
        }
        page.tab
            .script("document.querySelector('button.go').click()")?;
        page.wait_for("return document.querySelector('.insight') !== null")?;
        if step < 3 {
            page.tab
                .script("document.querySelector('button.go').click()")?;
        }
    }
    Ok(())
}

/// The same page in the other language and theme.
fn in_chinese(page: &Page<'_>) -> Result<()> {
    profile(page, "hardened")?;
    page.show("lang=zh&theme=dark")?;
    page.choose("root")?;
    page.expect("login", ALLOWED)?;
    page.press("roles")?;
    page.expect("admin", ["DENIED"; 3])?;
    Ok(())
}

fn profile(page: &Page<'_>, name: &str) -> Result<()> {
    page.tab.script(&format!(
        "document.querySelector('input[name=profile][value={name}]').click()"
    ))?;
    page.wait_for(&format!(
        "return document.querySelector('input[name=profile][value={name}]').checked"
    ))
}
