//! Cases leave the accounts as they found them, also when they stop early.

use std::cell::{Cell, RefCell};

use crate::http::Exchange;
use crate::outcome::Stop;
use crate::seams::Seam;
use crate::target::{Account, Target};

/// The first account, while its password may differ from the manifest's.
pub(crate) struct Password<'t> {
    target: &'t Target,
    account: &'t Account,
    current: RefCell<String>,
}

impl<'t> Password<'t> {
    pub(crate) fn of(target: &'t Target) -> Self {
        let account = &target.user;
        Self {
            target,
            account,
            current: RefCell::new(account.password.clone()),
        }
    }

    /// What it is now.
    pub(crate) fn current(&self) -> String {
        self.current.borrow().clone()
    }

    /// It was changed by the case itself.
    pub(crate) fn is_now(&self, password: &str) {
        self.current.replace(password.to_owned());
    }

    /// Set-up: logs in afresh and changes it. `Ok(None)` when the server does
    /// not take such a password.
    pub(crate) fn change(&self, new: &str) -> Result<Option<Exchange>, Stop> {
        let current = self.current();
        let login = self.target.login_request(&self.account.username, &current);
        let held = self.target.login_by(&login)?.credential;
        let request = held.attach(self.target.password_request(&current, new)?);
        let exchange = self.target.send_patiently(&request)?;
        if exchange.response.is_success() {
            self.is_now(new);
            return Ok(Some(exchange));
        }
        if matches!(exchange.response.status, 400 | 413 | 422) {
            return Ok(None);
        }
        Err(Stop::broken_by(
            "a password change with the right current one",
            exchange.line(),
            &exchange,
        ))
    }
}

impl Drop for Password<'_> {
    fn drop(&mut self) {
        if self.current() == self.account.password {
            return;
        }
        if !matches!(self.change(&self.account.password), Ok(Some(_))) {
            (self.target.notice)(&format!(
                "could not change the password of {} back: set it by hand before the next run",
                self.account.username
            ));
        }
    }
}

/// The admin, while the role may be taken away.
pub(crate) struct Roles<'t> {
    target: &'t Target,
    account: &'t Account,
}

impl<'t> Roles<'t> {
    pub(crate) fn of(target: &'t Target, account: &'t Account) -> Self {
        Self { target, account }
    }

    /// Sets the roles, or the case is broken.
    pub(crate) fn set(&self, roles: &str) -> Result<(), Stop> {
        let set = self.target.seams.set_role.as_ref();
        let set = set.ok_or(Stop::Untestable(Seam::RoleControl))?;
        set(&self.account.username, roles)
            .map_err(|why| Stop::broken("a role change from outside", why))
    }
}

impl Drop for Roles<'_> {
    fn drop(&mut self) {
        if let Err(why) = self.set("admin,user") {
            (self.target.notice)(&format!(
                "could not give {} the role admin back ({why:?}): do it by hand",
                self.account.username
            ));
        }
    }
}

/// The store, while it may be stopped.
pub(crate) struct Store<'t> {
    target: &'t Target,
    down: RefCell<bool>,
}

impl<'t> Store<'t> {
    /// Stops it, or the case is untestable or broken.
    pub(crate) fn stopped(target: &'t Target) -> Result<Self, Stop> {
        let stop = target
            .seams
            .store_down
            .as_ref()
            .ok_or(Stop::Untestable(Seam::StoreControl))?;
        target.store_is_down(true);
        let store = Self {
            target,
            down: RefCell::new(true),
        };
        stop().map_err(|why| Stop::broken("the store stops", why))?;
        Ok(store)
    }

    /// Starts it again, or the case is broken.
    pub(crate) fn start(&self) -> Result<(), Stop> {
        let start = self
            .target
            .seams
            .store_up
            .as_ref()
            .ok_or(Stop::Untestable(Seam::StoreControl))?;
        start().map_err(|why| Stop::broken("the store starts again", why))?;
        self.down.replace(false);
        Ok(())
    }
}

impl Drop for Store<'_> {
    fn drop(&mut self) {
        if *self.down.borrow() && self.start().is_err() {
            (self.target.notice)("could not start the store again: start it by hand");
        }
        self.target.store_is_down(false);
    }
}

/// Something that was done to the target from outside and has to be undone.
pub(crate) struct Undone<'t> {
    target: &'t Target,
    undo: Box<dyn Fn() -> Result<(), String> + 't>,
    what: String,
    done: Cell<bool>,
}

impl<'t> Undone<'t> {
    /// `what` completes "could not …".
    pub(crate) fn by(
        target: &'t Target,
        what: impl Into<String>,
        undo: impl Fn() -> Result<(), String> + 't,
    ) -> Self {
        Self {
            target,
            undo: Box::new(undo),
            what: what.into(),
            done: Cell::new(false),
        }
    }

    /// Undoes it, or the case is broken.
    pub(crate) fn now(&self) -> Result<(), Stop> {
        (self.undo)().map_err(|why| Stop::broken(format!("to {}", self.what), why))?;
        self.done.set(true);
        Ok(())
    }
}

impl Drop for Undone<'_> {
    fn drop(&mut self) {
        if !self.done.get() && (self.undo)().is_err() {
            (self.target.notice)(&format!("could not {}: do it by hand", self.what));
        }
        self.target.store_is_down(false);
    }
}
