use std::net::IpAddr;
use std::task::{Context, Waker};
use std::time::Duration;

use super::*;

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
    loop {
        match accounts
            .change_password(id, &current.into(), &new.into(), HERE)
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
    accounts.hashing = Box::leak(Box::new(HashingPool::new(1)));
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let hashing = accounts.hashing;
    let holder = tokio::spawn(hashing.run(move |_| {
        begun.send(()).unwrap();
        released.recv().unwrap();
    }));
    has_begun.await.unwrap();
    // While the only thread is taken, neither gets an answer.
    let mut known = Box::pin(login(&accounts, "alice", "wrong"));
    let mut unknown = Box::pin(login(&accounts, "nobody", "wrong"));
    for waiting in [known.as_mut(), unknown.as_mut()] {
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.poll(&mut context).is_pending());
    }
    release.send(()).unwrap();
    holder.await.unwrap().unwrap();
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
async fn a_new_password_replaces_the_old_one_and_raises_the_epoch() {
    let accounts = Accounts::in_memory().unwrap();
    let epoch = accounts.by_id(1).unwrap().unwrap().epoch;
    let short = change(&accounts, 1, "wonderland", "short").await;
    assert!(matches!(short, Err(AccountsError::UnacceptablePassword(_))));
    assert!(is_invalid(&change(&accounts, 1, "wrong", "12345678").await));
    assert_eq!(accounts.by_id(1).unwrap().unwrap().epoch, epoch);
    let changed = change(&accounts, 1, "wonderland", "through the looking-glass")
        .await
        .unwrap();
    assert_eq!(changed.epoch, epoch + 1);
    assert_eq!(accounts.by_id(1).unwrap().unwrap(), changed);
    assert!(is_invalid(&login(&accounts, "alice", "wonderland").await));
    assert_eq!(
        login(&accounts, "alice", "through the looking-glass")
            .await
            .unwrap(),
        changed
    );
    let nobody = change(&accounts, 4, "wonderland", "through the looking-glass").await;
    assert!(matches!(nobody, Err(AccountsError::UnknownAccount)));
}

#[tokio::test]
async fn the_current_password_is_guessed_under_the_same_limit() {
    let accounts = Accounts::in_memory().unwrap().with_login_failures(2);
    assert!(is_invalid(&change(&accounts, 1, "wrong", "12345678").await));
    assert!(is_invalid(&login(&accounts, "alice", "wrong").await));
    let refused = change(&accounts, 1, "wonderland", "12345678").await;
    assert!(matches!(
        refused,
        Err(AccountsError::TooManyAttempts { .. })
    ));
}

#[tokio::test]
async fn of_two_changes_at_once_one_wins() {
    let accounts = Accounts::in_memory().unwrap();
    let (one, two) = tokio::join!(
        change(&accounts, 1, "wonderland", "first-password"),
        change(&accounts, 1, "wonderland", "other-password"),
    );
    assert_eq!(
        usize::from(one.is_ok()) + usize::from(two.is_ok()),
        1,
        "{one:?} {two:?}"
    );
    assert!(is_invalid(&one) || is_invalid(&two));
}

#[tokio::test]
async fn a_disabled_account_is_closed_and_does_not_come_back_to_life() {
    let accounts = Accounts::in_memory().unwrap();
    let epoch = accounts.by_id(1).unwrap().unwrap().epoch;
    accounts.set_disabled("alice", true).await.unwrap();
    assert!(accounts.by_id(1).unwrap().unwrap().disabled);
    assert!(is_invalid(&login(&accounts, "alice", "wonderland").await));
    assert!(is_invalid(
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

#[tokio::test]
async fn several_servers_share_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.sqlite");
    let (one, two) = (Accounts::at(&file).unwrap(), Accounts::at(&file).unwrap());
    let before = two.by_id(1).unwrap().unwrap();
    let epoch = one.end_all_logins(1).await.unwrap();
    assert_eq!(epoch, before.epoch + 1);
    assert_eq!(
        one.by_id(1).unwrap().unwrap().epoch,
        epoch,
        "the server that wrote"
    );
    assert_eq!(
        two.by_id(1).unwrap().unwrap().epoch,
        epoch,
        "the other, with its next request"
    );
    two.set_disabled("bob", true).await.unwrap();
    assert!(is_invalid(&login(&one, "bob", "builder").await));
    drop((one, two));
    assert!(
        Accounts::at(&file)
            .unwrap()
            .by_id(2)
            .unwrap()
            .unwrap()
            .disabled,
        "kept"
    );
}

#[test]
fn many_servers_may_start_on_one_new_file() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("accounts.sqlite");
        let starts: Vec<_> = (0..8)
            .map(|_| {
                let file = file.clone();
                std::thread::spawn(move || Accounts::at(&file).map(drop))
            })
            .collect();
        for start in starts {
            start.join().unwrap().unwrap();
        }
        assert_eq!(
            Accounts::at(&file)
                .unwrap()
                .by_id(3)
                .unwrap()
                .unwrap()
                .username,
            "root"
        );
    }
}

#[test]
fn only_its_owner_reads_the_file() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let _accounts = Accounts::at(&folder.path().join("accounts.sqlite")).unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{:?}", entry.path());
        }
    }
}

#[test]
fn a_file_that_is_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(
        &text,
        "not a database, but long enough to be looked at\n".repeat(100),
    )
    .unwrap();
    let other = folder.path().join("other.sqlite");
    let connection = Connection::open(&other).unwrap();
    connection
        .execute_batch("CREATE TABLE notes (id INTEGER)")
        .unwrap();
    drop(connection);
    for file in [&text, &other] {
        let before = std::fs::read(file).unwrap();
        let outcome = Accounts::at(file).map(drop);
        assert!(
            matches!(
                outcome,
                Err(AccountsError::Database(DatabaseFault::Foreign(_)))
            ),
            "{outcome:?}"
        );
        assert_eq!(std::fs::read(file).unwrap().len(), before.len());
    }
    let nowhere = Accounts::at(&folder.path().join("no/such/folder")).map(drop);
    assert!(nowhere.unwrap_err().to_string().contains("--accounts"));
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
