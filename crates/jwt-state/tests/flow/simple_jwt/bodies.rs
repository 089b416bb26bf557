//! Bodies: JSON, forms, and what is neither.

use serde_json::json;

use super::{BLACKLIST, Client, OBTAIN, REFRESH, VERIFY, pair, says, send};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_as_good_as_json() {
    let server = Client::of("hardened");
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nalice\r\n\
                     --b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nwonderland\r\n--b--\r\n";
    for (kind, body) in [
        (
            JSON,
            r#"{"username":"alice","password":"wonderland","more":[1]}"#,
        ),
        (
            "Application/JSON; charset=utf-8",
            r#"{"username":" Alice@example.test ","password":"wonderland"}"#,
        ),
        (FORM, "username=alice%40example.test&password=wonderland"),
        ("multipart/form-data; boundary=b", multipart),
    ] {
        let (_, refresh) = pair(&send(&server, OBTAIN, kind, body).await);
        let next = send(&server, REFRESH, FORM, &format!("refresh={refresh}")).await;
        pair(&next);
    }
    let spaced = r#"{"username":"alice","password":" wonderland "}"#;
    let refused = send(&server, OBTAIN, JSON, spaced).await;
    assert_eq!(refused.status, 401, "a password is taken as it was typed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_field_by_field() {
    let server = Client::of("hardened");
    let both = |fault: &str| json!({ "username": [fault], "password": [fault] });
    let whole = |fault: &str| json!({ "non_field_errors": [fault] });
    let detail = |text: &str| json!({ "detail": text });
    let no_json = detail("JSON parse error - this is not JSON as it should be");
    let twice = detail("Form parse error - a field is there twice");
    for (kind, body, said) in [
        (JSON, "{}", both("This field is required.")),
        (JSON, "", both("This field is required.")),
        ("text/plain", "", both("This field is required.")),
        (FORM, "garbage", both("This field is required.")),
        (
            FORM,
            "username=&password=",
            both("This field may not be blank."),
        ),
        (
            JSON,
            r#"{"username":"","password":""}"#,
            both("This field may not be blank."),
        ),
        (
            JSON,
            r#"{"username":null,"password":null}"#,
            both("This field may not be null."),
        ),
        (
            JSON,
            r#"{"username":true,"password":["wonderland"]}"#,
            both("Not a valid string."),
        ),
        (
            JSON,
            r#"{"username":1,"password":{}}"#,
            both("Not a valid string."),
        ),
        (
            FORM,
            "username=alice",
            json!({ "password": ["This field is required."] }),
        ),
        (
            FORM,
            "username=a%00&password=x",
            json!({ "username": ["Null characters are not allowed."] }),
        ),
        (
            JSON,
            "[]",
            whole("Invalid data. Expected a dictionary, but got list."),
        ),
        (
            JSON,
            "1",
            whole("Invalid data. Expected a dictionary, but got int."),
        ),
        (
            JSON,
            "1.5",
            whole("Invalid data. Expected a dictionary, but got float."),
        ),
        (
            JSON,
            "\"x\"",
            whole("Invalid data. Expected a dictionary, but got str."),
        ),
        (
            JSON,
            "true",
            whole("Invalid data. Expected a dictionary, but got bool."),
        ),
        (JSON, "null", whole("No data provided")),
        (JSON, "{", no_json.clone()),
        (JSON, "{}x", no_json.clone()),
        (
            JSON,
            r#"{"username":"bob","username":"alice","password":"wonderland"}"#,
            no_json.clone(),
        ),
        (
            FORM,
            "username=bob&username=alice&password=wonderland",
            twice,
        ),
    ] {
        says(&send(&server, OBTAIN, kind, body).await, 400, &said);
    }
    for (kind, body) in [
        ("text/plain", "x"),
        ("", "x"),
        ("application/json, text/plain", "{}"),
    ] {
        let said = detail(&format!("Unsupported media type \"{kind}\" in request."));
        says(&send(&server, OBTAIN, kind, body).await, 415, &said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_post_is_taken_and_wrong_passwords_are_counted() {
    let server = Client::of("hardened");
    for path in [OBTAIN, REFRESH, VERIFY, BLACKLIST] {
        for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let answer = server.exchange(method, path, "", "").await;
            let said = json!({ "detail": format!("Method \"{method}\" not allowed.") });
            says(&answer, 405, &said);
            assert_eq!(answer.header("allow"), Some("POST"));
        }
    }
    let wrong = r#"{"username":"alice","password":"wrong"}"#;
    let mut last = send(&server, OBTAIN, JSON, wrong).await;
    assert_eq!(last.status, 401);
    // One more gets through every six seconds, on a machine that is slow.
    for _ in 0..40 {
        if last.status == 401 {
            last = send(&server, OBTAIN, JSON, wrong).await;
        }
    }
    assert_eq!(last.status, 429);
    let wait = last.header("retry-after").unwrap();
    let said = format!("Request was throttled. Expected available in {wait} second");
    assert!(
        last.body["detail"].as_str().unwrap().starts_with(&said),
        "{}",
        last.body
    );
}
