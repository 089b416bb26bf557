//! Where jwt-state answers otherwise than Simple JWT on purpose, and why. Whatever is not here is
//! the same. `docs/src/interop.md` prints these tables.

/// A part of every answer that has it.
pub(crate) struct Part {
    /// The end of its name.
    pub(crate) what: &'static str,
    /// What it is there, and here; empty where there is none, `…` for any text.
    pub(crate) theirs: &'static str,
    pub(crate) ours: &'static str,
    pub(crate) because: &'static str,
}

/// The whole of an answer.
pub(crate) struct Whole {
    pub(crate) steps: &'static [&'static str],
    /// In which set-ups it is so.
    pub(crate) set_ups: &'static [&'static str],
    /// Status, challenge and body there, and here; `…` for any text.
    pub(crate) theirs: &'static str,
    pub(crate) ours: &'static str,
    pub(crate) because: &'static str,
}

const fn part(
    what: &'static str,
    theirs: &'static str,
    ours: &'static str,
    because: &'static str,
) -> Part {
    Part {
        what,
        theirs,
        ours,
        because,
    }
}

const ALL: &[&str] = &["hardened", "stateless", "no rotation"];
const ROTATING: &[&str] = &["hardened", "stateless"];
const HARDENED: &[&str] = &["hardened", "no rotation"];
const STATELESS: &[&str] = &["stateless"];

const MORE: &str = "what the contract's routes need of a token, without a look-up";

/// Parts that differ wherever they are.
pub(crate) const PARTS: &[Part] = &[
    part(
        "access.header.typ",
        "\"JWT\"",
        "\"at+jwt\"",
        "it says what the token is good for (RFC 9068 section 2.1, RFC 8725 section 3.11)",
    ),
    part(
        "refresh.header.typ",
        "\"JWT\"",
        "\"refresh+jwt\"",
        "it says what the token is good for (RFC 8725 section 3.11)",
    ),
    part(
        ".header.kid",
        "",
        "…",
        "it says which key signed, so that a key can be replaced without a logout",
    ),
    part(
        ".claims.sub",
        "",
        "…",
        "the account, under the name of RFC 7519 section 4.1.2",
    ),
    part(
        ".claims.sid",
        "",
        "…",
        "the login, which can be listed and ended",
    ),
    part(
        ".claims.auth_time",
        "",
        "…",
        "when the password was checked (RFC 9068 section 2.2.1)",
    ),
    part("access.claims.username", "", "…", MORE),
    part("access.claims.email", "", "…", MORE),
    part("access.claims.roles[0]", "", "…", MORE),
    part(
        "header Allow",
        "POST, OPTIONS",
        "POST",
        "OPTIONS describes an endpoint for the browsable API, and there is none here",
    ),
];

const BLACKLISTED: &str =
    "401 Bearer realm=\"api\" {\"code\":\"token_not_valid\",\"detail\":\"Token is blacklisted\"}";
const INVALID: &str =
    "401 Bearer realm=\"api\" {\"code\":\"token_not_valid\",\"detail\":\"Token is invalid\"}";
const NOT_FOR_ANY_TYPE: &str = "401 Bearer realm=\"api\" {\"code\":\"token_not_valid\",\"detail\":\"Given token not valid for any token type\"…";
const VISITOR: &str = "200 {\"email\":\"alice@example.test\",\"id\":1,\"username\":\"alice\"}";
const REFUSED_LOGIN: &str =
    "401 Bearer realm=\"api\" {\"detail\":\"No active account found with the given credentials\"}";

