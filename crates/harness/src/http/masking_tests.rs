//! What of a message is not shown.

use super::mask::{mask_header, mask_members};

#[test]
fn credentials_in_unusual_places_are_not_shown_either() {
    for (line, shown) in [
        ("Cookie: abcdefghij", "Cookie: [masked 10]"),
        ("Cookie: a=abcdefghij; b", "Cookie: a=[masked 10];b"),
        (
            "Proxy-Authorization: Bearer abcdefghij",
            "Proxy-Authorization: Bearer [masked 10]",
        ),
        (
            "Referer: http://x/?token=abcdefghij",
            "Referer: http://x/?token=[masked 10]",
        ),
    ] {
        assert_eq!(mask_header(line), shown);
    }
    for (body, shown) in [
        (
            r#"{"Password":"abc","a":1}"#,
            r#"{"Password":"[masked]","a":1}"#,
        ),
        (
            r#"{"password":["ab","c"],"a":1}"#,
            r#"{"password":"[masked]","a":1}"#,
        ),
        (
            r#"{"new_password":{"x":"ab"}}"#,
            r#"{"new_password":"[masked]"}"#,
        ),
        (
            r#"{"password":null,"new":"a\"b"}"#,
            r#"{"password":null,"new":"[masked]"}"#,
        ),
        (r#"{"password":"cut sho"#, r#"{"password":"[masked]""#),
    ] {
        assert_eq!(mask_members(body), shown);
    }
}
