//! What the tests of this house share. The tests themselves are beside this
//! folder: a file, and a folder of the same name, for each.

pub mod expectation;
