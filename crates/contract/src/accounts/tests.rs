use std::net::IpAddr;
use std::task::{Context, Waker};
use std::time::Duration;

use super::*;

mod adding;
mod changes;
mod files;
mod turns;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn elsewhere(n: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, n])
}

type Outcome = Result<Arc<Account>, AccountsError>;

/// All tests share the threads that hash. "Busy" says to try again.
async fn login(accounts: &Accounts, name: &str, password: &str) -> Outcome {
    loop {
        match accounts.authenticate(name, &password.into(), HERE).await {
            Err(AccountsError::Busy { .. }) => {}
            outcome => return outcome,
        }
    }
}

async fn change(accounts: &Accounts, id: i64, current: &str, new: &str) -> Outcome {
    let epoch = accounts
        .by_id(id)
        .unwrap()
        .map_or(0, |account| account.epoch);
    loop {
        match accounts
            .change_password(id, epoch, &current.into(), &new.into(), HERE)
            .await
        {
            Err(AccountsError::Busy { .. }) => {}
            outcome => return outcome,
        }
    }
}

fn is_invalid(outcome: &Outcome) -> bool {
    matches!(outcome, Err(AccountsError::InvalidCredentials))
}

fn has_ended(outcome: &Outcome) -> bool {
    matches!(outcome, Err(AccountsError::LoginEnded))
}

/// The same accounts over a pool of one thread, which does nothing until told.
async fn held_up(accounts: &mut Accounts) -> std::sync::mpsc::Sender<()> {
    let hashing: &'static HashingPool = Box::leak(Box::new(HashingPool::new(1)));
    accounts.hashing = hashing;
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    tokio::spawn(hashing.run(accounts.owner, move |_| {
        begun.send(()).unwrap();
        released.recv().unwrap();
    }));
    has_begun.await.unwrap();
    release
}

/// Goes on as far as it can for now.
fn is_waiting<F: Future>(future: std::pin::Pin<&mut F>) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    future.poll(&mut context).is_pending()
}

#[tokio::test]
async fn the_seeds_log_in_by_name_and_by_address() {
    let accounts = Accounts::in_memory().unwrap();
    for (id, name, password, roles) in [
        (1, "alice", "wonderland", vec![Role::User]),
        (2, "bob", "builder", vec![Role::User]),
        (3, "root", "toor-toor", vec![Role::Admin, Role::User]),
    ] {
        let email = format!("{name}@example.test");
        let account = login(&accounts, name, password).await.unwrap();
        assert_eq!(
            (account.id, account.email.as_str(), &account.roles),
            (id, &*email, &roles)
        );
        assert_eq!(login(&accounts, &email, password).await.unwrap(), account);
        assert_eq!(accounts.by_id(id).unwrap().unwrap(), account);
    }
    assert_eq!(accounts.by_id(4).unwrap(), None);
}

#[tokio::test]
async fn a_name_has_no_case_and_a_password_has() {
    let accounts = Accounts::in_memory().unwrap();
    for name in ["ALICE", " alice ", "Alice@Example.Test", "alice\n"] {
        assert_eq!(
            login(&accounts, name, "wonderland").await.unwrap().id,
            1,
            "{name:?}"
        );
    }
    for password in [
        "Wonderland",
        "wonderland ",
        " wonderland",
        "wonderland\0",
        "",
        "builder",
    ] {
        assert!(
            is_invalid(&login(&accounts, "alice", password).await),
            "{password:?}"
        );
    }
}

#[tokio::test]
async fn nobody_else_gets_in() {
    let accounts = Accounts::in_memory().unwrap().with_login_failures(1000);
    let long = "a".repeat(100_000);
    for name in [
        "",
        " ",
        "nobody",
        "alice\0",
        "al ice",
        "' OR 1=1 --",
        "%",
        "@",
        "ａlice",
        &long,
    ] {
        assert!(
            is_invalid(&login(&accounts, name, "wonderland").await),
            "{name:?}"
        );
    }
    assert!(is_invalid(&login(&accounts, "alice", &long).await));
}

#[tokio::test]
async fn an_unknown_name_costs_the_same_hash_as_a_wrong_password() {
    let mut accounts = Accounts::in_memory().unwrap();
    let release = held_up(&mut accounts).await;
    // While the only thread is taken, neither gets an answer.
    let mut known = Box::pin(login(&accounts, "alice", "wrong"));
    let mut unknown = Box::pin(login(&accounts, "nobody", "wrong"));
    assert!(is_waiting(known.as_mut()) && is_waiting(unknown.as_mut()));
    release.send(()).unwrap();
    assert!(is_invalid(&known.await) && is_invalid(&unknown.await));

    let cost = |hash: &str| hash[..hash.rfind("p=1$").unwrap()].to_owned();
    let alice = accounts.database.stored(1).unwrap().unwrap().password;
    assert_eq!(cost(&alice), cost(seeds::dummy_hash().unwrap()));
}

