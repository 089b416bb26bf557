//! What a room shows its visitor.

use harness::http::Request;
use lab::StoreChoice;
use serde_json::json;

use super::{class, column, options};

/// One host has all three servers, and cookies do not know ports.
#[test]
fn a_column_of_a_room_shows_its_own_credential_before_those_of_the_others() {
    class(options(1), |class, visitor| {
        let (_, room) = visitor.join(&class.address);
        let login = json!({ "username": "alice", "password": "wonderland" });
        for at in 1..=2 {
            let here = column(&room, at);
            let request = Request::new("POST", "/login").header("Origin", &here);
            let answer = visitor.to(&here).send(&request.json(&login));
            assert_eq!(answer.unwrap().response.status, 200, "column {at}");
        }
        let view = Request::new("GET", "/__lab/view");
        let view = visitor.to(&room).send(&view).unwrap().response.json();
        let view = view.unwrap();
        let held = |at: usize| -> Vec<_> {
            let items = view["columns"][at]["browser"]["items"].as_array().unwrap();
            let said = |item: &serde_json::Value| {
                let name = item["name"].as_str().unwrap().to_owned();
                (name, item["foreign"].as_bool().unwrap())
            };
            items.iter().map(said).collect()
        };
        let [own, other] = ["__Host-login", "__Host-session"].map(str::to_owned);
        assert_eq!(held(0), [(own.clone(), false), (other.clone(), true)]);
        assert_eq!(held(1), [(other, false), (own, true)]);
    });
}

#[test]
fn a_room_does_not_tell_where_on_the_machine_its_redis_is() {
    let mut shared = options(1);
    shared.lab.store = StoreChoice::Auto;
    class(shared, |class, visitor| {
        let (_, room) = visitor.join(&class.address);
        let view = Request::new("GET", "/__lab/view");
        let view = visitor.to(&room).send(&view).unwrap().response.json();
        let store = view.unwrap()["store"]["label"].clone();
        // Where there is no redis-server, it is in this process.
        assert!(!store.as_str().unwrap().contains('/'), "{store}");
        assert_eq!(
            store.as_str().unwrap().to_lowercase(),
            class.store.to_lowercase()
        );
    });
}
