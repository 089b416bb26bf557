//! `lab keys`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jwt_state::Algorithm;

/// What `lab keys --help` says at its end.
pub(super) const EXAMPLES: &str = "\
Examples:
  lab keys new                            signing.pem, for jwt-state --signing-key
  lab keys new --public keys.json         and its public half, for whoever checks tokens
  lab keys new --server-key               server.key, for the --key-file of each server";

/// What `lab keys new --help` says at its end.
const REPLACING: &str = "\
Examples:
  lab keys new                            signing.pem, for jwt-state --signing-key
  lab keys new --algorithm ES256 --out es.pem --public es.json
  lab keys new --server-key               server.key, for the --key-file of each server

Replacing the key of a server without a logout and without a restart. It was started with
  jwt-state --signing-key signing.pem --verifying-key keys.json
where keys.json was the --public file of its first key.
  1. lab keys new --out next.pem --public next.json
  2. Announce: put the key of next.json into the list of keys.json, beside the old one. Wait until
     all who check tokens have read the list again; they may keep it for five minutes.
  3. Change over: mv next.pem signing.pem
  4. Retire: when the last token of the old key has expired (--refresh-lifetime), take the old key
     out of keys.json.
The server's own key: start with the new one in --key-file and the old one in --previous-key-file,
and leave the second away when what it has made is over.

Exit codes: 0 made, 1 a file is there already or cannot be written, 2 wrong settings,
alone or together.";

/// What to do about keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysVerb {
    /// Make a key and put it into a new file that only you can read
    New(NewKeyArgs),
}

/// Settings of `lab keys new`.
#[derive(Debug, Args)]
#[command(after_help = REPLACING)]
pub(crate) struct NewKeyArgs {
    /// Algorithm that the key signs tokens with: HS256, HS384 or HS512 for a secret; RS256, RS384,
    /// RS512, ES256, ES384 or EdDSA for a key whose public half checks and cannot sign
    #[arg(long, value_name = "NAME", default_value = "EdDSA", value_parser = jwt_state::algorithm)]
    pub(crate) algorithm: Algorithm,

    /// Not a key for tokens, but the secret key of a server (--key-file)
    #[arg(long, conflicts_with_all = ["algorithm", "public"])]
    pub(crate) server_key: bool,

    /// File to put it into; one that is there is never overwritten
    /// [default: signing.pem, signing.json for a secret, server.key]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    /// File to put the public half into, as a set of JWKs
    #[arg(long, value_name = "FILE")]
    pub(crate) public: Option<PathBuf>,
}
