//! What `lab attack` says beside the claims of the suite, in both languages. The titles and the
//! defences in Chinese are the page's own; claims, sources and what was seen are the suite's words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use lab::Profile;
use lab::attacks::Attack;
use lab::lessons::Language;

/// One language.
pub(crate) struct Words {
    pub(crate) nothing: &'static str,
    pub(crate) untried: &'static str,
    pub(crate) source: &'static str,
    pub(crate) another: &'static str,
    pub(crate) last: &'static str,
    pub(crate) defence: &'static str,
    language: Language,
}

static CATALOGUE: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../demo-client/i18n/zh.json"))
        .expect("the page's catalogue is JSON: a test reads it")
});

impl Words {
    pub(crate) fn of(language: Language) -> Self {
        match language {
            Language::En => Self {
                nothing: "- nothing",
                untried: "not tried",
                source: "source: ",
                another: "another outcome: ",
                last: "the last requests and answers (--json shows them whole):",
                defence: "defence: ",
                language,
            },
            Language::Zh => Self {
                nothing: "- 无可攻击",
                untried: "没试成",
                source: "出处：",
                another: "换一种结果：",
                last: "最后的请求和响应（--json 显示全文）：",
                defence: "怎样能挡住：",
                language,
            },
        }
    }

    pub(crate) fn title(&self, attack: &Attack) -> &'static str {
        self.text(&format!("attack.{}", attack.name), attack.title)
    }

    pub(crate) fn defence_of(&self, attack: &Attack) -> &'static str {
        self.text(&format!("attack.{}.defence", attack.name), attack.defence)
    }

    fn text(&self, key: &str, english: &'static str) -> &'static str {
        match self.language {
            Language::En => english,
            Language::Zh => CATALOGUE.get(key).map_or(english, String::as_str),
        }
    }

    /// The last line.
    pub(crate) fn sum(&self, profile: Profile, counts: [usize; 4], seconds: f64) -> String {
        let ([tried, denied, known, holes], profile) = (counts, profile.name());
        match self.language {
            Language::En => format!(
                "{tried} tried in the profile {profile}: {denied} denied, {known} known trade-offs, {holes} holes, {seconds:.1} s"
            ),
            Language::Zh => format!(
                "在模式 {profile} 下试了 {tried} 项：{denied} 项被拒绝，{known} 项是已知的取舍，{holes} 个漏洞，{seconds:.1} s"
            ),
        }
    }

    /// Where the rest is tried.
    pub(crate) fn more(&self, count: usize, place: &str) -> String {
        match self.language {
            Language::En => format!("{count} more are decided by a browser alone: {place}"),
            Language::Zh => {
                format!("还有 {count} 项只有浏览器能决定：启动 `lab`，打开它的页面，看“攻击”")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use lab::attacks::ATTACKS;

    use super::*;

    #[test]
    fn each_attack_has_a_title_and_a_defence_in_chinese() {
        let words = Words::of(Language::Zh);
        for attack in ATTACKS {
            for (said, english) in [
                (words.title(attack), attack.title),
                (words.defence_of(attack), attack.defence),
            ] {
                assert_ne!(said, english, "{}", attack.name);
            }
        }
    }
}
