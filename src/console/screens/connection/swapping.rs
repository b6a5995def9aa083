//! A swap that was left in the middle, from any list that shows its connection: taken up, or given up.

use crate::console::context::{ConfirmQuestion, ConnectTarget, Context, OverlayRequest};
use crate::console::text;
use crate::domain::connection::Status;
use crate::wire::request::Request;
use crate::wire::rpc;
use crate::wire::view::{Connection, OpenSwap};

/// What can be done about it.
pub(super) const KEYS: &str = "s connects the new account; x gives the swap up.";

/// Whether Enter on its row takes it up: the old account is out, and whoever looks may connect the new one.
pub(super) fn is_next(row: &Connection) -> bool {
    row.swap.is_some() && row.status == Status::Revoked && hinders(row).is_none()
}

/// Why nobody can connect another account now, or not whoever looks.
pub(in crate::console::screens) fn hinders(row: &Connection) -> Option<String> {
    let tagged = row.tag.as_ref().map(|tag| tag.sentence());
    row.refused.clone().or(tagged)
}

/// Connects the new account.
pub(in crate::console::screens) fn take_up(row: &Connection, cx: &mut Context<'_>) {
    cx.overlay(OverlayRequest::ConnectOther(ConnectTarget {
        provider: row.provider.clone(),
        connection: Some(row.id.as_str().to_owned()),
    }));
}

/// Asks whether it is given up.
pub(super) fn ask_to_give_up(row: &Connection, swap: &OpenSwap, cx: &mut Context<'_>) {
    let connection = row.id.as_str().to_owned();
    let jobs = match swap.jobs {
        0 => "No job was enabled before it.".to_owned(),
        n => format!(
            "{} that ran before stay off.",
            text::count(n, "job", "jobs")
        ),
    };
    cx.overlay(OverlayRequest::Confirm(ConfirmQuestion {
        title: format!("Give up the swap of {} {}?", row.provider_name, row.name),
        body: vec![
            "No new account is connected; the connection stays disconnected.".to_owned(),
            "Authorizations of it that are open end.".to_owned(),
            jobs,
        ],
        verb: "Give it up".to_owned(),
        name: None,
        request: Box::new(Request::SwapGiveUp(rpc::SwapGiveUp { connection })),
        done: format!(
            "The swap of {} {} was given up.",
            row.provider_name, row.name
        ),
    }));
}
