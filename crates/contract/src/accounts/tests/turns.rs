use super::*;

/// Whoever has filled the queue of some accounts gets no second one by others.
#[tokio::test]
async fn accounts_hash_in_the_turn_of_others() {
    let mut room = Accounts::in_memory().unwrap();
    let release = held_up(&mut room).await;
    let with_it = Accounts::in_memory().unwrap().in_the_turn_of(&room);
    let elsewhere = Accounts::in_memory().unwrap();
    let hash = |accounts: &Accounts| Box::pin(room.hashing.run(accounts.owner, |_| ()));
    let mut waiting = Vec::new();
    loop {
        let mut job = hash(&with_it);
        if !is_waiting(job.as_mut()) {
            break;
        }
        waiting.push(job);
    }
    assert!(!is_waiting(hash(&room).as_mut()), "the queue is full");
    assert!(is_waiting(hash(&elsewhere).as_mut()));
    release.send(()).unwrap();
}
