//! `tagout users`.

use std::process::Command;

use clap::{Args, Subcommand};
use serde_json::json;

use super::print::{Table, word as printed};
use super::{Session, VerbError, input, word};
use crate::domain::user::{Permission, Role, UserKind};
use crate::wire::rpc;
use crate::wire::view::User;

/// `tagout users`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to do with them.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with users.
#[derive(Debug, Subcommand)]
enum Act {
    /// Let somebody in
    Add(Add),
    /// Let somebody in no more
    Remove {
        /// Who
        name: String,
        /// Although they hold connections, authorizations or drafts: these stay as they are, under this name
        #[arg(long)]
        keep: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Give a permission
    Grant(GrantArguments),
    /// Take a permission
    Revoke(GrantArguments),
}

/// `tagout users add`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  tagout users add bob --role admin --unix-user bob")]
struct Add {
    /// The name that stands in the record
    name: String,
    /// The highest role
    #[arg(id = "new_role", long = "role", value_name = "ROLE",
          value_parser = word::<Role>(&["owner", "admin", "member", "agent"]))]
    role: Role,
    // It has the id of the flag for all verbs, and so takes its place here: after `users add`, `--role` is the new user's,
    // before it that of whoever adds them.
    /// Act with a lower role than your own
    #[arg(id = "role", long = "acting-role", hide = true,
          value_parser = word::<Role>(&["owner", "admin", "member", "agent"]))]
    _acting: Option<Role>,
    /// It is a program
    #[arg(long)]
    service: bool,
    /// The Unix account, by name or number
    #[arg(long, value_name = "U")]
    unix_user: Option<String>,
    /// The fingerprint of a key at the gateway account, as ssh-keygen -l prints it; several may be given
    #[arg(long = "ssh-key", value_name = "SHA256:...")]
    ssh_keys: Vec<String>,
}

/// `tagout users grant` and `tagout users revoke`.
#[derive(Debug, Args)]
struct GrantArguments {
    /// Whose
    pub name: String,
    /// Which
    #[arg(value_parser = word::<Permission>(&["settings.edit", "token.read"]))]
    pub permission: Permission,
    /// For which connections
    #[arg(value_name = "CONNECTION")]
    pub connections: Vec<String>,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    match arguments.act {
        None => {
            let rows: Vec<User> = session.client().await?.ask(rpc::Users).await?;
            session.show(&rows, || list(&rows))
        }
        Some(Act::Add(it)) => add(it, session).await,
        Some(Act::Remove { name, keep, yes }) => {
            let question =
                format!("{name} will not get in any more; what {name} did stays in the record.");
            input::sure(session, yes, &question, &name)?;
            let client = session.client().await?;
            let request = rpc::UserRemove {
                name: name.clone(),
                keep,
            };
            client.ask(request).await?;
            session.show(&json!({ "removed": name }), || format!("Removed {name}."))
        }
        Some(Act::Grant(it)) => permission(it, true, session).await,
        Some(Act::Revoke(it)) => permission(it, false, session).await,
    }
}

async fn add(it: Add, session: &Session) -> Result<(), VerbError> {
    let request = rpc::UserAdd {
        name: it.name,
        role: it.role,
        kind: match it.service {
            true => UserKind::Service,
            false => UserKind::Person,
        },
        uid: it.unix_user.as_deref().map(uid).transpose()?,
        ssh_keys: it.ssh_keys,
    };
    let user: User = session.first_client().await?.ask(request).await?;
    session.show(&user, || list(std::slice::from_ref(&user)).whole())
}

async fn permission(it: GrantArguments, granted: bool, session: &Session) -> Result<(), VerbError> {
    let request = rpc::UserPermission {
        name: it.name,
        permission: it.permission,
        granted,
        connections: it.connections,
    };
    let user: User = session.client().await?.ask(request).await?;
    session.show(&user, || list(std::slice::from_ref(&user)).whole())
}

/// The number of a Unix account. `id` asks whatever the machine keeps its accounts in.
fn uid(account: &str) -> Result<u32, VerbError> {
    if let Ok(uid) = account.parse() {
        return Ok(uid);
    }
    let output = Command::new("id").args(["-u", "--", account]).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| {
        VerbError::usage(
            format!("this machine has no account called {account}"),
            "Name one that exists, or give its number",
        )
    })
}

fn list(rows: &[User]) -> Table {
    let mut table = Table::new(&["NAME", "ROLE", "KIND", ">UID", "USER", "BESIDES"]);
    for row in rows {
        table.row([
            row.name.clone(),
            row.role.word().to_owned(),
            printed(row.kind),
            row.uid
                .map_or_else(|| "-".to_owned(), |uid| uid.to_string()),
            row.id.to_string(),
            besides(row),
        ]);
    }
    table.or("There are no users.")
}

/// What this user may besides what the role gives, and what they may not.
fn besides(user: &User) -> String {
    let withdrawn = user
        .withdrawn
        .iter()
        .map(|permission| format!("without {}", permission.code()));
    let granted = (!user.may_read.is_empty()).then(|| {
        let ids: Vec<&str> = user.may_read.iter().map(|id| id.as_str()).collect();
        format!("token.read for {}", ids.join(", "))
    });
    let keys = user.ssh_keys.iter().map(|key| format!("key {key}"));
    let all: Vec<String> = withdrawn.chain(granted).chain(keys).collect();
    match all.is_empty() {
        true => "-".to_owned(),
        false => all.join("; "),
    }
}
