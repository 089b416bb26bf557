use std::collections::HashSet;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Waker};

use argon2::Block;

use super::argon2id::BLOCKS;

use super::*;

fn memory() -> Vec<Block> {
    vec![Block::new(); BLOCKS]
}

#[test]
fn a_hash_is_a_phc_string_with_the_recommended_cost_and_a_salt_of_its_own() {
    let (password, mut memory) = (Password::from("wonderland"), memory());
    let one = hash_password(&password, &mut memory).unwrap();
    let two = hash_password(&password, &mut memory).unwrap();
    assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
    assert_ne!(one, two);
    assert!(verify_password(&password, &one, &mut memory).unwrap());
    assert!(verify_password(&password, &two, &mut memory).unwrap());
}

#[test]
fn every_byte_of_a_password_counts() {
    let typed = format!("Pass\0word {}", "x".repeat(100));
    let mut memory = memory();
    let hash = hash_password(&Password::from(typed.as_str()), &mut memory).unwrap();
    let variants = [
        typed.to_lowercase(),
        format!("{typed} "),
        format!(" {typed}"),
        typed.replace('\0', ""),
        "Pass".to_owned(),
        typed[..72].to_owned(),
        format!("{}y", &typed[..typed.len() - 1]),
    ];
    for variant in variants {
        let password = Password::from(variant.as_str());
        assert!(
            !verify_password(&password, &hash, &mut memory).unwrap(),
            "{variant:?}"
        );
    }
    assert!(verify_password(&Password::from(typed.as_str()), &hash, &mut memory).unwrap());
}

#[test]
fn a_hash_of_another_implementation_is_read() {
    // From the reference implementation's command line:
    // echo -n password | argon2 somesalt -id -t 2 -m 8 -p 1 -l 32
    let stored =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    assert!(verify_password(&Password::from("password"), stored, &mut memory()).unwrap());
    assert!(!verify_password(&Password::from("Password"), stored, &mut memory()).unwrap());
}

