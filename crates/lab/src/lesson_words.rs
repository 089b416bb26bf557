//! What `lab run` says beside the texts of a lesson, in both languages. Names of settings, columns
//! and verdicts are the same in either: they are looked for in addresses, in JSON and on the page.

use lab::lessons::Language;
use lab::lessons::cost::Measure;
use lab::lessons::script::{Act, Switch};
use lab::{Profile, StoreKind, StoreLabel};

use crate::lesson_report::StepReport;

/// Where it is played.
pub(crate) fn place(language: Language, profile: Profile, store: &StoreLabel) -> String {
    let (profile, label) = (profile.name(), store.label.as_str());
    match (language, store.kind) {
        (Language::En, _) => format!("profile {profile}, {label}"),
        (Language::Zh, StoreKind::Embedded) => format!("模式 {profile}，存储在本进程内"),
        (Language::Zh, _) => {
            let label = label
                .replace(", started for this lab", "，为本实验台启动")
                .replace(" at ", "，位于 ");
            format!("模式 {profile}，{label}")
        }
    }
}

/// What a step does.
pub(crate) fn deed(language: Language, step: &StepReport) -> String {
    let act = act(language, step.act);
    match (step.account, step.switch, step.exercise, step.span) {
        (Some(account), ..) => format!("{act} {account}"),
        (_, Some(Switch { column, choice }), ..) => match language {
            Language::En => format!("{} to {choice}", column.id()),
            Language::Zh => format!("{} 改为 {choice}", column.id()),
        },
        (_, _, Some(exercise), _) => format!("$ lab watch {exercise}"),
        (.., Some(span)) => format!("{act} {span}"),
        _ => act.to_owned(),
    }
}

fn act(language: Language, act: Act) -> &'static str {
    match (language, act) {
        (Language::En, act) => act.name(),
        (_, Act::Login) => "登录",
        (_, Act::Visit) => "访问",
        (_, Act::Admin) => "管理页",
        (_, Act::Logout) => "登出",
        (_, Act::Replay) => "重放",
        (_, Act::Forge) => "伪造",
        (_, Act::Link) => "外站链接",
        (_, Act::Foreign) => "外站表单",
        (_, Act::Sibling) => "兄弟表单",
        (_, Act::Demote) => "撤销 root 管理员",
        (_, Act::Promote) => "恢复 root 管理员",
        (_, Act::Flush) => "清空存储",
        (_, Act::Restart) => "重启",
        (_, Act::Rekey) => "换新密钥重启",
        (_, Act::Cut) => "断开 Redis",
        (_, Act::Mend) => "接回 Redis",
        (_, Act::Switch) => "切换",
        (_, Act::Watch) => "练习",
        (_, Act::Ahead) => "时钟拨快",
    }
}

/// Whether it came as the lesson says.
pub(crate) fn mark(language: Language, as_expected: bool) -> &'static str {
    match (language, as_expected) {
        (Language::En, true) => "ok",
        (Language::En, false) => "OTHER THAN THE LESSON SAYS",
        (Language::Zh, true) => "符合",
        (Language::Zh, false) => "与课程所说的不同",
    }
}

/// Behind the greatest figure.
pub(crate) fn most(language: Language) -> &'static str {
    match language {
        Language::En => " (most)",
        Language::Zh => "（最多）",
    }
}

/// What was counted.
pub(crate) fn measure(language: Language, measure: Measure) -> &'static str {
    match (measure, language) {
        (Measure::Credential, Language::En) => "bytes of credential",
        (Measure::Credential, Language::Zh) => "凭证字节数",
        (Measure::Asks, Language::En) => "commands to the store",
        (Measure::Asks, Language::Zh) => "向存储发的命令",
        (Measure::Kept, Language::En) => "bytes in Redis",
        (Measure::Kept, Language::Zh) => "Redis 中的字节数",
    }
}

/// How many steps were not played.
pub(crate) fn left_out(language: Language, count: usize) -> String {
    match language {
        Language::En => format!("{count} more steps need a Redis, and there is none here"),
        Language::Zh => format!("{count} 个步骤需要 Redis，而这里没有"),
    }
}

/// The lesson's last word.
pub(crate) fn change(language: Language, text: &str) -> String {
    match language {
        Language::En => format!("what would change this: {text}"),
        Language::Zh => format!("怎样会不同：{text}"),
    }
}

/// As wide as so many Latin letters: a Chinese character takes the room of two.
pub(crate) fn padded(text: &str, width: usize) -> String {
    let is_wide =
        |letter: &char| matches!(*letter, '\u{2E80}'..='\u{9FFF}' | '\u{FF00}'..='\u{FF60}');
    let taken = text.chars().count() + text.chars().filter(is_wide).count();
    format!("{text}{}", " ".repeat(width.saturating_sub(taken)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_takes_the_room_of_two() {
        for text in ["visit", "访问", "登录 alice", "9（最多）"] {
            let columns: usize = padded(text, 13)
                .chars()
                .map(|letter| if letter.is_ascii() { 1 } else { 2 })
                .sum();
            assert_eq!(columns, 13, "{text}");
        }
    }

    #[test]
    fn a_store_is_named_in_the_language() {
        let store = |kind, label: &str| {
            let label = label.to_owned();
            place(Language::Zh, Profile::Hardened, &StoreLabel { kind, label })
        };
        let private = store(
            StoreKind::PrivateRedis,
            "Redis 7.0.15, started for this lab",
        );
        assert_eq!(private, "模式 hardened，Redis 7.0.15，为本实验台启动");
        let inside = store(StoreKind::Embedded, "In this process");
        assert_eq!(inside, "模式 hardened，存储在本进程内");
    }
}
