//! Which lures there are, and what each does in the visitor's browser.

use serde::Serialize;

use crate::column::Column;

/// Where a page of the attacker's comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Site {
    /// Another site: `SameSite` counts.
    Elsewhere,
    /// A host next door, of the same site: `SameSite` does not count.
    Sibling,
}

impl Site {
    /// The name of the host.
    pub fn host(self) -> &'static str {
        match self {
            Self::Elsewhere => "evil.localhost",
            Self::Sibling => "evil.lab.localhost",
        }
    }
}

/// What the page does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Posts a form into the whole window.
    Form,
    /// Follows a link in the whole window.
    Link,
    /// Embeds an image.
    Image,
    /// Fetches with credentials, as JSON.
    Fetch,
    /// Sets cookies for the whole domain.
    Plant,
    /// Runs in the application's own page, and sends home what it reads there.
    Read,
    /// Runs in the application's own page, and acts there as the visitor.
    Ride,
}

/// What the visitor has done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Victim {
    /// Logged in.
    In,
    /// Not logged in.
    Out,
}

/// A page of the attacker's.
#[derive(Debug)]
pub struct Lure {
    /// Its name in addresses and in the page's catalogues.
    pub name: &'static str,
    /// What it does, in a few words.
    pub title: &'static str,
    /// What keeps the attacker out where he is kept out, and what to change where he is not.
    pub defence: &'static str,
    /// Where it comes from.
    pub site: Site,
    /// What it does.
    pub way: Way,
    /// Whom it waits for.
    pub victim: Victim,
    /// Where it has something to aim at.
    pub columns: &'static [Column],
}

const ALL: &[Column] = &Column::ALL;
const COOKIES: &[Column] = &[Column::Cookie, Column::Session];

const fn lure(
    name: &'static str,
    (site, way, victim): (Site, Way, Victim),
    columns: &'static [Column],
    title: &'static str,
    defence: &'static str,
) -> Lure {
    Lure {
        name,
        title,
        defence,
        site,
        way,
        victim,
        columns,
    }
}

/// In the order in which a lesson would take them.
pub static LURES: &[Lure] = &[
    lure(
        "form-elsewhere",
        (Site::Elsewhere, Way::Form, Victim::In),
        ALL,
        "Another site posts a form",
        "SameSite=Lax keeps the cookie back; the check of Origin refuses all the same.",
    ),
    lure(
        "link-elsewhere",
        (Site::Elsewhere, Way::Link, Victim::In),
        ALL,
        "Another site links to a page",
        "Nothing but reading may happen on GET. SameSite=Strict would keep the cookie back here too.",
    ),
    lure(
        "image-elsewhere",
        (Site::Elsewhere, Way::Image, Victim::In),
        ALL,
        "Another site embeds it as an image",
        "SameSite=Lax: only what fills the whole window brings the cookie along.",
    ),
    lure(
        "fetch-elsewhere",
        (Site::Elsewhere, Way::Fetch, Victim::In),
        ALL,
        "Script of another site posts JSON",
        "JSON needs a preflight, and no answer of these servers allows another origin (CORS).",
    ),
    lure(
        "form-sibling",
        (Site::Sibling, Way::Form, Victim::In),
        ALL,
        "A sibling host posts a form",
        "The check of Origin and Sec-Fetch-Site: SameSite counts sites, and a sibling is the same site.",
    ),
    lure(
        "fetch-sibling",
        (Site::Sibling, Way::Fetch, Victim::In),
        ALL,
        "Script of a sibling host posts JSON",
        "JSON needs a preflight, and no answer of these servers allows another origin (CORS).",
    ),
    lure(
        "toss",
        (Site::Sibling, Way::Plant, Victim::In),
        COOKIES,
        "A sibling host plants a second cookie",
        "The prefix __Host-: a browser takes such a cookie only from its own host, without Domain.",
    ),
    lure(
        "fixate",
        (Site::Sibling, Way::Plant, Victim::Out),
        COOKIES,
        "A sibling host plants its own login before yours",
        "The prefix __Host- again; and a login that makes a new credential.",
    ),
    lure(
        "script-read",
        (Site::Elsewhere, Way::Read, Victim::In),
        ALL,
        "Injected script sends home what it reads",
        "HttpOnly: script cannot read such a cookie. What lies in localStorage, every script reads.",
    ),
    lure(
        "script-ride",
        (Site::Elsewhere, Way::Ride, Victim::In),
        ALL,
        "Injected script acts as you, in your browser",
        "Let no strange script in: escape what you print, and a Content-Security-Policy. No cookie attribute helps here.",
    ),
];

impl Lure {
    /// The one of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        LURES.iter().find(|lure| lure.name == name)
    }

    /// The attacker's script runs in a page of the application.
    pub fn is_inside(&self) -> bool {
        matches!(self.way, Way::Read | Way::Ride)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::attacks::ATTACKS;

    #[test]
    fn names_are_unique_and_in_the_catalogue_of_the_page() {
        let others = ATTACKS.iter().map(|attack| attack.name);
        let names: HashSet<&str> = LURES.iter().map(|lure| lure.name).chain(others).collect();
        assert_eq!(names.len(), LURES.len() + ATTACKS.len());
        let english = include_str!("../../../../demo-client/i18n/en.json");
        let english: serde_json::Value = serde_json::from_str(english).unwrap();
        for lure in LURES {
            let key = format!("attack.{}", lure.name);
            assert_eq!(english[&key], lure.title);
            assert_eq!(english[format!("{key}.defence")], lure.defence);
        }
    }
}
