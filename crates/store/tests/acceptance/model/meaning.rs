//! The store in a page: what each operation means.

use std::collections::BTreeMap;

use store::{Family, Replacement, Rotation};

use super::{Operation, digest, family, text};

/// What the store means, without time: nothing ends by itself here.
#[derive(Default)]
pub(super) struct Model {
    sessions: BTreeMap<u8, u8>,
    listed: BTreeMap<u8, BTreeMap<u8, ()>>,
    /// `None`: every version.
    revoked: BTreeMap<u8, Option<u32>>,
    /// With the current token, and the one before it.
    families: BTreeMap<u8, (Family, u8, Option<u8>)>,
    family_lists: BTreeMap<u8, BTreeMap<u8, ()>>,
    /// As which one a family goes on.
    moved: BTreeMap<u8, u8>,
}

impl Model {
    pub(super) fn apply(&mut self, operation: &Operation) -> String {
        use Operation as O;
        match *operation {
            O::Create(n, v) => {
                let held = *self.sessions.entry(n).or_insert(v);
                format!("{:?}", held == v)
            }
            O::Load(n, _) => format!("{:?}", self.sessions.get(&n).map(|v| text(*v))),
            O::Replace(n, old, new) => {
                let outcome = match self.sessions.get_mut(&n) {
                    None => Replacement::Gone,
                    Some(held) if *held != old && *held != new => Replacement::Differs(text(*held)),
                    Some(held) => {
                        *held = new;
                        Replacement::Done
                    }
                };
                format!("{outcome:?}")
            }
            O::Delete(n) => format!("{:?}", self.sessions.remove(&n).map(text)),
            O::Index(a, n) => {
                self.list(a).insert(n, ());
                "[]".to_owned()
            }
            O::Unindex(a, n) => format!("{:?}", self.list(a).remove(&n).unwrap_or_default()),
            O::List(a) => {
                let alive = self.sessions.clone();
                let list = self.list(a);
                // To look forgets the names of what is gone.
                list.retain(|name, ()| alive.contains_key(name));
                let names = list.keys().rev();
                let listed: Vec<_> = names.map(|n| (digest(*n), text(alive[n]))).collect();
                format!("{listed:?}")
            }
            O::Revoke(n) => format!("{:?}", {
                self.revoked.insert(n, None);
            }),
            O::Supersede(n, v) => format!("{:?}", {
                match self.revoked.get(&n).copied() {
                    Some(None) => {}
                    Some(Some(held)) if held > v => {}
                    _ => drop(self.revoked.insert(n, Some(v))),
                }
            }),
            O::IsRevoked(n, v) => {
                let dead = self
                    .revoked
                    .get(&n)
                    .is_some_and(|held| held.is_none_or(|low| v < low));
                format!("{dead:?}")
            }
            O::Open(n, a) => {
                self.open(n, a);
                format!(
                    "{:?}",
                    self.family_list(a).insert(n, ()).unwrap_or_default()
                )
            }
            O::Succeed(n, next) => format!("{:?}", self.succeed(n, next)),
            O::Rotate(n, old, new, grace) => format!("{:?}", self.rotate(n, old, new, grace)),
            O::End(n) => format!("{:?}", self.end(n)),
            O::Families(a) => {
                let alive = self.families.clone();
                let list = self.family_list(a);
                list.retain(|name, ()| alive.contains_key(name));
                let names = list.keys().rev();
                let listed: Vec<_> = names.map(|n| (n.to_string(), &alive[n].0)).collect();
                format!("{listed:?}")
            }
        }
    }

    fn list(&mut self, account: u8) -> &mut BTreeMap<u8, ()> {
        self.listed.entry(account).or_default()
    }

    fn family_list(&mut self, account: u8) -> &mut BTreeMap<u8, ()> {
        self.family_lists.entry(account).or_default()
    }

    fn rotate(&mut self, n: u8, old: u8, new: u8, grace: bool) -> Rotation {
        let Some((family, current, previous)) = self.families.get_mut(&n) else {
            return Rotation::Gone;
        };
        if *current == old {
            *previous = Some(old);
        } else if *current != new && !(grace && *previous == Some(old)) {
            self.end(n);
            return Rotation::Reused;
        }
        *current = new;
        family.last_seen_at = 20;
        Rotation::Rotated(family.clone())
    }

    fn open(&mut self, n: u8, account: u8) {
        self.moved.remove(&n);
        self.families.insert(n, (family(n, account), 0, None));
    }

    fn succeed(&mut self, n: u8, next: u8) -> bool {
        self.open(next, 0);
        self.family_list(0).insert(next, ());
        let is_done = self.moved.get(&n) == Some(&next);
        if self.families.remove(&n).is_none() && !is_done {
            self.end(next);
            return false;
        }
        self.moved.insert(n, next);
        self.family_list(0).remove(&n);
        true
    }

    fn end(&mut self, mut n: u8) -> bool {
        while let Some(next) = self.moved.get(&n) {
            n = *next;
        }
        let Some((family, ..)) = self.families.remove(&n) else {
            return false;
        };
        let account = u8::try_from(family.account).unwrap();
        self.family_list(account).remove(&n);
        true
    }
}
