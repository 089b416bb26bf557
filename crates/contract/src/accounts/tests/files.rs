//! Accounts in a file.

use std::time::Instant;

use super::*;

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
fn what_sqlite_would_not_take_for_a_file_is_refused() {
    for name in [
        ":memory:",
        "file:x?mode=memory",
        "file::memory:?cache=shared",
    ] {
        let outcome = Accounts::at(Path::new(name)).map(drop);
        let said = outcome.unwrap_err().to_string();
        assert!(said.contains("--accounts"), "{said}");
        assert!(!Path::new(name).exists());
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a?mode=memory");
    let accounts = Accounts::at(&file).unwrap();
    assert!(accounts.by_id(1).unwrap().is_some());
    assert!(file.metadata().unwrap().len() > 0, "{file:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_process_has_locked_is_busy_and_nothing_is_done_later() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.sqlite");
    let accounts = Accounts::at(&file).unwrap();
    let epoch = accounts.by_id(1).unwrap().unwrap().epoch;
    let other = Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = Instant::now();
    let writes: Vec<_> = (0..8)
        .map(|_| {
            let accounts = accounts.clone();
            tokio::spawn(async move { accounts.end_all_logins(1).await })
        })
        .collect();
    // Whoever only reads is not held up.
    login(&accounts, "bob", "builder").await.unwrap();
    for write in writes {
        let outcome = write.await.unwrap();
        assert!(
            matches!(outcome, Err(AccountsError::Busy { .. })),
            "{outcome:?}"
        );
    }
    assert!(began.elapsed() < Duration::from_secs(4), "{began:?}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(accounts.end_all_logins(1).await.unwrap(), epoch + 1);
}
