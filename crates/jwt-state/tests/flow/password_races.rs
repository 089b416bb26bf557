//! A login that is ended while, or just after, its password is changed: nothing of it lives on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use crate::{
    PROFILES,
    wire::{Answer, Client, Tokens},
};

/// From before the request has arrived to after its answer, on a quick machine and on a slow one.
/// Whenever the end comes, nothing may be alive.
const DELAYS: [u64; 6] = [0, 5, 20, 60, 150, 400];

#[derive(Clone, Copy, Debug)]
enum End {
    Logout,
    LogoutByRefresh,
    FromTheList,
}

/// In turn, so that each round begins with another password.
struct Passwords(usize);

impl Passwords {
    fn current(&self) -> &'static str {
        ["wonderland", "looking-glass"][self.0 % 2]
    }

    fn changed(&mut self) {
        self.0 += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_during_a_change_of_password_is_not_undone() {
    for profile in PROFILES {
        let server = Client::of(profile);
        let mut passwords = Passwords(0);
        for end in [End::Logout, End::LogoutByRefresh, End::FromTheList] {
            for delay in DELAYS {
                let what = format!("{profile}, {end:?} after {delay} ms");
                let current = passwords.current();
                let own = server.log_in("alice", current).await;
                let other = server.log_in("alice", current).await;
                let path = own_path(&server, &own).await;
                let changing = tokio::spawn({
                    let (server, access) = (server.clone(), own.access.clone());
                    let new = ["looking-glass", "wonderland"][passwords.0 % 2];
                    let body = json!({ "current": current, "new": new });
                    async move { server.post("/password", Some(&access), Some(body)).await }
                });
                sleep(Duration::from_millis(delay)).await;
                let ended = match end {
                    End::Logout => server.post("/logout", Some(&own.access), None).await,
                    End::LogoutByRefresh => {
                        let body = json!({ "refresh": own.refresh });
                        server.post("/logout", None, Some(body)).await
                    }
                    End::FromTheList => {
                        server
                            .send("DELETE", &path, Some(&other.access), None)
                            .await
                    }
                };
                let changed = changing.await.unwrap();
                if matches!(changed.status, 200 | 204) {
                    passwords.changed();
                } else {
                    assert_eq!(changed.status, 401, "{what}");
                }
                match (end, ended.status) {
                    (_, 204) => nothing_lives(&server, &changed, profile, &what).await,
                    // The new password came first, and has ended the login that asks.
                    (End::FromTheList, 401 | 404) => {}
                    (_, status) => panic!("{what}: {status}"),
                }
                let late = server.refresh(&own.refresh).await.status;
                assert_eq!(late, 401, "{what}");
                server.accounts.end_all_logins(1).await.unwrap();
            }
        }
    }
}

async fn own_path(server: &Client, tokens: &Tokens) -> String {
    let logins = server.get("/logins", Some(&tokens.access)).await;
    let logins = logins.body["logins"].as_array().unwrap().clone();
    let own = logins.iter().find(|login| login["current"] == true);
    format!("/logins/{}", own.unwrap()["id"].as_str().unwrap())
}

/// What the answer to the change of password gave opens nothing.
async fn nothing_lives(server: &Client, changed: &Answer, profile: &str, what: &str) {
    if changed.status != 200 {
        return;
    }
    let given = Tokens::of(changed);
    if profile == "hardened" {
        let access = server.get("/me", Some(&given.access)).await.status;
        assert_eq!(access, 401, "{what}");
    }
    assert_eq!(server.refresh(&given.refresh).await.status, 401, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_with_the_tokens_from_before_ends_the_new_login_too() {
    for profile in PROFILES {
        let mut passwords = Passwords(0);
        let server = Client::of(profile);
        for by_refresh in [false, true] {
            let current = passwords.current();
            let before = server.log_in("alice", current).await;
            passwords.changed();
            let body = json!({ "current": current, "new": passwords.current() });
            let changed = server
                .post("/password", Some(&before.access), Some(body))
                .await;
            let given = Tokens::of(&changed);
            // A client that has not heard of the new tokens asks for more. It gets none, and that
            // is no logout.
            assert_eq!(server.refresh(&before.refresh).await.status, 401);
            assert_eq!(server.get("/me", Some(&given.access)).await.status, 200);
            let given = Tokens::of(&server.refresh(&given.refresh).await);

            let (access, body) = match by_refresh {
                false => (Some(before.access.as_str()), None),
                true => (None, Some(json!({ "refresh": before.refresh }))),
            };
            let logout = server.post("/logout", access, body).await;
            assert_eq!(logout.status, 204);
            assert_eq!(server.refresh(&given.refresh).await.status, 401);
            let me = server.get("/me", Some(&given.access)).await.status;
            assert_eq!(me, if profile == "hardened" { 401 } else { 200 });
        }
    }
}
