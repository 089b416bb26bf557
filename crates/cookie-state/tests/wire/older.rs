//! Copies of the login cookie that are older than the last one.

use contract::accounts::Accounts;

use crate::http::Browser;
use crate::server::Server;

fn state(server: &Server, browser: &Browser) -> Option<u64> {
    let answer = server.send(&mut browser.clone(), "GET", "/state", None);
    answer.json()["state"]["a"].as_u64()
}

#[test]
fn hardened_refuses_to_roll_back() {
    let server = Server::new(&[]);
    let mut browser = server.log_in();
    server.write(&mut browser, 100).expect(204);
    let older = browser.clone();
    server.write(&mut browser, 10).expect(204);
    assert_eq!(state(&server, &browser), Some(10));
    for path in ["/me", "/state"] {
        let answer = server.send(&mut older.clone(), "GET", path, None);
        assert!(path == "/state" || answer.status == 401);
        assert!(!answer.body.contains("100") && answer.set_cookies().is_empty());
    }
    // What it writes is a stranger's.
    let mut again = older.clone();
    server.write(&mut again, 99).expect(204);
    assert_eq!(server.me(&again), 401);
    // A deletion is a newer version too.
    let before = browser.clone();
    server
        .send(&mut browser, "DELETE", "/state/a", None)
        .expect(204);
    assert_eq!(server.me(&browser), 200);
    assert_eq!(server.me(&before), 401);
    // And an old copy still ends the login, as any copy does.
    server
        .send(&mut older.clone(), "POST", "/logout", None)
        .expect(204);
    assert_eq!(server.me(&browser), 401);
}

#[test]
fn an_answer_that_was_lost_logs_nobody_out() {
    let server = Server::new(&[]);
    let mut browser = server.log_in();
    server.write(&mut browser, 1).expect(204);
    for _ in 0..3 {
        server.write(&mut browser.clone(), 2).expect(204);
        assert_eq!(state(&server, &browser), Some(1));
    }
    server.write(&mut browser, 3).expect(204);
    assert_eq!(state(&server, &browser), Some(3));
}

#[test]
fn stateless_rolls_back_until_the_end_in_the_seal() {
    let server = Server::new(&["--profile=stateless"]);
    let mut browser = server.log_in();
    server.write(&mut browser, 100).expect(204);
    let older = browser.clone();
    server.write(&mut browser, 10).expect(204);
    assert_eq!(
        (state(&server, &browser), state(&server, &older)),
        (Some(10), Some(100))
    );
    server
        .send(&mut browser, "POST", "/logout", None)
        .expect(204);
    assert!(browser.cookies.is_empty());
    assert_eq!((server.me(&older), server.me(&browser)), (200, 401));
}

/// Somebody else does something to the account, in the middle of the login.
fn ends(change: impl Fn(&Server, &Accounts)) {
    for (profile, after) in [("hardened", 401), ("stateless", 200)] {
        let server = Server::new(&["--profile", profile]);
        let browser = server.log_in();
        assert_eq!(server.me(&browser), 200);
        change(&server, &server.services.accounts);
        assert_eq!(server.me(&browser), after, "{profile}");
    }
}

#[test]
fn what_happens_to_the_account_ends_its_cookies_where_it_is_looked_up() {
    ends(|server, accounts| {
        let alice = accounts.by_id(1).unwrap().unwrap();
        server.block_on(accounts.end_all_logins(alice.id)).unwrap();
    });
    ends(|server, _| {
        let mut elsewhere = server.log_in();
        let body = Some(r#"{"current":"wonderland","new":"through the looking-glass"}"#);
        server
            .send(&mut elsewhere, "POST", "/password", body)
            .expect(204);
        assert_eq!(server.me(&elsewhere), 200);
    });
}

#[test]
fn a_login_is_a_new_cookie_and_ends_the_one_before() {
    let server = Server::new(&[]);
    let mut browser = server.log_in();
    let before = browser.clone();
    let again = Some(crate::server::ALICE);
    server
        .send(&mut browser, "POST", "/login", again)
        .expect(200);
    assert_ne!(browser.cookies, before.cookies);
    assert_eq!((server.me(&browser), server.me(&before)), (200, 401));
}
