//! What has to happen to a family in one step.

use std::sync::LazyLock;

use crate::script::Script;

/// Opens a family with an end in the same step: without it, a crash between the two commands
/// would leave a login that never ends. Run twice, it opens the same family: nobody has its tokens
/// before the answer.
pub(super) static OPEN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])",
    )
});

/// Compares and replaces in one step. Of many requests with the same token exactly one is first;
/// each later one finds that its token is not the current one, and ends the family. Where the next
/// token is the current one already, this is the same request once more, sent again after a broken
/// connection: nobody else knows that token yet. A family that the first try has ended is gone for
/// the second: either way nothing is given.
///
/// Within the grace, the token before the current one is exchanged once more, for another next one.
/// The current one, which nobody has used, is dead from then on: there is still one branch, and a
/// second holder still shows with his next step. The grace counts from the first exchange, and
/// backwards too: a server whose clock is behind would else grant more of it, or some where there is
/// none.
pub(super) static ROTATE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local held = redis.call('HMGET', KEYS[1], 'refresh', 'expires_at', 'account', 'previous', 'rotated_at')
if not held[1] then return 0 end
if tonumber(held[2]) <= tonumber(ARGV[3]) then redis.call('DEL', KEYS[1]) return 0 end
if held[1] == ARGV[1] then
redis.call('HSET', KEYS[1], 'previous', ARGV[1], 'rotated_at', ARGV[3])
elseif held[1] ~= ARGV[2] then
local again = held[4] == ARGV[1] and math.abs(tonumber(ARGV[3]) - tonumber(held[5])) < tonumber(ARGV[4])
if not again then redis.call('DEL', KEYS[1]) return held[3] end
end
redis.call('HSET', KEYS[1], 'refresh', ARGV[2], 'last_seen_at', ARGV[3])
return redis.call('HGETALL', KEYS[1])",
    )
});

/// Puts a mark where a family was, in the step that makes sure that it was still there: a logout
/// that came first is not undone. Sent twice, it finds its own mark.
pub(super) static HAND_OVER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local held = redis.call('HMGET', KEYS[1], 'account', 'moved')
if held[2] == ARGV[1] then return 1 end
if not held[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'moved', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1",
    )
});

/// Ends a family and says whose it was; or says as which one it goes on. The mark stays: should the
/// answer get lost, or the next step fail, the second try finds the way by it too.
pub(super) static END: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local held = redis.call('HMGET', KEYS[1], 'account', 'moved')
if held[1] then redis.call('DEL', KEYS[1]) end
return held",
    )
});