#[test]
fn a_stored_hash_gets_no_more_than_its_share() {
    let greedy = [
        "$argon2id$v=19$m=1048576,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=100000,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    ];
    for stored in greedy {
        let outcome = verify_password(&Password::from("password"), stored, &mut memory());
        assert!(matches!(outcome, Err(HashFault::TooCostly)), "{stored}");
    }
    for stored in [
        "",
        "password",
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQM",
        "$2b$12$x",
    ] {
        let outcome = verify_password(&Password::from("password"), stored, &mut memory());
        assert!(matches!(outcome, Err(HashFault::NotArgon2id)), "{stored}");
    }
}

#[test]
fn a_new_password_has_8_to_128_characters_not_bytes() {
    for (length, accepted) in [(0, false), (7, false), (8, true), (128, true), (129, false)] {
        for character in ["a", "é", "🗝"] {
            let password = Password::from(character.repeat(length).as_str());
            assert_eq!(
                password.check_as_new().is_ok(),
                accepted,
                "{length} of {character}"
            );
            assert!(!password.is_oversized());
        }
    }
    assert!(Password::from("a".repeat(1025).as_str()).is_oversized());
}

#[test]
fn a_password_does_not_show_itself() {
    let password: Password = serde_json::from_str(r#""hunter2\u0000""#).unwrap();
    assert_eq!(password.as_bytes(), b"hunter2\0");
    assert_eq!(format!("{password:?}"), "[redacted]");
    for wrong in ["1", "null", "[\"a\"]", "{}", "true"] {
        assert!(serde_json::from_str::<Password>(wrong).is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_buffers_exist_than_threads() {
    let pool = Arc::new(HashingPool::new(2));
    let owner = Owner::new();
    let seen = Arc::new(Mutex::new(HashSet::new()));
    let jobs: Vec<_> = (0..64)
        .map(|_| {
            let (pool, seen) = (Arc::clone(&pool), Arc::clone(&seen));
            tokio::spawn(async move {
                let note = move |memory: &mut [Block]| {
                    assert_eq!(memory.len(), BLOCKS);
                    seen.lock().unwrap().insert(memory.as_ptr().addr());
                    std::thread::sleep(std::time::Duration::from_millis(2));
                };
                pool.run(owner, note).await
            })
        })
        .collect();
    for job in jobs {
        // On a machine under load some waited too long; they had no buffer.
        let _ = job.await.unwrap();
    }
    assert!(
        seen.lock().unwrap().len() <= 2,
        "buffers are never given back, so addresses count"
    );
}

#[tokio::test]
async fn a_full_queue_says_busy_at_once_and_recovers() {
    let pool = Arc::new(HashingPool::new(1));
    let owner = Owner::new();
    let (release, released) = mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let holder = {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move {
            let hold = move |_: &mut [Block]| {
                begun.send(()).unwrap();
                released.recv().unwrap();
            };
            pool.run(owner, hold).await
        })
    };
    has_begun.await.unwrap();
    let mut waiting = Vec::new();
    let refused = loop {
        let mut next = Box::pin(pool.run(owner, |_| ()));
        match next.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => break outcome,
            Poll::Pending => waiting.push(next),
        }
        assert!(waiting.len() < 1000, "the queue has no bound");
    };
    assert!(refused.is_err());
    release.send(()).unwrap();
    holder.await.unwrap().unwrap();
    for job in waiting {
        let _ = job.await;
    }
    while pool.run(owner, |_| ()).await.is_err() {}
}

#[tokio::test]
async fn a_job_that_waited_too_long_is_not_done() {
    let pool = Arc::new(HashingPool::new(1));
    let owner = Owner::new();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let holder = {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move {
            let hold = move |_: &mut [Block]| {
                begun.send(()).unwrap();
                std::thread::sleep(std::time::Duration::from_millis(1200));
            };
            pool.run(owner, hold).await
        })
    };
    has_begun.await.unwrap();
    let (done, is_done) = mpsc::channel();
    let late = pool.run(owner, move |_| done.send(()).unwrap()).await;
    assert!(matches!(late, Err(PoolBusy { .. })));
    holder.await.unwrap().unwrap();
    assert!(is_done.recv().is_err(), "dropped without being done");
}

#[tokio::test]
async fn a_panic_costs_one_answer_and_no_thread() {
    let pool = HashingPool::new(1);
    let owner = Owner::new();
    assert!(pool.run(owner, |_| panic!("on purpose")).await.is_err());
    while pool.run(owner, |_| ()).await.is_err() {}
}

/// Somebody has filled his queue; who comes with another one is next but one.
#[tokio::test]
async fn accounts_take_turns() {
    let pool = HashingPool::new(1);
    let [many, one] = [Owner::new(), Owner::new()];
    let (release, released) = mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let order = Arc::new(Mutex::new(Vec::new()));
    let note = |who: &'static str| {
        let order = Arc::clone(&order);
        move |_: &mut [Block]| order.lock().unwrap().push(who)
    };
    let holder = pool.run(many, move |_: &mut [Block]| {
        begun.send(()).unwrap();
        released.recv().unwrap();
    });
    let mut holder = Box::pin(holder);
    let mut context = Context::from_waker(Waker::noop());
    assert!(holder.as_mut().poll(&mut context).is_pending());
    has_begun.await.unwrap();
    let mut jobs: Vec<_> = (0..20)
        .map(|_| Box::pin(pool.run(many, note("many"))))
        .collect();
    jobs.push(Box::pin(pool.run(one, note("one"))));
    for job in &mut jobs {
        assert!(job.as_mut().poll(&mut context).is_pending());
    }
    release.send(()).unwrap();
    holder.await.unwrap();
    for job in jobs {
        let _ = job.await;
    }
    let order = order.lock().unwrap();
    assert_eq!(
        order.iter().position(|who| *who == "one"),
        Some(1),
        "{order:?}"
    );
}
