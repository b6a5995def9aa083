//! The columns of the catalog.

use crate::console::appearance::Appearance;
use crate::console::theme::StyleRole;
use crate::console::widgets::table::{Cell, Column};
use crate::domain::connection::Status;
use crate::domain::filter::FilterField;
use crate::domain::provider::OwnerScope;
use crate::domain::sorting::SortValue;
use crate::wire::view::Provider;

pub(super) const COLUMNS: [Column; 5] = [
    Column::words("PROVIDER", 13, 24)
        .lead()
        .by(FilterField::Provider),
    Column::words("STATE", 15, 15).by(FilterField::State),
    Column::words("CONNECTIONS", 17, 34).by_value(SortValue::Connections),
    Column::words("WHAT CAN BE DONE", 26, 26),
    Column::words("KIND", 15, 24).by_value(SortValue::Kind),
];

pub(super) fn cells(row: &Provider, look: &Appearance) -> Vec<Cell> {
    let first = row.connections.first();
    let shown = first.filter(|c| c.status != Status::Revoked);
    let (badge, role) = match (first, row.configured) {
        (Some(connection), _) => {
            let (sign, word, role) = look.status(connection.status);
            (format!("{sign} {word}"), role)
        }
        (None, true) => (String::new(), StyleRole::Dim),
        (None, false) => ("no app yet".to_owned(), StyleRole::Dim),
    };
    let others = row.connections_total.saturating_sub(1);
    let who = match (first, others) {
        (None, _) => String::new(),
        (Some(first), 0) => first.name.clone(),
        (Some(first), n) => format!("{} +{n}", first.name),
    };
    let actions = match (shown, row.configured, row.category.as_str()) {
        (Some(_), _, "crm") => "Disconnect CRM Integration",
        (Some(_), _, _) => "Configure, Disconnect",
        (None, true, _) if row.tag.is_some() => "Take tag off",
        (None, _, _) if !row.lacks.is_empty() => "unavailable",
        (None, true, _) => "Connect",
        (None, false, _) => "Configure",
    };
    let mut kinds = vec![row.auth.title()];
    kinds.extend((row.scope == OwnerScope::Personal).then_some("personal"));
    kinds.extend(row.insecure.then_some("insecure"));
    kinds.extend((!row.built_in).then_some("added"));
    kinds.extend(row.tag.is_some().then_some("tagged"));
    vec![
        Cell(row.name.clone(), StyleRole::Title),
        Cell(badge, role),
        Cell::text(who),
        Cell::dim(actions),
        Cell(
            kinds.join(", "),
            if row.insecure {
                StyleRole::Warn
            } else {
                StyleRole::Dim
            },
        ),
    ]
}
