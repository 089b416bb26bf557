//! C07 and C08: what everybody tries first, and what should be a name only.

use crate::case::{Case, Level};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Verdict};
use crate::target::Target;

pub(super) const C07: Case = Case {
    id: "C07",
    level: Level::Must,
    claim: "No account is open by a name and password that come with software.",
    source: "ASVS 6.3.2; CWE-1392",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: defaults_do_not_open,
};

pub(super) const C08: Case = Case {
    id: "C08",
    level: Level::Must,
    claim: "A name or password that is a query, a command, a line end or ten thousand letters is a wrong login, and nothing else.",
    source: "ASVS 1.2.1, 1.2.4, 2.2.1; CWE-89, CWE-90, CWE-943",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: names_are_names,
};

/// One try a name: more would run into the limit of wrong passwords.
const DEFAULTS: [(&str, &str); 14] = [
    ("admin", "admin"),
    ("administrator", "password"),
    ("root", "root"),
    ("test", "test"),
    ("guest", "guest"),
    ("user", "user"),
    ("demo", "demo"),
    ("postgres", "postgres"),
    ("tomcat", "s3cret"),
    ("sa", ""),
    ("support", "support"),
    ("operator", "operator"),
    ("admin@example.com", "admin"),
    ("superuser", "changeme"),
];

fn defaults_do_not_open(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let known = [Some(user), target.second.as_ref(), target.admin.as_ref()];
    let known: Vec<_> = known.into_iter().flatten().collect();
    for (name, password) in DEFAULTS {
        // The manifest's own accounts are known to be open.
        let told = known
            .iter()
            .any(|account| account.username == name && account.password == password);
        if told {
            continue;
        }
        let exchange = target.send_patiently(&target.login_request(name, password))?;
        target.rejected(
            &exchange,
            &format!("a login as {name} with the password {password:?}"),
        )?;
    }
    target.login(user)?;
    target.control_after(&held, user, "logins with passwords of the factory")?;
    Ok(Proof::HoldsAnd(format!(
        "{} pairs were tried",
        DEFAULTS.len()
    )))
}

fn names_are_names(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let name = &user.username;
    let odd = [
        format!("{name}' OR '1'='1"),
        format!("{name}'--"),
        format!("{name}' #"),
        format!("{name}\" OR \"\"=\""),
        format!("{name}') OR ('1'='1"),
        "' OR 1=1 LIMIT 1 --".to_owned(),
        "' UNION SELECT 1,'x','x' --".to_owned(),
        "*)(uid=*))(|(uid=*".to_owned(),
        "{\"$gt\": \"\"}".to_owned(),
        "'; WAITFOR DELAY '0:0:9' --".to_owned(),
        "$(sleep 9)".to_owned(),
        "`id`".to_owned(),
        "../../../../etc/passwd".to_owned(),
        "${jndi:ldap://127.0.0.1/x}".to_owned(),
        "{{7*7}}${7*7}#{7*7}".to_owned(),
        "%s%s%s%n".to_owned(),
        format!("{name}\r\nSet-Cookie: planted=1"),
        format!("{name}\n"),
        format!("{name}\u{0}x"),
        "\u{202e}\u{feff}\u{2028}".to_owned(),
        "x".repeat(10_000),
        "\u{1F600}".repeat(2_000),
        "%".repeat(300),
        "_".repeat(5),
    ];
    for text in &odd {
        let shown: String = text.chars().take(30).collect();
        let as_name = target.send_patiently(&target.login_request(text, "not-the-password"))?;
        target.rejected(&as_name, &format!("a login as {shown:?}"))?;
        // A name may be trimmed; then this is the name.
        if text.trim() == *name || !text.starts_with(name) {
            continue;
        }
        let right = target.send_patiently(&target.login_request(text, &user.password))?;
        target.rejected(
            &right,
            &format!("a login as {shown:?} with a right password"),
        )?;
    }
    // As a password each is one wrong try of somebody whom nobody knows.
    for (at, text) in odd.iter().step_by(3).enumerate() {
        let shown: String = text.chars().take(30).collect();
        let nobody = format!("nobody-{at}");
        let exchange = target.send_patiently(&target.login_request(&nobody, text))?;
        target.rejected(&exchange, &format!("a login with the password {shown:?}"))?;
    }
    target.login(user)?;
    target.control_after(&held, user, "logins with odd names")?;
    Ok(Proof::Holds)
}
