//! What the keys of one start begin with.

/// As in `0` to `z`, without letters that are taken for others.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// `lab-8000-k3f9:`. The port says to people whose keys these are. It does not tell two labs apart
/// that share a Redis: the port is free on each machine, and in each container. One would empty the
/// store of the other and move its keys, revocations among them, and what is revoked would count again.
pub(super) fn of_this_start(port: u16) -> String {
    format!("lab-{port}-{}:", letters())
}

/// Other ones each time, a million of them.
pub(crate) fn letters() -> String {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
    bytes.map(letter).iter().collect()
}
