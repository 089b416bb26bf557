use contract::{settings::MasterKey, wire::Timestamp};

use crate::cookies::{
    Attributes, Entry, Inventory, Keys, Lifetime, NameKeys, Protection, Refusal, SameSite,
    Unlisted, delete,
};

fn nothing() -> Unlisted {
    Unlisted::default()
}

fn keys() -> NameKeys {
    Keys::new("test", MasterKey::random(), vec![]).of("list")
}

fn entry(name: &str, value: &str, attributes: &Attributes) -> Entry {
    Entry::new(name, value, Protection::Plain, attributes, Timestamp::now())
}

fn at(path: &str) -> Attributes {
    Attributes {
        path: Some(path.to_owned()),
        ..Attributes::default()
    }
}

/// There and back, as through a browser.
fn travelled(keys: &NameKeys, inventory: &Inventory) -> Inventory {
    let line = inventory.line("list", keys, Attributes::default(), Timestamp::now());
    let line = line.unwrap();
    let pair = line.split(';').next().unwrap();
    Inventory::open(keys, pair.strip_prefix("list="))
}

#[test]
fn a_cookie_is_deleted_as_it_was_set() {
    let attributes = Attributes {
        lifetime: Lifetime::Seconds(600),
        path: None,
        domain: Some("example.test".to_owned()),
        secure: true,
        http_only: true,
        same_site: Some(SameSite::None),
        partitioned: true,
    };
    let keys = keys();
    let mut inventory = Inventory::default();
    inventory
        .note(entry("a", "v", &attributes), nothing())
        .unwrap();
    let inventory = travelled(&keys, &inventory);
    let held = inventory.named("a").next().unwrap().attributes();
    assert_eq!(delete("a", &held), delete("a", &attributes));
    assert_eq!(inventory.named("b").count(), 0);
}

#[test]
fn one_cookie_for_each_path_domain_and_partition() {
    let mut inventory = Inventory::default();
    for path in ["/", "/a", "/", "/a"] {
        inventory
            .note(entry("n", "v", &at(path)), nothing())
            .unwrap();
    }
    let other = Attributes {
        domain: Some("Example.test".to_owned()),
        ..at("/")
    };
    let same_in_small = Attributes {
        domain: Some("example.test".to_owned()),
        http_only: true,
        ..at("/")
    };
    inventory.note(entry("n", "v", &other), nothing()).unwrap();
    inventory
        .note(entry("n", "v", &same_in_small), nothing())
        .unwrap();
    assert_eq!(inventory.named("n").count(), 3);
    inventory.strike(&entry("n", "", &at("/a")));
    assert_eq!(inventory.named("n").count(), 2);
}

#[test]
fn what_is_not_ours_is_an_empty_list() {
    let keys = keys();
    let mut inventory = Inventory::default();
    inventory
        .note(entry("a", "v", &at("/")), nothing())
        .unwrap();
    let line = inventory.line("list", &self::keys(), at("/"), Timestamp::now());
    let line = line.unwrap();
    let by_another_key = line.split(';').next().unwrap().strip_prefix("list=");
    for sent in [None, Some(""), Some("[]"), by_another_key] {
        assert_eq!(Inventory::open(&keys, sent), Inventory::default());
    }
}

#[test]
fn what_the_browser_has_forgotten_is_forgotten() {
    let keys = keys();
    let mut inventory = Inventory::default();
    let long_ago = Timestamp::from_unix(Timestamp::now().unix() - 100);
    let over = Attributes {
        lifetime: Lifetime::Seconds(60),
        ..at("/")
    };
    let entry = Entry::new("over", "v", Protection::Plain, &over, long_ago);
    inventory.note(entry, nothing()).unwrap();
    inventory
        .note(self::entry("kept", "v", &at("/")), nothing())
        .unwrap();
    let names: Vec<String> = travelled(&keys, &inventory)
        .entries()
        .iter()
        .map(|entry| entry.name.clone())
        .collect();
    assert_eq!(names, ["kept"]);
}

#[test]
fn the_list_lasts_as_long_as_what_it_lists_and_goes_with_the_last() {
    let (keys, now) = (keys(), Timestamp::now());
    let mut inventory = Inventory::default();
    let line = |inventory: &Inventory| inventory.line("list", &keys, at("/"), now).unwrap();
    assert_eq!(line(&inventory), delete("list", &at("/")).unwrap());
    inventory
        .note(entry("a", "v", &at("/")), nothing())
        .unwrap();
    assert!(!line(&inventory).contains("Max-Age"));
    for seconds in [600, 60] {
        let attributes = Attributes {
            lifetime: Lifetime::Seconds(seconds),
            ..at("/")
        };
        let name = format!("b{seconds}");
        let entry = Entry::new(&name, "v", Protection::Plain, &attributes, now);
        inventory.note(entry, nothing()).unwrap();
        assert!(line(&inventory).contains("; Max-Age=600;"));
    }
}

#[test]
fn a_visitor_cannot_shut_himself_out() {
    let mut inventory = Inventory::default();
    for n in 0..50 {
        inventory
            .note(entry(&format!("n{n}"), "v", &at("/")), nothing())
            .unwrap();
    }
    // As many as fit into the list's own cookie.
    assert!(
        inventory
            .line("list", &keys(), at("/"), Timestamp::now())
            .is_ok()
    );
    let one_more = inventory.clone().note(entry("m", "v", &at("/")), nothing());
    assert_eq!(one_more, Err(Refusal::TooMany));
    let mut inventory = Inventory::default();
    inventory
        .note(entry("a", &"v".repeat(4000), &at("/")), nothing())
        .unwrap();
    let too_much = inventory.note(entry("b", &"v".repeat(2143), &at("/")), nothing());
    let (would_be, limit) = (6145, 6144);
    assert_eq!(too_much, Err(Refusal::TooLarge { would_be, limit }));
}

#[test]
fn what_is_sent_counts_whether_or_not_it_is_listed() {
    let mut inventory = Inventory::default();
    inventory
        .note(entry("a", "1234", &at("/")), nothing())
        .unwrap();
    let unlisted = |pairs: &[(&str, &str)]| {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        inventory.unlisted(pairs)
    };
    assert_eq!(unlisted(&[]), nothing());
    assert_eq!(unlisted(&[("a", "1234")]), nothing());
    assert_eq!(unlisted(&[("a", "12")]), nothing());
    let (cookies, octets) = (0, 2);
    assert_eq!(unlisted(&[("a", "123456")]), Unlisted { cookies, octets });
    let (cookies, octets) = (2, 8);
    let sent = [("a", "1234"), ("a", "56"), ("b", "1234")];
    assert_eq!(unlisted(&sent), Unlisted { cookies, octets });

    let long = "v".repeat(6000);
    let beside = unlisted(&[("a", "1234"), ("b", &long)]);
    let too_much = inventory
        .clone()
        .note(entry("c", &long[..138], &at("/")), beside);
    let (would_be, limit) = (6145, 6144);
    assert_eq!(too_much, Err(Refusal::TooLarge { would_be, limit }));
    let beside = unlisted(&[("b", ""); 49]);
    let too_many = inventory.note(entry("c", "", &at("/")), beside);
    assert_eq!(too_many, Err(Refusal::TooMany));
}
