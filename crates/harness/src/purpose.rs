//! What an exchange of a case was for.

/// Where a case says so; what it needed to get there, such as a login, has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The untouched credential, which has to be let in: a server that refuses everything proves
    /// nothing.
    Control,
    /// What is tried, in the words of the case.
    Attempt(String),
}

/// One exchange of a case.
#[derive(Clone, Debug)]
pub struct Step {
    /// Both directions as text, credentials masked.
    pub text: String,
    /// What it was for.
    pub purpose: Option<Purpose>,
}
