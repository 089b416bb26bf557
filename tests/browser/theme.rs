//! Dark or light, as the operating system has it.

use anyhow::Result;
use lab::Profile;
use serde_json::json;

use super::stage::Stage;

/// Without a choice the page goes by the operating system, also when that changes; a choice stays,
/// and choosing what the system has is the way back.
pub(crate) fn of_the_system(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    let system = |scheme: &str| {
        let features = [
            ("prefers-reduced-motion", "reduce"),
            ("prefers-color-scheme", scheme),
        ];
        let features = features.map(|(name, value)| json!({ "name": name, "value": value }));
        page.tab.cdp(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        )
    };
    // The paper, by its lightness, and the button.
    let is = |theme: &str| {
        page.wait_for(&format!(
            "const dark = parseInt(getComputedStyle(document.body).backgroundColor.slice(4)) < 128; \
             return dark === {0} && document.querySelector('[data-toggle=dark]').ariaPressed === '{0}'",
            theme == "dark"
        ))
    };
    system("light")?;
    is("light")?;
    system("dark")?;
    is("dark")?;
    page.click("[data-toggle=dark]")?;
    is("light")?;
    for (scheme, shown) in [("light", "light"), ("dark", "light")] {
        system(scheme)?;
        is(shown)?;
    }
    page.show("")?;
    is("light")?;
    page.click("[data-toggle=dark]")?;
    is("dark")?;
    system("light")?;
    is("light")
}
