//! What `lab watch` says beside the texts of an exercise, in both languages.

use lab::lessons::Language;

/// One language.
pub(crate) struct Words {
    pub(crate) goal: &'static str,
    pub(crate) file: &'static str,
    pub(crate) settings_of: &'static str,
    pub(crate) made: &'static str,
    pub(crate) server: &'static str,
    pub(crate) keys: &'static str,
    pub(crate) run: &'static str,
    pub(crate) passes: &'static str,
    pub(crate) fails: &'static str,
    pub(crate) now: &'static str,
    pub(crate) no_more: &'static str,
    pub(crate) expected: &'static str,
    pub(crate) seen: &'static str,
    pub(crate) left: &'static str,
    pub(crate) one_left: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) unusable: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) all_hints: &'static str,
    pub(crate) again: &'static str,
    pub(crate) solved: &'static str,
    pub(crate) next: &'static str,
    pub(crate) bye: &'static str,
}

const EN: Words = Words {
    goal: "Goal",
    file: "File",
    settings_of: "the settings of",
    made: "This folder was not there and has been made:",
    server: "Server",
    keys: "Save, and the checks run again. h + Enter: a hint; r + Enter: run again; q + Enter: leave.",
    run: "Run",
    passes: "pass",
    fails: "fail",
    now: "now",
    no_more: "no more",
    expected: "expected",
    seen: "seen",
    left: "checks still fail.",
    one_left: "check still fails.",
    waiting: "Nobody answers at",
    unusable: "The server does not start:",
    hint: "Hint",
    all_hints: "That was the last hint.",
    again: "There are no more hints. The last one again:",
    solved: "Solved.",
    next: "Next:",
    bye: "Left. The same command goes on here.",
};

const ZH: Words = Words {
    goal: "目标",
    file: "文件",
    settings_of: "设置属于",
    made: "此文件夹原本不存在，已创建：",
    server: "服务器",
    keys: "保存后检查会重新运行。h + 回车：提示；r + 回车：再运行；q + 回车：离开。",
    run: "运行",
    passes: "通过",
    fails: "失败",
    now: "新变化",
    no_more: "不再",
    expected: "应当",
    seen: "实际",
    left: "个检查仍失败。",
    one_left: "个检查仍失败。",
    waiting: "没有响应：",
    unusable: "服务器没有启动：",
    hint: "提示",
    all_hints: "这是最后一个提示。",
    again: "没有更多提示了。再看一遍最后一个：",
    solved: "解决了。",
    next: "下一个：",
    bye: "已离开。用同一条命令可以接着做。",
};

/// In this language.
pub(crate) fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Zh => &ZH,
    }
}
