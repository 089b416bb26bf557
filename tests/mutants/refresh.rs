//! The refresh end-point of the breakable server.

use std::thread::sleep;
use std::time::Duration;

use crate::fault::Fault;
use crate::http::{Answer, Request};
use crate::routes::{not_possible, unavailable};
use crate::server::Server;
use crate::token::Purpose;
use crate::visitor::{Given, named_family, visitor_of};
use crate::world::Visitor;

impl Server {
    pub(crate) fn refresh(&self, request: &Request) -> Answer {
        if self.by_cookie() {
            return not_possible();
        }
        let body = match self.json_body(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let Some(token) = body["refresh"].as_str() else {
            return Answer::problem(400, "malformed-request");
        };
        if !self.may_write() {
            return unavailable();
        }
        match self.verified(token, Purpose::Refresh) {
            Ok(claims) => self.rotated(&visitor_of(&claims), &claims.jti, token),
            Err(why) => {
                if self.is(Fault::TamperedRefreshEndsTheFamily) {
                    named_family(token).and_then(|family| self.world().families.remove(&family));
                }
                if self.is(Fault::RefreshSaysWhy) {
                    return Answer::problem(400, "malformed-request");
                }
                self.nobody(Some(why))
            }
        }
    }

    fn rotated(&self, claimed: &Visitor, jti: &str, token: &str) -> Answer {
        let mut world = self.world();
        let Some(family) = world.families.get(&claimed.login) else {
            drop(world);
            return self.nobody(Some("ended"));
        };
        let (epoch, account) = (family.epoch, family.account);
        if claimed.account != Some(account) {
            drop(world);
            return self.nobody(Some("another account"));
        }
        let accepted = family.current == jti || self.is(Fault::AccessAsRefresh);
        let noticed = match self.fault {
            Some(Fault::NoReuseDetection) => false,
            Some(Fault::OnlyTheParentIsDetected) => family.parent == jti,
            _ => true,
        };
        if !accepted {
            if noticed {
                world.families.remove(&claimed.login);
            }
            drop(world);
            return self.nobody(Some("reused"));
        }
        let stays = self.is(Fault::DisabledStays);
        let account = world.account(account);
        let Some(account) = account.filter(|account| stays || !account.disabled) else {
            drop(world);
            return self.nobody(Some("account"));
        };
        let visitor = Visitor {
            roles: account.roles.clone(),
            epoch,
            expires: self.ends(claimed.since),
            ..claimed.clone()
        };
        if self.is(Fault::RotationIsNotAtomic) {
            drop(world);
            sleep(Duration::from_millis(5));
            world = self.world();
        }
        let given = self.tokens(&mut world, &visitor, Some(jti));
        if let Some(family) = world
            .families
            .get_mut(&claimed.login)
            .filter(|_| self.is(Fault::NoRotation))
        {
            family.current = jti.into();
        }
        drop(world);
        match given {
            Given::Tokens { access, .. } if self.is(Fault::NoRotation) => {
                self.pair(&visitor, &access, token)
            }
            Given::Tokens { access, refresh } => self.pair(&visitor, &access, &refresh),
            Given::Cookie(_) => not_possible(),
        }
    }
}
