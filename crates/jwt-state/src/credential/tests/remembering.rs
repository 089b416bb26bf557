//! What is remembered of tokens that were right, and what is not.

use super::*;

fn remembers(most: usize) -> Signer {
    let mut settings = settings();
    settings.remembered_tokens = most;
    Signer::new(&MasterKey::random(), &settings).unwrap()
}

fn count(signer: &Signer) -> usize {
    signer.0.ring().remembered.count()
}

#[test]
fn an_access_token_is_checked_once_and_read_as_before() {
    let signer = remembers(8);
    let access = token(&signer, Kind::Access);
    let first = signer.read(Kind::Access, &access).unwrap();
    let again = signer.read(Kind::Access, &access).unwrap();
    assert!(Arc::ptr_eq(&first, &again), "read anew");
    assert_eq!(again.user().unwrap().email, "alice@example.test");
    assert!(signer.read(Kind::Refresh, &access).is_err());
    let other = format!("{access}A");
    assert!(signer.read(Kind::Access, &other).is_err());
    assert_eq!(count(&signer), 1);
}

#[test]
fn neither_refresh_tokens_nor_wrong_ones_are_remembered() {
    let signer = remembers(8);
    let refresh = token(&signer, Kind::Refresh);
    assert!(signer.read(Kind::Refresh, &refresh).is_ok());
    let wrong = token(&remembers(8), Kind::Access);
    assert!(signer.read(Kind::Access, &wrong).is_err());
    assert_eq!(count(&signer), 0);
}

#[test]
fn it_is_bounded_and_forgets_the_oldest() {
    let signer = remembers(8);
    let tokens: Vec<String> = (0..40).map(|_| token(&signer, Kind::Access)).collect();
    for token in &tokens {
        assert!(signer.read(Kind::Access, token).is_ok());
        assert!(count(&signer) <= 8);
    }
    let ring = signer.0.ring();
    let knows = |token| {
        let name = ring.remembered.name_of(token).unwrap();
        ring.remembered.find(&name).is_some()
    };
    assert!(knows(&tokens[39]) && !knows(&tokens[0]));
}

#[test]
fn nothing_is_remembered_where_that_is_set() {
    let signer = remembers(0);
    let access = token(&signer, Kind::Access);
    for _ in 0..2 {
        assert!(signer.read(Kind::Access, &access).is_ok());
    }
    assert_eq!(count(&signer), 0);
}

#[test]
fn what_is_remembered_ends_with_its_time() {
    let signer = remembers(8);
    let mut over = claims();
    for (name, ago) in [("iat", 100), ("auth_time", 100), ("exp", 40)] {
        over[name] = (Timestamp::now().unix() - ago).into();
    }
    let over = forge(&signer, &header(&signer).to_string(), &over.to_string());
    let read = signer.read_expired(Kind::Access, &over).unwrap();
    assert_eq!(count(&signer), 0, "not learnt any more");
    let ring = signer.0.ring();
    ring.remembered
        .learn(ring.remembered.name_of(&over).unwrap(), &read);
    assert_eq!(
        signer.read(Kind::Access, &over).err(),
        Some(TokenFault::Expired)
    );
    assert_eq!(count(&signer), 0, "forgotten");
}
