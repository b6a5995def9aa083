//! What a role may not do whatever it is aimed at, in one place for keys, footer, palette and help. The server decides; here it is
//! said before anybody fills in a form for nothing.

use super::command::{Command, Danger, KeyPlace};
use super::context::Facts;
use crate::domain::user::Role;

impl Facts {
    /// Why whoever looks may not do this here, by their role alone.
    #[must_use]
    pub fn refuses_role(&self, place: KeyPlace, command: Command) -> Option<String> {
        let needed = needed(place, command);
        if self.welcome.role >= needed {
            return None;
        }
        let why = match needed {
            Role::Owner => "only an Owner may",
            Role::Admin => "only an Admin or an Owner may",
            Role::Agent | Role::Member => "an Agent looks and changes nothing",
        };
        Some(why.to_owned())
    }
}

/// The lowest role that may. What a Member may only do with what is theirs depends on what it is aimed at, and is said there.
fn needed(place: KeyPlace, command: Command) -> Role {
    if command.row().danger == Danger::Looks {
        return Role::Agent;
    }
    if matches!(command, Command::Wipe | Command::WipeProvider) {
        return Role::Owner;
    }
    let is_the_organisations = matches!(
        command,
        Command::ConfigureApp
            | Command::SigningSecret
            | Command::AddProvider
            | Command::RemoveProvider
            | Command::Untag
            | Command::TestSubscription
            | Command::RotateSecret
            | Command::SendAgain
            | Command::EditPermissions
            | Command::StopServer
    );
    let is_in_its_lists = matches!(
        place,
        KeyPlace::Subscriptions | KeyPlace::Dependents | KeyPlace::Users
    ) && matches!(
        command,
        Command::AddItem | Command::EditItem | Command::RemoveItem
    );
    match is_the_organisations || is_in_its_lists {
        true => Role::Admin,
        false => Role::Member,
    }
}
