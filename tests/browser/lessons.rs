//! Each lesson, step by step, as a learner walks through it.

use anyhow::{Context, Result, ensure};
use lab::Profile;
use lab::column::Column;
use lab::lessons::script::Step;
use lab::lessons::{Act, Lesson, lessons};
use lab::verdict::Word;
use serde_json::json;

use super::jar;
use super::looks::{BARE_KEYS, check_projector, fits_in_width};
use super::page::Page;
use super::stage::Stage;
use super::watch;

/// Foretells everything right, so that no mark is wrong and the score is full.
pub(crate) fn walk(stage: &Stage, profile: Profile) -> Result<()> {
    let page = stage.page("#lessons")?;
    let count = lessons().len();
    page.wait_for(&format!(
        "return document.querySelectorAll('.lessons a').length === {count}"
    ))?;
    stage.picture("all")?;
    for lesson in lessons() {
        page.click(&format!("a[href='#lesson/{}']", lesson.name))?;
        play(stage, &page, lesson, profile)?;
        press(&page, "a.go")?;
        page.wait_for("return !document.querySelector('lab-lessons').hidden")?;
    }
    let asked: usize = lessons()
        .iter()
        .map(|lesson| {
            lesson
                .steps
                .iter()
                .filter(|step| step.ask.is_some())
                .count()
        })
        .sum();
    let score = page
        .tab
        .script("return document.querySelector('.score').textContent")?;
    let full = format!("{asked} of {asked}");
    ensure!(
        score.as_str().is_some_and(|score| score.contains(&full)),
        "the score is {score}"
    );
    Ok(())
}

/// Not by the pointer: news at the top of the page may move a button away from under it.
fn press(page: &Page<'_>, what: &str) -> Result<()> {
    let script = format!("document.querySelector(\"{what}\").click()");
    page.tab.script(&script).map(drop)
}

/// Who has the most of what is measured, or who lets in.
fn right(step: &Step, profile: Profile) -> Vec<Column> {
    if let Some(most) = &step.most {
        return most.of(profile).to_vec();
    }
    let words = step.expect.map(|expected| expected.of(profile));
    let words = Column::ALL.into_iter().zip(words.into_iter().flatten());
    let is_in = |word| matches!(word, Word::Allowed | Word::Stale | Word::Forged);
    words
        .filter_map(|(column, word)| is_in(word).then_some(column))
        .collect()
}

fn play(stage: &Stage, page: &Page<'_>, lesson: &Lesson, profile: Profile) -> Result<()> {
    let last = lesson.steps.len() - 1;
    for (at, step) in lesson.steps.iter().enumerate() {
        let number = format!("{} / {}", at + 1, lesson.steps.len());
        page.wait_for(&format!("return document.querySelector('.lesson-head .figure')?.textContent === '{number}' && document.querySelector('button.go')?.ariaDisabled === 'false'"))?;
        let words = step.expect.map(|expected| expected.of(profile));
        if step.ask.is_some() {
            let right = right(step, profile);
            if right.is_empty() {
                press(page, ".guess input[data-part=nobody]")?;
            }
            for column in right {
                let column = column.id();
                press(page, &format!(".guess input[data-part={column}]"))?;
            }
        }
        let is_lured = matches!(step.act, Act::Link | Act::Foreign | Act::Sibling);
        if is_lured {
            watch::check(page.tab)?;
        }
        press(page, "button.go")?;
        page.wait_for("return document.querySelector('.insight') !== null")?;
        if is_lured {
            // In the attacker's tab is what the servers answer him; a browser has words for it.
            watch::overlook(page.tab)?;
        }
        if let Some(words) = words {
            page.verdicts(step.act.name(), words.map(Word::text))?;
        }
        jar::compare(page).with_context(|| format!("{} step {at}", lesson.name))?;
        let wrong = page
            .tab
            .script("return document.querySelectorAll('.guess .wrong').length")?;
        ensure!(
            wrong == json!(0),
            "{} step {at}: {wrong} wrong",
            lesson.name
        );
        if step.measure.is_some() {
            let figures = "return document.querySelectorAll('.guess .figure').length";
            let figures = page.tab.script(figures)?;
            ensure!(
                figures == json!(3),
                "{} step {at} has {figures} figures",
                lesson.name
            );
        }
        check_projector(page)?;
        if at == last {
            stage.picture(&lesson.name)?;
        } else {
            press(page, "button.go")?;
        }
    }
    Ok(())
}

