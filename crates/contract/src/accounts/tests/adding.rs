//! One account more.

use super::*;

fn carol() -> NewAccount {
    NewAccount {
        username: "carol".to_owned(),
        email: "carol@example.test".to_owned(),
        password: "through the looking-glass".into(),
        roles: vec![Role::User],
    }
}

async fn add(accounts: &Accounts, new: NewAccount) -> Outcome {
    loop {
        match accounts.add(new.clone()).await {
            Err(AccountsError::Busy { .. }) => {}
            outcome => return outcome,
        }
    }
}

#[tokio::test]
async fn who_is_added_can_log_in_by_either_name() {
    let accounts = Accounts::in_memory().unwrap();
    let highest = accounts.end_all_logins(1).await.unwrap();
    let added = add(&accounts, carol()).await.unwrap();
    assert!(added.epoch > highest && added.id > 3 && !added.disabled);
    for name in ["carol", "Carol@Example.test "] {
        let found = login(&accounts, name, "through the looking-glass").await;
        assert_eq!(found.unwrap(), added);
    }
    assert!(is_invalid(&login(&accounts, "carol", "wonderland").await));
    assert_eq!(accounts.by_id(added.id).unwrap().unwrap(), added);
}

#[tokio::test]
async fn what_is_taken_or_no_name_is_refused_and_adds_nothing() {
    let accounts = Accounts::in_memory().unwrap();
    let with = |change: fn(&mut NewAccount)| {
        let mut new = carol();
        change(&mut new);
        new
    };
    let refused = [
        with(|new| new.username = "Alice".to_owned()),
        with(|new| new.email = "ALICE@example.test".to_owned()),
        with(|new| new.username = "carol@example.test".to_owned()),
        with(|new| new.username = String::new()),
        with(|new| new.username = " carol".to_owned()),
        with(|new| new.username = "c".repeat(65)),
        with(|new| new.email = "carol".to_owned()),
        with(|new| new.email = "@example.test".to_owned()),
        with(|new| new.email = "carol@example.test\r\n".to_owned()),
        with(|new| new.password = "short".into()),
    ];
    for new in refused {
        let outcome = add(&accounts, new.clone()).await;
        assert!(
            matches!(outcome, Err(AccountsError::Unacceptable(_))),
            "{new:?}: {outcome:?}"
        );
    }
    assert!(accounts.by_id(4).unwrap().is_none());
    add(&accounts, carol()).await.unwrap();
}
