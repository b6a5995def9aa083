//! Who may come in, and what they may do.

use ratatui::text::Line;

use super::{ItemAct, WorkspaceItem, page};
use crate::console::appearance::Appearance;
use crate::console::command::{Command, KeyPlace};
use crate::console::form_question::{FormAnswers, FormField, FormFieldKind, FormQuestion};
use crate::console::screens::listing::WholeItem;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::empty::Nothing;
use crate::console::widgets::table::{Cell, Column};
use crate::console::window::Row;
use crate::domain::sorting::Worth;
use crate::domain::user::{Permission, Role, UserKind};
use crate::wire::Topic;
use crate::wire::request::Request;
use crate::wire::rpc;
use crate::wire::view::User;

/// The roles, as a choice; the lowest first.
const ROLES: [Role; 4] = [Role::Agent, Role::Member, Role::Admin, Role::Owner];
const ROLE_WORDS: &[&str] = &["Agent", "Member", "Admin", "Owner"];
/// The permissions, as a choice.
const PERMISSIONS: [Permission; 2] = [Permission::TokenRead, Permission::SettingsEdit];
/// Stands for every connection.
const ALL: &str = "all";
const PERMISSION_WORDS: &[&str] = &["token.read", "settings.edit"];

/// The request for all of them.
pub(super) fn ask() -> rpc::Users {
    rpc::Users
}

impl Row for User {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn title(&self) -> String {
        self.name.clone()
    }
}

impl WholeItem for User {
    type Told = Self;
    type Ask = rpc::Users;

    fn figures(&self) -> Vec<Option<Worth>> {
        let uid = self.uid.map(|uid| u64::from(uid).into());
        vec![uid, Some((self.ssh_keys.len() as u64).into())]
    }
}

impl WorkspaceItem for User {
    const PLACE: KeyPlace = KeyPlace::Users;
    const TITLE: &'static str = "Users";
    const ABOUT: &'static str = "who may come in, and what they may do";
    const COLUMNS: &'static [Column] = &[
        Column::words("NAME", 16, 24).lead(),
        Column::words("ROLE", 6, 8),
        Column::words("KIND", 7, 8),
        Column::figures("UNIX", 6),
        Column::figures("SSH KEYS", 8),
        Column::words("PERMISSIONS", 20, 70),
    ];
    const LIST_WIDTH: u16 = 88;
    const NOTHING: Nothing = Nothing {
        what: "There are no users.",
        next: "a adds one.",
    };
    const WITHOUT_ROW: &'static [Command] = &[Command::AddItem];

    fn concerns(topic: &Topic) -> bool {
        *topic == Topic::Users
    }

    fn cells(&self, _: &Appearance) -> Vec<Cell> {
        let uid = self.uid.map(|uid| uid.to_string());
        let keys = match self.ssh_keys.len() {
            0 => "-".to_owned(),
            n => n.to_string(),
        };
        vec![
            Cell(self.name.clone(), StyleRole::Title),
            Cell::text(self.role.word()),
            Cell::dim(kind(self.kind)),
            Cell::text(uid.unwrap_or_else(|| "-".to_owned())),
            Cell::text(keys),
            Cell::text(permissions(self).join(", ")),
        ]
    }

    fn describe(&self, width: u16, look: &Appearance) -> Vec<Line<'static>> {
        let mut page = page(&self.name, width, look);
        page.pair("Role", self.role.word(), StyleRole::Text);
        let without: Vec<&str> = self.withdrawn.iter().map(|it| it.code()).collect();
        page.pair(
            "Permissions",
            &permissions(self).join(", "),
            StyleRole::Text,
        );
        page.pair("Withdrawn", &without.join(", "), StyleRole::Warn);
        let reads: Vec<&str> = self.may_read.iter().map(|id| id.as_str()).collect();
        page.pair("Reads tokens", &reads.join(", "), StyleRole::Text);
        page.pair("SSH keys", &self.ssh_keys.join(", "), StyleRole::Text);
        page.pair("User", self.id.as_str(), StyleRole::Dim);
        page.done()
    }

    fn act(command: Command, row: Option<&Self>) -> Option<ItemAct> {
        if command == Command::AddItem {
            return Some(ItemAct::FillIn(Box::new(addition())));
        }
        let row = row?;
        Some(match command {
            Command::Copy => ItemAct::Copy(row.name.clone()),
            Command::EditPermissions => ItemAct::FillIn(Box::new(permission(row))),
            Command::RemoveItem => ItemAct::FillIn(Box::new(removal(row))),
            _ => return None,
        })
    }
}

fn kind(kind: UserKind) -> &'static str {
    match kind {
        UserKind::Person => "person",
        UserKind::Service => "service",
    }
}