#[tokio::test]
async fn guesses_are_limited_the_same_for_names_that_exist_and_names_that_do_not() {
    let accounts = Accounts::in_memory().unwrap().with_login_failures(3);
    for [name, spelling, address] in [
        ["alice", " ALICE", "Alice@example.test"],
        ["nobody", " NOBODY", "Nobody@example.test"],
    ] {
        for typed in [name, spelling, address] {
            assert!(
                is_invalid(&login(&accounts, typed, "wrong").await),
                "{typed}"
            );
        }
        for typed in [name, spelling, address] {
            let refused = login(&accounts, typed, "wonderland").await;
            let Err(AccountsError::TooManyAttempts { retry_after }) = refused else {
                panic!("{typed}: {refused:?}");
            };
            assert!(retry_after <= Duration::from_secs(6));
        }
    }
    // The victim gets in from another place.
    let elsewhere = accounts
        .authenticate("alice", &"wonderland".into(), elsewhere(1))
        .await;
    assert_eq!(elsewhere.unwrap().id, 1);
}

#[tokio::test]
async fn a_password_that_is_not_hashed_is_not_counted() {
    let accounts = Accounts::in_memory().unwrap().with_login_failures(1);
    let long = "a".repeat(1025);
    for _ in 0..50 {
        assert!(is_invalid(&login(&accounts, "alice", &long).await));
        assert!(is_invalid(&login(&accounts, "nobody", &long).await));
        assert!(is_invalid(&change(&accounts, 1, &long, "12345678").await));
    }
    login(&accounts, "alice", "wonderland").await.unwrap();
    // One that is hashed is.
    let longest = "a".repeat(1024);
    assert!(is_invalid(&login(&accounts, "alice", &longest).await));
    let refused = login(&accounts, "alice", "wonderland").await;
    assert!(matches!(
        refused,
        Err(AccountsError::TooManyAttempts { .. })
    ));
}

#[tokio::test]
async fn a_parallel_burst_gets_no_more_guesses() {
    let accounts = Accounts::in_memory().unwrap().with_login_failures(5);
    let guesses: Vec<_> = (0..50)
        .map(|_| {
            let accounts = accounts.clone();
            tokio::spawn(async move { login(&accounts, "alice", "wrong").await })
        })
        .collect();
    let mut looked_at = 0;
    for guess in guesses {
        match guess.await.unwrap() {
            Err(AccountsError::InvalidCredentials) => looked_at += 1,
            Err(AccountsError::TooManyAttempts { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn a_disabled_account_is_closed_and_does_not_come_back_to_life() {
    let accounts = Accounts::in_memory().unwrap();
    let epoch = accounts.by_id(1).unwrap().unwrap().epoch;
    accounts.set_disabled("alice", true).await.unwrap();
    assert!(accounts.by_id(1).unwrap().unwrap().disabled);
    assert!(is_invalid(&login(&accounts, "alice", "wonderland").await));
    assert!(has_ended(
        &change(&accounts, 1, "wonderland", "12345678").await
    ));
    accounts.set_disabled("alice", false).await.unwrap();
    let account = login(&accounts, "alice", "wonderland").await.unwrap();
    assert!(account.epoch > epoch);
    let nobody = accounts.set_disabled("nobody", true).await;
    assert!(matches!(nobody, Err(AccountsError::UnknownAccount)));
}

#[tokio::test]
async fn roles_change_at_once_and_logins_go_on() {
    let accounts = Accounts::in_memory().unwrap();
    let before = accounts.by_id(3).unwrap().unwrap();
    accounts.set_roles("root", &[Role::User]).await.unwrap();
    let after = accounts.by_id(3).unwrap().unwrap();
    assert!(!after.has(Role::Admin));
    assert_eq!(after.epoch, before.epoch);
}

#[tokio::test]
async fn a_reset_brings_the_seeds_back_and_no_login() {
    let accounts = Accounts::in_memory().unwrap();
    let old = accounts.end_all_logins(1).await.unwrap();
    accounts.set_roles("root", &[]).await.unwrap();
    change(&accounts, 2, "builder", "can we fix it")
        .await
        .unwrap();
    accounts.reset().await.unwrap();
    assert!(login(&accounts, "bob", "builder").await.is_ok());
    let root = accounts.by_id(3).unwrap().unwrap();
    assert!(root.has(Role::Admin));
    for id in 1..=3 {
        assert!(accounts.by_id(id).unwrap().unwrap().epoch > old);
    }
}

#[test]
fn a_damaged_row_is_an_error_and_no_account() {
    let accounts = Accounts::in_memory().unwrap();
    let damage = "UPDATE accounts SET roles = 'user root' WHERE id = 1";
    accounts
        .database
        .write(|connection| {
            connection
                .execute_batch(damage)
                .map_err(DatabaseFault::from)
        })
        .unwrap();
    assert!(matches!(
        accounts.by_id(1),
        Err(AccountsError::Database(DatabaseFault::Damaged {
            id: 1,
            column: "roles"
        }))
    ));
}
