//! Changing the password, and what a reset forgets of wrong ones.

use super::*;

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_raises_the_epoch() {
    let accounts = Accounts::in_memory().unwrap();
    let epoch = accounts.by_id(1).unwrap().unwrap().epoch;
    let short = change(&accounts, 1, "wonderland", "short").await;
    assert!(matches!(short, Err(AccountsError::Unacceptable(_))));
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
    assert!(has_ended(&one) || has_ended(&two));
}

#[tokio::test]
async fn a_login_that_has_ended_changes_nothing() {
    let accounts = Accounts::in_memory().unwrap().with_login_failures(1);
    let before = accounts.by_id(1).unwrap().unwrap();
    let epoch = accounts.end_all_logins(1).await.unwrap();
    for _ in 0..3 {
        let late = accounts
            .change_password(1, before.epoch, &"wrong".into(), &"12345678".into(), HERE)
            .await;
        assert!(has_ended(&late), "{late:?}, and not counted");
    }
    assert_eq!(accounts.by_id(1).unwrap().unwrap().epoch, epoch);
    login(&accounts, "alice", "wonderland").await.unwrap();
}

#[tokio::test]
async fn a_login_that_is_ended_while_its_change_is_under_way_changes_nothing() {
    let mut accounts = Accounts::in_memory().unwrap();
    let release = held_up(&mut accounts).await;
    let (current, new) = ("wonderland".into(), "looking-glass".into());
    let before = accounts.by_id(1).unwrap().unwrap();
    let mut under_way = Box::pin(accounts.change_password(1, before.epoch, &current, &new, HERE));
    assert!(is_waiting(under_way.as_mut()));
    let epoch = accounts.end_all_logins(1).await.unwrap();
    release.send(()).unwrap();
    let outcome = under_way.await;
    assert!(has_ended(&outcome), "{outcome:?}");
    assert_eq!(accounts.by_id(1).unwrap().unwrap().epoch, epoch);
    login(&accounts, "alice", "wonderland").await.unwrap();
}

#[tokio::test]
async fn a_reset_forgets_the_wrong_passwords() {
    let accounts = Accounts::in_memory().unwrap().with_login_failures(1);
    assert!(is_invalid(&login(&accounts, "alice", "wrong").await));
    assert!(matches!(
        login(&accounts, "alice", "wonderland").await,
        Err(AccountsError::TooManyAttempts { .. })
    ));
    accounts.reset().await.unwrap();
    assert!(login(&accounts, "alice", "wonderland").await.is_ok());
    // It counts as before.
    assert!(is_invalid(&login(&accounts, "bob", "wrong").await));
    assert!(matches!(
        login(&accounts, "bob", "builder").await,
        Err(AccountsError::TooManyAttempts { .. })
    ));
}
