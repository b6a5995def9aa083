//! Changes of users.

use super::connections::pin;
use super::requirements::{RequiredAct, Requirement, requirement};
use crate::domain::user::{Permission, Role};
use crate::server::Server;
use crate::store::StoreError;
use crate::wire::Problem;
use crate::wire::need::UserChange;

pub(super) fn changed(
    server: &Server,
    action: &'static str,
    change: UserChange<'_>,
) -> Result<Vec<Requirement>, Problem> {
    Ok(match change {
        UserChange::Add(name, role) => {
            let act = RequiredAct::ChangeUser(role, role.permissions());
            vec![requirement(action, name, act)]
        }
        UserChange::Edit(name) => vec![edited(server, action, name, &[])?],
        UserChange::Grant {
            name,
            permission,
            connections,
        } => {
            let gives = given(permission, connections);
            let mut needed = vec![edited(server, action, name, gives)?];
            for name in connections {
                let found = pin(server, name)?;
                let act = RequiredAct::ReadToken(found.owner, found.id.clone());
                needed.push(requirement(action, found.id, act));
            }
            needed
        }
        UserChange::LeaveBehind(name) => {
            vec![requirement(action, name, RequiredAct::LeaveBehind)]
        }
    })
}

/// What is granted for single connections has to be held for each of them, and not as a whole.
fn given(permission: Permission, connections: &[String]) -> &'static [Permission] {
    match permission {
        Permission::TokenRead if !connections.is_empty() => &[],
        Permission::TokenRead => &[Permission::TokenRead],
        Permission::SettingsEdit => &[Permission::SettingsEdit],
    }
}

/// A change of a user that gives these permissions. One whom nobody knows is looked for when it is done.
fn edited(
    server: &Server,
    action: &'static str,
    name: &str,
    gives: &'static [Permission],
) -> Result<Requirement, StoreError> {
    let users = server.store.users()?;
    let role = users.iter().find(|user| user.name == name).map(|u| u.role);
    let act = RequiredAct::ChangeUser(role.unwrap_or(Role::Agent), gives);
    Ok(requirement(action, name, act))
}
