//! The people and bots who can sign in at a vendor.

use serde::Serialize;

/// An account at a vendor. The same three exist everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    /// The name it signs in with, also what `login_hint` takes.
    pub login: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// Its mail address.
    pub email: &'static str,
    /// Its number, from which vendors make their ids.
    pub number: u32,
    /// A limited account can only allow the first scope that is asked for.
    pub limited: bool,
}

/// All accounts; the first is chosen when nothing says otherwise.
pub const ACCOUNTS: [Account; 3] = [
    Account {
        login: "acme-bot",
        name: "Acme Bot",
        email: "bot@acme.example",
        number: 1001,
        limited: false,
    },
    Account {
        login: "carol",
        name: "Carol Ng",
        email: "carol@acme.example",
        number: 1002,
        limited: false,
    },
    Account {
        login: "intern",
        name: "Ivo Intern",
        email: "intern@acme.example",
        number: 1003,
        limited: true,
    },
];

/// The account of that name.
pub(super) fn account(login: &str) -> Option<&'static Account> {
    ACCOUNTS.iter().find(|account| account.login == login)
}
