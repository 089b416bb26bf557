//! Whatever a client sends: a problem of the right status, never a 5xx, and
//! nothing of what was sent in the answer. Each server, over a raw socket.

mod bad_input {
    pub(crate) mod cases;
    pub(crate) mod exchange;
    pub(crate) mod heads;
    pub(crate) mod servers;
}

use std::process::ExitCode;

use bad_input::{cases, servers};
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let mut trials = Vec::new();
    for server in servers::all(&runtime) {
        for case in cases::ALL {
            let run = move || (case.check)(server).map_err(Into::into);
            trials.push(Trial::test(format!("{}::{}", server.name, case.name), run));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
