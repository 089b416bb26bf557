//! `lab up --class`: says where the door is, and by what it is recognised.

use std::process::ExitCode;

use contract::command::{stop_asked, tell};
use lab::class::{Class, ClassOptions};

use crate::exit;
use crate::screen::{Paint, Screen};

pub(crate) async fn run(options: ClassOptions) -> ExitCode {
    let rooms = options.rooms;
    let class = match Class::open(options).await {
        Ok(class) => class,
        Err(error) => return exit::because(error.exit_code(), error),
    };
    let stop = stop_asked();
    let mut screen = Screen::new();
    let address = screen.paint(Paint::Strong, &class.address);
    screen.line(&format!(
        "The class is open. Everybody opens\n\n    {address}\n\n"
    ));
    screen.line(&format!(
        "  Teacher      {}/teacher, on this machine: open rooms, predictions\n  \
         Rooms        {rooms} at most, on the ports up to {}; let them through the firewall\n  \
         Store        {}, for each room its own keys\n  \
         Certificate  nobody vouches for it, so browsers warn once. Let visitors compare its SHA-256:\n               {}",
        class.address, class.last_port, class.store, class.fingerprint
    ));
    screen.line(
        "\nA room lets in only the address that opened it. Not in rooms: attacks from other sites, which\n\
         need host names, and separate cookies for each server: a browser does not tell ports apart.\n\n\
         Ctrl-C ends the class and every room.",
    );
    stop.await;
    tell("stopping");
    class.stop().await;
    screen.end(0)
}
