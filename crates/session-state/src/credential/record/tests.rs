use proptest::prelude::*;

use super::*;

fn entries() -> impl Strategy<Value = Entries> {
    let value = prop_oneof![
        "[0-9]{1,3}".prop_map(|n| format!("{}", n.len())),
        Just("true".to_owned())
    ];
    prop::collection::hash_map("[abc]", value, 0..4)
}

fn with(pairs: &[(&str, &str)]) -> Entries {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

fn login() -> Record {
    Record {
        account: Some(7),
        epoch: 3,
        began_at: 1_700_000_000,
        seen_at: 1_700_000_125,
        ends_at: None,
        kept: true,
        device: "Firefox on Linux".to_owned(),
    }
}

#[test]
fn what_is_written_is_one_readable_object() {
    let held = with(&[(ACCOUNT, "\"7\""), ("theme", r#"{"a":[1,"x"]}"#)]);
    let mut changed = held.clone();
    changed.insert(NOTED.to_owned(), "1".to_owned());
    let text = login().print(&changed, None).unwrap();
    assert_eq!(
        text,
        r#"{"@in":[7,3,1700000000,2,"Firefox on Linux",true],"theme":{"a":[1,"x"]}}"#
    );
    let Some(Parsed::Session(record)) = Parsed::of(&text) else {
        panic!("not a session");
    };
    let read = super::entries(&text, &record);
    let to_the_minute = Record {
        seen_at: 1_700_000_120,
        ..login()
    };
    assert_eq!((record, read), (to_the_minute, held));
}

#[test]
fn what_has_its_usual_value_is_left_out() {
    let anonymous = Record {
        began_at: 1,
        seen_at: 1,
        ..Record::anonymous()
    };
    assert_eq!(anonymous.print(&with(&[]), None).unwrap(), r#"{"@at":1}"#);
}

#[test]
fn a_login_that_ends_with_the_browser_says_nothing_of_it() {
    let short = Record {
        kept: false,
        seen_at: 1_700_000_000,
        device: String::new(),
        ..login()
    };
    let text = short.print(&with(&[]), None).unwrap();
    assert_eq!(text, r#"{"@in":[7,3,1700000000,0,""]}"#);
    let Some(Parsed::Session(read)) = Parsed::of(&text) else {
        panic!("not a session");
    };
    assert_eq!(read, short);
}

#[test]
fn what_is_not_ours_is_nothing() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"@at":"1"}"#,
        r#"{"@in":["x",1,1]}"#,
        r#"{"@moved":"x"}"#,
    ] {
        assert!(Parsed::of(text).is_none(), "{text}");
    }
    let next = Digest::of(b"next");
    assert!(matches!(Parsed::of(&mark(&next).unwrap()), Some(Parsed::Moved(name)) if name == next));
}

#[test]
fn state_is_bounded_and_the_login_has_room() {
    let value = |bytes: usize| format!("\"{}\"", "x".repeat(bytes));
    for (record, limit) in [(login(), LARGEST), (Record::anonymous(), LARGEST_ANONYMOUS)] {
        let refused = record
            .print(&with(&[("long", &value(limit))]), None)
            .unwrap_err();
        assert!(matches!(refused, Problem::StateTooLarge { limit: at, .. } if at == limit));
        assert!(
            record
                .print(&with(&[("long", &value(limit - 6))]), None)
                .is_ok()
        );
    }
    let long = Record {
        device: value(LARGEST),
        ..login()
    };
    assert!(long.print(&with(&[]), None).is_ok());
}

#[test]
fn who_it_is_must_be_one_of_our_accounts() {
    assert_eq!(account_of(&with(&[])), Ok(None));
    assert_eq!(account_of(&with(&[(ACCOUNT, "\"7\"")])), Ok(Some(7)));
    for odd in ["7", "\"x\"", "\"\"", "null"] {
        assert!(account_of(&with(&[(ACCOUNT, odd)])).is_err(), "{odd}");
    }
}

proptest! {
    /// Two requests that began with the same session: what one changed and the other did not
    /// is there afterwards, whoever comes second.
    #[test]
    fn parallel_writes_to_different_entries_both_survive(
        base in entries(), mine in entries(), theirs in entries(),
    ) {
        let merged = merge(&base, mine.clone(), theirs.clone());
        for name in ["a", "b", "c"] {
            let of = |entries: &Entries| entries.get(name).cloned();
            let expected = if of(&mine) == of(&base) { of(&theirs) } else { of(&mine) };
            prop_assert_eq!(of(&merged), expected);
        }
    }
}
