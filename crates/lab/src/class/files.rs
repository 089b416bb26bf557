//! Open files, of which a system allows a program so many: a class that runs out of them fails its
//! open rooms, so it is not opened with more rooms than it can keep.

use crate::error::LabError;

/// A room with nobody in it: four listeners, three servers and their workers, taps, a board.
const OF_A_ROOM: u64 = 36;
/// A connection: the visitor's, the front's and the server's.
const OF_A_CONNECTION: u64 = 3;
/// What the program has open besides: the door, its visitors, Redis.
const BESIDES: u64 = 200;

/// Allows the program what the rooms can need, or says how many rooms there can be.
pub(super) fn allow(rooms: u16, connections_of_a_room: usize) -> Result<(), LabError> {
    let connections = u64::try_from(connections_of_a_room).unwrap_or(u64::MAX);
    let room = OF_A_ROOM.saturating_add(OF_A_CONNECTION.saturating_mul(connections));
    let needed = room.saturating_mul(rooms.into()).saturating_add(BESIDES);
    let allowed = raised_to(needed);
    if allowed >= needed {
        return Ok(());
    }
    Err(LabError::TooManyRooms {
        rooms,
        needed,
        allowed,
        most: allowed.saturating_sub(BESIDES) / room,
    })
}

/// The limit after it was raised as far as needed and possible (`ulimit -Sn`, `ulimit -Hn`).
#[cfg(unix)]
fn raised_to(needed: u64) -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    let current = limit.current.unwrap_or(u64::MAX);
    let possible = needed.min(limit.maximum.unwrap_or(u64::MAX));
    if current >= possible {
        return current;
    }
    let raised = Rlimit {
        current: Some(possible),
        maximum: limit.maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => possible,
        Err(_) => current,
    }
}

/// There is no such limit.
#[cfg(not(unix))]
fn raised_to(_: u64) -> u64 {
    u64::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_that_fit_are_allowed_and_others_are_told_how_many_fit() {
        allow(1, 1).unwrap();
        let refused = allow(u16::MAX, usize::MAX / 4).unwrap_err();
        assert_eq!(refused.exit_code(), 2);
        let LabError::TooManyRooms {
            needed,
            allowed,
            most,
            ..
        } = refused
        else {
            panic!("{refused}");
        };
        assert!(most == 0 && needed > allowed);
    }
}
