use actix_web::http::header::{COOKIE, HeaderMap, HeaderValue};

use crate::cookies::{Disbelief, all_sent, sent};

fn request(lines: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
    }
    headers
}

#[test]
fn values_come_as_they_were_sent() {
    let headers = request(&[b"a=%41; b=\"x y\"; c=; d==e=", b"f=g"]);
    for (name, value) in [
        ("a", "%41"),
        ("b", "\"x y\""),
        ("c", ""),
        ("d", "=e="),
        ("f", "g"),
    ] {
        assert_eq!(sent(&headers, name), Ok(Some(value)));
        assert_eq!(all_sent(&headers)[name], Ok(value));
    }
    assert_eq!(sent(&headers, "%61"), Ok(None));
    assert_eq!(all_sent(&headers).len(), 5);
}

#[test]
fn two_values_are_not_believed_and_two_of_the_same_are_one() {
    let headers = request(&[b"a=1; b=2; a=3; b=2", b"c=4; c=4; c=5; c=4"]);
    let all = all_sent(&headers);
    for (name, believed) in [
        ("a", Err(Disbelief::Ambiguous)),
        ("b", Ok("2")),
        ("c", Err(Disbelief::Ambiguous)),
    ] {
        assert_eq!(
            sent(&headers, name).map(Option::unwrap_or_default),
            believed
        );
        assert_eq!(all[name], believed);
    }
}

#[test]
fn a_prefix_in_another_spelling_is_not_believed() {
    let headers =
        request(&[b"__Host-a=1; __HOST-b=2; __secure-c=3; __%48ost-d=4; __Host-Http-e=5"]);
    let all = all_sent(&headers);
    for name in ["__HOST-b", "__secure-c"] {
        assert_eq!(sent(&headers, name), Err(Disbelief::PrefixSpelling));
        assert_eq!(all[name], Err(Disbelief::PrefixSpelling));
    }
    assert_eq!(all["__Host-a"], Ok("1"));
    assert_eq!(all["__Host-Http-e"], Ok("5"));
    assert_eq!(sent(&headers, "__Host-d"), Ok(None));
}

#[test]
fn broken_neighbours_are_passed_over() {
    let headers = request(&[b"=x; y; ;;a=\xff; \xfe=b; c=d", b"\xc3=1; e=\xc3\xa4"]);
    let all = all_sent(&headers);
    assert_eq!(
        all.into_iter().collect::<Vec<_>>(),
        [("c", Ok("d")), ("e", Ok("ä"))]
    );
}
