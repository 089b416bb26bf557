//! What the lab answers to pages of other origins that are open in the same browser: nothing.

use lab::Profile;

use crate::Running;
use crate::client::Visitor;

/// The stream of views has sixteen places; a page of another site must not take any.
#[test]
fn other_sites_are_not_answered() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let (page, column) = ("lab.localhost", "jwt.lab.localhost");
    let paths = [
        (page, "/__lab/view"),
        (page, "/__lab/attacks"),
        (page, "/__lab/export?column=jwt&format=har"),
        (column, "/__lab/column.js"),
    ];
    let status = |(host, path): (&str, &str), fields: &str| {
        let line = format!("GET {path}");
        visitor.send(host, &line, fields, "").status
    };
    for place in paths {
        for own in [
            "",
            "Sec-Fetch-Site: same-origin\r\n",
            "Sec-Fetch-Site: none\r\n",
        ] {
            assert_eq!(status(place, own), 200, "{place:?} {own}");
        }
        for other in [
            "cross-site",
            "same-site",
            "",
            "x",
            "same-origin, cross-site",
        ] {
            let fields = format!("Sec-Fetch-Site: {other}\r\n");
            assert_eq!(status(place, &fields), 403, "{place:?} {other}");
        }
        let twice = "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n";
        assert_eq!(status(place, twice), 403, "{place:?} twice");
        // Where a browser says no site of loopback, it still names the origin of a script.
        for origin in [
            "null".to_owned(),
            format!("http://evil.lab.localhost:{}", lab.port),
        ] {
            let fields = format!("Origin: {origin}\r\n");
            assert_eq!(status(place, &fields), 403, "{place:?} {origin}");
        }
    }
    let own = format!("Origin: http://{page}:{}\r\n", lab.port);
    assert_eq!(status((page, "/__lab/view"), &own), 200);
    for other in ["cross-site", "same-site"] {
        let fields = format!("Sec-Fetch-Site: {other}\r\n");
        let stream = status((page, "/__lab/events"), &fields);
        assert_eq!(stream, 403, "{other}");
        assert_eq!(status((page, "/"), &fields), 200, "a link to the page");
        assert_eq!(
            status((page, "/?lang=zh"), &fields),
            200,
            "a link to the page"
        );
    }
    // The router reads the second as the first.
    for path in ["/__l%61b/view", "/%5f%5flab/events", "/__lab/%76iew", "/%"] {
        for fields in ["", "Sec-Fetch-Site: cross-site\r\n"] {
            assert_eq!(status((page, path), fields), 400, "{path} {fields}");
        }
    }
    // The page frames these hosts, which are its siblings; another site does not.
    let frame = (column, "/__lab/column");
    assert_eq!(status(frame, "Sec-Fetch-Site: same-site\r\n"), 200);
    assert_eq!(status(frame, "Sec-Fetch-Site: cross-site\r\n"), 403);
}
