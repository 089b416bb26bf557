//! What is in a session.

use contract::Problem;
use serde::{Serialize, de::DeserializeOwned};

use super::Visitor;
use crate::credential::is_put_in;

impl Visitor {
    /// The value of a key; `None` when it is not there.
    ///
    /// # Errors
    /// When what is there is not a `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Problem> {
        let entries = self.session.entries();
        let text = entries.get(key).filter(|_| is_put_in(key));
        text.map(|text| read(key, text)).transpose()
    }

    /// The value of a key, or `default` when it is not there.
    ///
    /// # Errors
    /// When what is there is not a `T`.
    pub fn get_or<T: DeserializeOwned>(&self, key: &str, default: T) -> Result<T, Problem> {
        Ok(self.get(key)?.unwrap_or(default))
    }

    /// Whether the key is there.
    pub fn has(&self, key: &str) -> bool {
        is_put_in(key) && self.session.contains_key(key)
    }

    /// The keys, in order.
    pub fn keys(&self) -> Vec<String> {
        let entries = self.session.entries();
        let mut keys: Vec<String> = entries
            .keys()
            .filter(|key| is_put_in(key))
            .cloned()
            .collect();
        keys.sort();
        keys
    }

    /// Every key with its value.
    ///
    /// # Errors
    /// When a value is not a `T`; `serde_json::Value` takes them all.
    pub fn items<T: DeserializeOwned, I: FromIterator<(String, T)>>(&self) -> Result<I, Problem> {
        let entries = self.session.entries();
        let put_in = entries.iter().filter(|(key, _)| is_put_in(key));
        put_in
            .map(|(key, text)| Ok((key.clone(), read(key, text)?)))
            .collect()
    }

    /// Keeps a value, in place of the one that is there.
    ///
    /// What a value holds is not watched: change it, and set it again.
    ///
    /// # Errors
    /// When the value cannot be JSON, or the key begins with `@`: those are the server's own.
    pub fn set<T: Serialize>(&self, key: &str, value: T) -> Result<(), Problem> {
        if !is_put_in(key) {
            return Err(Problem::Unacceptable("a key must not begin with @"));
        }
        self.forget_updates(key);
        self.insert(key, value)
    }

    /// The value of a key; when it is not there, `default` is kept and returned.
    ///
    /// # Errors
    /// As of [`get`](Self::get) and [`set`](Self::set).
    pub fn set_default<T>(&self, key: &str, default: T) -> Result<T, Problem>
    where
        T: Serialize + DeserializeOwned,
    {
        if let Some(value) = self.get(key)? {
            return Ok(value);
        }
        self.set(key, &default)?;
        Ok(default)
    }

    /// Forgets a value; `false` when it was not there, and then nothing is written.
    pub fn delete(&self, key: &str) -> bool {
        let is_there = self.has(key);
        if is_there {
            self.forget_updates(key);
            self.session.remove(key);
        }
        is_there
    }

    /// Forgets a value and returns it; when it was not there, nothing is written.
    ///
    /// # Errors
    /// When what is there is not a `T`; then it stays.
    pub fn pop<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Problem> {
        let value = self.get(key)?;
        self.delete(key);
        Ok(value)
    }

    /// Forgets every value. The login and the id stay; [`flush`](Self::flush) ends those too.
    pub fn clear(&self) {
        for key in self.keys() {
            self.delete(&key);
        }
    }

    /// Makes a value from the one that is there, and returns it.
    ///
    /// When another request writes in between, `change` is called again, with what that one has
    /// written: of a thousand requests that count at once, each is counted. What is returned is
    /// the value for this request; the one that is kept may be further on.
    ///
    /// ```
    /// # fn visit(visitor: &session_state::Visitor) -> Result<(), contract::Problem> {
    /// let visits = visitor.update("visits", |visits: Option<u64>| visits.unwrap_or(0) + 1)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As of [`get`](Self::get) and [`set`](Self::set).
    pub fn update<T, F>(&self, key: &str, mut change: F) -> Result<T, Problem>
    where
        T: Serialize + DeserializeOwned,
        F: FnMut(Option<T>) -> T + 'static,
    {
        if !is_put_in(key) {
            return Err(Problem::Unacceptable("a key must not begin with @"));
        }
        let is_as_found = self.is_as_found(key);
        let next = change(self.get(key)?);
        self.insert(key, &next)?;
        // What this request has set stands, whatever others write.
        if is_as_found {
            let name = key.to_owned();
            let again = move |text: Option<&str>| {
                let before = text.map(|text| read(&name, text)).transpose()?;
                serde_json::to_string(&change(before)).map_err(|_| Problem::Internal)
            };
            let mut aside = self.aside.borrow_mut();
            aside.updates.push((key.to_owned(), Box::new(again)));
        }
        Ok(next)
    }

    /// Adds to a number, which is 0 when it is not there. Each of many requests at once counts.
    ///
    /// # Errors
    /// When what is there is not a number.
    pub fn increment(&self, key: &str, by: i64) -> Result<i64, Problem> {
        self.update(key, move |number: Option<i64>| {
            number.unwrap_or(0).saturating_add(by)
        })
    }

    /// Puts in a value that the next request can look for. A browser that takes no cookies comes
    /// without it.
    ///
    /// # Errors
    /// As of [`set`](Self::set).
    pub fn set_test_cookie(&self) -> Result<(), Problem> {
        self.set(TEST_COOKIE, WORKED)
    }

    /// Whether the value of [`set_test_cookie`](Self::set_test_cookie) came back.
    pub fn test_cookie_worked(&self) -> bool {
        self.get::<String>(TEST_COOKIE)
            .is_ok_and(|value| value.as_deref() == Some(WORKED))
    }

    /// Forgets that value; `false` when it was not there.
    pub fn delete_test_cookie(&self) -> bool {
        self.delete(TEST_COOKIE)
    }

    fn insert<T: Serialize>(&self, key: &str, value: T) -> Result<(), Problem> {
        let inserted = self.session.insert(key, value);
        inserted.map_err(|error| {
            log::error!("{key} cannot be kept in a session: {error}");
            Problem::Internal
        })
    }

    /// Whether a value is what was found, or what updates made of that.
    fn is_as_found(&self, key: &str) -> bool {
        let aside = self.aside.borrow();
        if aside.updates.iter().any(|(updated, _)| updated == key) {
            return true;
        }
        let found = self.found.as_ref().map(|found| found.entries());
        let found = found.as_ref().and_then(|entries| entries.get(key));
        self.session.entries().get(key) == found
    }

    fn forget_updates(&self, key: &str) {
        let mut aside = self.aside.borrow_mut();
        aside.updates.retain(|(updated, _)| updated != key);
    }
}

/// As Django calls them.
const TEST_COOKIE: &str = "testcookie";
const WORKED: &str = "worked";

pub(super) fn read<T: DeserializeOwned>(key: &str, text: &str) -> Result<T, Problem> {
    // What is there is the visitor's: neither it nor the parser's words, which quote it, are logged.
    serde_json::from_str(text).map_err(|_| {
        log::error!("{key} in a session is not a {}", std::any::type_name::<T>());
        Problem::Internal
    })
}
