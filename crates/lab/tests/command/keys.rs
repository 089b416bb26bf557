//! `lab keys`.

use serde_json::Value;

use crate::{lab, text};

#[cfg(unix)]
#[test]
fn keys_are_made_for_their_owner_and_never_over_others() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let keys = |arguments: &[&str]| {
        let mut command = lab(&["keys", "new"]);
        command.args(arguments).current_dir(&folder);
        command.output().unwrap()
    };
    let mode = |name: &str| {
        let metadata = std::fs::metadata(folder.path().join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    let content = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();

    let made = keys(&["--algorithm", "ES256", "--public", "keys.json"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let set: Value = serde_json::from_str(&content("keys.json")).unwrap();
    let kid = set["keys"][0]["kid"].as_str().unwrap();
    let told = text(&made.stdout);
    assert!(told.contains(kid), "{told}");
    assert!(
        told.contains("jwt-state --signing-key signing.pem\n"),
        "{told}"
    );
    assert_eq!((mode("signing.pem"), mode("keys.json")), (0o600, 0o644));
    let first = content("signing.pem");
    assert!(
        !told.contains(first.lines().nth(1).unwrap()),
        "the key itself"
    );

    // A file that is there stays, and nothing is left of what was begun.
    for (again, hint) in [
        (&["--public", "other.json"][..], "with --out"),
        (
            &["--out", "other.pem", "--public", "keys.json"],
            "with --public",
        ),
    ] {
        let refused = keys(again);
        assert_eq!(refused.status.code(), Some(1));
        let said = text(&refused.stderr);
        assert!(
            said.contains("is there already") && said.contains(hint),
            "{said}"
        );
    }
    assert_eq!(content("signing.pem"), first);
    assert!(!folder.path().join("other.json").exists());
    assert!(!folder.path().join("other.pem").exists());

    assert!(keys(&["--algorithm", "HS512"]).status.success());
    assert!(content("signing.json").contains(r#""alg":"HS512""#));
    let rsa = text(&keys(&["--algorithm", "RS384", "--out", "rsa.pem"]).stdout);
    assert!(
        rsa.contains("--signing-key rsa.pem --algorithm RS384\n"),
        "{rsa}"
    );
    assert!(keys(&["--server-key"]).status.success());
    let key = contract::settings::MasterKey::from_base64(&content("server.key"));
    assert!(key.is_ok());
    assert_eq!(
        (content("server.key").trim().len(), mode("server.key")),
        (88, 0o600)
    );

    let no_half = keys(&[
        "--algorithm",
        "HS256",
        "--out",
        "x.json",
        "--public",
        "y.json",
    ]);
    assert_eq!(no_half.status.code(), Some(2));
    assert!(text(&no_half.stderr).contains("--algorithm EdDSA"));
    assert!(!folder.path().join("x.json").exists());
    for wrong in [
        &["--algorithm", "none"][..],
        &["--server-key", "--algorithm", "ES256"],
    ] {
        assert_eq!(keys(wrong).status.code(), Some(2));
    }
}