/// What this user may: what the role gives without what was withdrawn, and what was granted beside it.
fn permissions(user: &User) -> Vec<String> {
    let given = user.role.permissions().iter();
    let given = given.filter(|it| !user.withdrawn.contains(it));
    let mut all: Vec<String> = given.map(|it| it.code().to_owned()).collect();
    if !user.may_read.is_empty() {
        let n = u64::try_from(user.may_read.len()).unwrap_or(u64::MAX);
        let of = text::count(n, "connection", "connections");
        all.push(format!("token.read of {of}"));
    }
    if all.is_empty() {
        all.push("-".to_owned());
    }
    all
}

fn addition() -> FormQuestion {
    FormQuestion {
        title: "A new user".to_owned(),
        body: Vec::new(),
        fields: vec![
            FormField::text("Name", "as it stands in the record"),
            FormField::new("Role", FormFieldKind::Choice(ROLE_WORDS), ""),
            FormField::new("Kind", FormFieldKind::Choice(&["person", "service"]), ""),
            FormField::text(
                "Unix account",
                "its number on this machine, as id -u NAME says it",
            ),
            FormField::text(
                "SSH keys",
                "SHA256:..., as ssh-keygen -l prints them, with commas between",
            ),
        ],
        verb: "Add",
        subject: String::new(),
        request: added,
        done: "The user is added.".to_owned(),
    }
}

fn added(_: &str, answers: &FormAnswers<'_>) -> Result<Request, String> {
    let uid = answers.text(3);
    let number = || uid.parse().map_err(|_| "The Unix account is a number.");
    Ok(Request::UserAdd(rpc::UserAdd {
        name: answers.wanted(0, "The name")?,
        role: ROLES.get(answers.choice(1)).copied().unwrap_or(Role::Agent),
        kind: match answers.choice(2) {
            0 => UserKind::Person,
            _ => UserKind::Service,
        },
        uid: match uid.is_empty() {
            true => None,
            false => Some(number()?),
        },
        ssh_keys: answers.listed(4),
    }))
}

fn permission(user: &User) -> FormQuestion {
    FormQuestion {
        title: format!("Permissions of {}", user.name),
        body: vec![format!(
            "{} is {}, with {}.",
            user.name,
            user.role.word(),
            permissions(user).join(", ")
        )],
        fields: vec![
            FormField::new("Permission", FormFieldKind::Choice(PERMISSION_WORDS), ""),
            FormField::new(
                "It is",
                FormFieldKind::Choice(&["granted", "withdrawn"]),
                "",
            ),
            FormField::text(
                "Connections",
                "of token.read: whose tokens, as provider/name or id, with commas between; or all",
            ),
        ],
        verb: "Keep it",
        subject: user.name.clone(),
        request: |name, answers: &FormAnswers<'_>| {
            let permission = PERMISSIONS.get(answers.choice(0)).copied();
            let permission = permission.ok_or("A permission is wanted.")?;
            let granted = answers.choice(1) == 0;
            let connections = about(permission, answers.listed(2))?;
            Ok(Request::UserPermission(rpc::UserPermission {
                name: name.to_owned(),
                permission,
                granted,
                connections,
            }))
        },
        done: format!("The permissions of {} are changed.", user.name),
    }
}

/// The connections that a permission is granted or withdrawn for; none stands for all. Every token there is must not be a form's
/// default, in either direction.
fn about(permission: Permission, listed: Vec<String>) -> Result<Vec<String>, String> {
    let wanted = match (permission, listed.as_slice()) {
        (Permission::TokenRead, []) => "Name the connections, or write all.",
        (Permission::TokenRead, [one]) if one == ALL => return Ok(Vec::new()),
        (Permission::TokenRead, several) if several.iter().any(|it| it == ALL) => {
            "Write all alone, or name the connections."
        }
        (Permission::TokenRead, _) | (Permission::SettingsEdit, []) => return Ok(listed),
        (Permission::SettingsEdit, _) => {
            "settings.edit is about no connection: leave that field empty."
        }
    };
    Err(wanted.to_owned())
}

fn removal(user: &User) -> FormQuestion {
    FormQuestion {
        title: format!("Remove {}?", user.name),
        body: vec![
            format!(
                "{0} will not get in any more; what {0} did stays in the record.",
                user.name
            ),
            format!("Type {} to remove.", user.name),
        ],
        fields: vec![
            FormField::text("Name", ""),
            FormField::new(
                "What is theirs",
                FormFieldKind::Choice(&["must be out of service", "stays as it is"]),
                "connections, authorizations and drafts; an Owner may leave them in service",
            ),
        ],
        verb: "Remove",
        subject: user.name.clone(),
        request: |name, answers: &FormAnswers<'_>| {
            if answers.text(0) != name {
                return Err(format!("Type {name} first."));
            }
            Ok(Request::UserRemove(rpc::UserRemove {
                name: name.to_owned(),
                keep: answers.choice(1) == 1,
            }))
        },
        done: format!("{} is removed.", user.name),
    }
}
