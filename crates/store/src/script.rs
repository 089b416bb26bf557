//! Scripts: several steps on one key that nothing can come between.

use redis::{Cmd, ToRedisArgs};

/// A Lua script that touches one key.
pub(crate) struct Script {
    code: &'static str,
    hash: String,
}

impl Script {
    pub(crate) fn new(code: &'static str) -> Self {
        let hash = redis::Script::new(code).get_hash().to_owned();
        Self { code, hash }
    }

    pub(crate) fn prepare_invoke(&self) -> Invocation<'_> {
        Invocation {
            script: self,
            key: String::new(),
            arguments: Vec::new(),
        }
    }
}

/// A script with what it is run on.
pub(crate) struct Invocation<'a> {
    script: &'a Script,
    key: String,
    arguments: Vec<Vec<u8>>,
}

impl Invocation<'_> {
    pub(crate) fn key(&mut self, key: &str) -> &mut Self {
        key.clone_into(&mut self.key);
        self
    }

    pub(crate) fn arg(&mut self, argument: impl ToRedisArgs) -> &mut Self {
        self.arguments.extend(argument.to_redis_args());
        self
    }

    /// By its hash: the usual way, forty bytes for the code.
    pub(crate) fn by_hash(&self) -> Cmd {
        self.command("EVALSHA", &self.script.hash)
    }

    /// By its code, for a Redis that has not seen it. Not `SCRIPT LOAD`: in a cluster that goes to
    /// every node and fails when any is down, while this goes to the node that has the key.
    pub(crate) fn by_code(&self) -> Cmd {
        self.command("EVAL", self.script.code)
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = redis::cmd(name);
        command.arg(script).arg(1).arg(&self.key);
        for argument in &self.arguments {
            command.arg(argument);
        }
        command
    }
}