/// Answers that differ as a whole.
pub(crate) const WHOLES: &[Whole] = &[
    Whole {
        steps: &["refresh of the child after a reuse"],
        set_ups: ROTATING,
        theirs: "200 {\"access\":…",
        ours: BLACKLISTED,
        because: "who sends an old refresh token shows that two have it: the login ends \
                  (RFC 9700 section 4.14.2)",
    },
    Whole {
        steps: &["visit after a reuse"],
        set_ups: &["hardened"],
        theirs: VISITOR,
        ours: NOT_FOR_ANY_TYPE,
        because: "access tokens end with their login (ASVS 5.0, 7.4.1)",
    },
    Whole {
        steps: &["visit after the blacklist"],
        set_ups: HARDENED,
        theirs: VISITOR,
        ours: NOT_FOR_ANY_TYPE,
        because: "access tokens end with their login (ASVS 5.0, 7.4.1)",
    },
    Whole {
        steps: &["verify, blacklisted"],
        set_ups: &["no rotation"],
        theirs: "200 {}",
        ours: "400 {\"non_field_errors\":[\"Token is blacklisted\"]}",
        because: "there, verify asks the blacklist only where rotation fills it",
    },
    Whole {
        steps: &[
            "verify, an access token of a blacklisted login",
            "verify, inactive",
        ],
        set_ups: HARDENED,
        theirs: "200 {}",
        ours: "400 {\"non_field_errors\":[\"Token is blacklisted\"]}",
        because: "verify says what a visit with the token would say",
    },
    Whole {
        steps: &["visit, bearer in small letters"],
        set_ups: ALL,
        theirs: "401 Bearer realm=\"api\" {\"detail\":\"Authentication credentials were not provided.\"}",
        ours: VISITOR,
        because: "a scheme is the same in any case (RFC 9110 section 11.1)",
    },
    Whole {
        steps: &["obtain, a password with spaces round it"],
        set_ups: ALL,
        theirs: "200 {\"access\":…",
        ours: REFUSED_LOGIN,
        because: "spaces belong to a password (NIST SP 800-63B section 5.1.1.2)",
    },
    Whole {
        steps: &[
            "obtain, JSON that breaks off",
            "obtain, no JSON at all",
            "obtain, JSON that is not UTF-8",
            "refresh, broken JSON",
        ],
        set_ups: ALL,
        theirs: "400 {\"detail\":\"JSON parse error - …",
        ours: "400 {\"detail\":\"JSON parse error - this is not JSON as it should be\"}",
        because: "what follows the dash is the text of Python's parser",
    },
    Whole {
        steps: &["obtain, in parts that no boundary parts"],
        set_ups: ALL,
        theirs: "400 {\"detail\":\"Multipart form parse error - …",
        ours: "400 {\"detail\":\"Form parse error - this is not a form as it should be\"}",
        because: "what follows the dash is the text of Django's parser",
    },
    Whole {
        steps: &["obtain, a member twice"],
        set_ups: ALL,
        theirs: "200 {\"access\":…",
        ours: "400 {\"detail\":\"JSON parse error - this is not JSON as it should be\"}",
        because: "of two values one parser takes the first and another the last (RFC 8259 section 4)",
    },
    Whole {
        steps: &["obtain, a field twice"],
        set_ups: ALL,
        theirs: "200 {\"access\":…",
        ours: "400 {\"detail\":\"Form parse error - a field is there twice\"}",
        because: "of two values one parser takes the first and another the last",
    },
    Whole {
        steps: &["OPTIONS obtain"],
        set_ups: ALL,
        theirs: "200 {\"actions\":…",
        ours: "405 {\"detail\":\"Method \\\"OPTIONS\\\" not allowed.\"}",
        because: "it describes an endpoint for the browsable API, and there is none here",
    },
    Whole {
        steps: &["visit, no jti", "visit, no type", "visit, no exp"],
        set_ups: ALL,
        theirs: NOT_FOR_ANY_TYPE,
        ours: NOT_FOR_ANY_TYPE,
        because: "the message is `Token is invalid`, and does not say which claim is missing: a \
                  token of ours has them all",
    },
    Whole {
        steps: &["visit, no account"],
        set_ups: ALL,
        theirs: "401 Bearer realm=\"api\" {\"code\":\"token_not_valid\",\"detail\":\"Token contained no \
                 recognizable user identification\"}",
        ours: NOT_FOR_ANY_TYPE,
        because: "a token of ours names its account, so this is none of ours",
    },
    Whole {
        steps: &["obtain, a number as password"],
        set_ups: ALL,
        theirs: REFUSED_LOGIN,
        ours: "400 {\"password\":[\"Not a valid string.\"]}",
        because: "a number is no text (ASVS 5.0, 15.3.5)",
    },
    Whole {
        steps: &["refresh, a number"],
        set_ups: ALL,
        theirs: INVALID,
        ours: "400 {\"refresh\":[\"Not a valid string.\"]}",
        because: "a number is no text (ASVS 5.0, 15.3.5)",
    },
    Whole {
        steps: &["refresh, no jti"],
        set_ups: ALL,
        theirs: "500 …",
        ours: INVALID,
        because: "an error of the server's, answered to a client's",
    },
    Whole {
        steps: &["visit, inactive", "visit, an account that is not there"],
        set_ups: STATELESS,
        theirs: "401 Bearer realm=\"api\" {\"code\":\"user_…",
        ours: "200 {\"email\":…",
        because: "nothing is looked up, as with Simple JWT's `JWTStatelessUserAuthentication`",
    },
];