/// A wrong prediction says so, in the other language and theme too, and on a phone.
pub(crate) fn wrong(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("lang=zh&theme=dark#lesson/who")?;
    page.wait_for("return document.querySelector('button.go')?.ariaDisabled === 'false'")?;
    for (at, hint) in lessons()[0].hints.iter().enumerate() {
        press(&page, "button.hint")?;
        let last = at + 1 == lessons()[0].hints.len();
        page.wait_for(&format!(
            "return document.querySelector('.hint-text')?.textContent === {} && (document.querySelector('button.hint') === null) === {last}",
            json!(hint.zh)
        ))?;
    }
    check_projector(&page)?;
    stage.picture("zh hint")?;
    press(&page, ".guess input[data-part=jwt]")?;
    press(&page, "button.go")?;
    page.wait_for("return document.querySelectorAll('.guess .wrong').length === 1 && document.querySelectorAll('.guess .right').length === 2")?;
    // What came out stands beside each column in words: a mark alone would read as the answer.
    let told = page.tab.script("return [...document.querySelectorAll('.guess label')].map((label) => label.textContent.trim()).concat(document.querySelector('.insight .foretold')?.textContent ?? '')")?;
    ensure!(
        told == json!([
            "Cookie 不放行 （与预测相符）",
            "Session 不放行 （与预测相符）",
            "JWT 不放行 （与预测不符）",
            "谁也不行",
            "3 个里有 2 个与你的预测相符。"
        ]),
        "it says {told}"
    );
    check_projector(&page)?;
    let bare = page.tab.script_that_calls_back(BARE_KEYS)?;
    ensure!(bare == json!([]), "there is no text for {bare}");
    stage.picture("zh dark")?;
    page.resize(390, 844)?;
    fits_in_width(&page)?;
    stage.picture("zh 390")
}

/// It waits for who leaves it, asks before it takes anything away, and is marked when it is done.
pub(crate) fn left_and_kept(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    let place = |at: &str| {
        format!("return document.querySelector('.lesson-head .figure')?.textContent === '{at}'")
    };
    page.expect("login", ["ALLOWED"; 3])?;
    // A login would be lost: nothing is done before the learner says so, on loading anew either.
    for query in ["lang=zh&theme=dark#lesson/who", "#lesson/who"] {
        page.show(query)?;
        page.wait_for("return document.querySelector('button.begin')?.ariaDisabled === 'false' && document.querySelector('lab-lesson .hint-text').textContent.length > 10")?;
        let here = page.columns()?.iter().all(|column| column.user.is_some());
        ensure!(here, "the login was lost unasked");
        check_projector(&page)?;
    }
    page.begin_lesson()?;
    page.until("no login", |columns| {
        columns.iter().all(|column| column.user.is_none())
    })?;
    // Nobody rules out somebody, and the other way round; nothing is no prediction.
    let ticked = "return [...document.querySelectorAll('.guess input:checked')].map((box) => box.dataset.part).join()";
    for (part, then) in [
        ("jwt", "jwt"),
        ("nobody", "nobody"),
        ("cookie", "cookie"),
        ("cookie", ""),
    ] {
        press(&page, &format!(".guess input[data-part={part}]"))?;
        let is = page.tab.script(ticked)?;
        ensure!(is == json!(then), "{part} was pressed, and ticked is {is}");
    }
    press(&page, "button.go")?;
    page.wait_for("return document.querySelector('.insight') !== null")?;
    let marks = page
        .tab
        .script("return [document.querySelectorAll('.guess :is(.right, .wrong)').length, localStorage.getItem('predictions')]")?;
    ensure!(marks == json!([0, null]), "nothing was foretold: {marks}");
    press(&page, "button.go")?;
    page.wait_for(&place("2 / 3"))?;
    // Left in the middle, it goes on where it was; begun again, at its first step.
    page.click("a[href='#state']")?;
    page.click("a[href='#lessons']")?;
    stage.picture("under way")?;
    page.click(".under-way a.go")?;
    page.wait_for(&place("2 / 3"))?;
    page.click("a[href='#lessons']")?;
    page.click(".under-way .again")?;
    page.wait_for(&place("1 / 3"))?;
    page.begin_lesson()?;
    for _ in 0..2 {
        press(&page, "button.go")?;
        page.wait_for("return document.querySelector('.insight') !== null")?;
        press(&page, "button.go")?;
    }
    press(&page, "button.go")?;
    page.wait_for("return document.querySelector('lab-lesson a.go') !== null")?;
    page.click("lab-lesson a.go")?;
    page.wait_for("return document.querySelectorAll('.lessons .right').length === 1 && document.querySelector('.under-way') === null")?;
    stage.picture("done")?;
    // What a lesson leaves behind is its own: the next one begins unasked.
    page.click("a[href='#lesson/wire']")?;
    page.wait_for(&place("1 / 3"))
}
