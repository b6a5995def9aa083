//! `tagout records`.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};

use super::names::Names;
use super::print::{Table, clock, facts, section};
use super::{Session, VerbError};
use crate::domain::mapping::{text, values};
use crate::wire::rpc;
use crate::wire::view::Record;

/// `tagout records`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// Of one connection
    connection: Option<String>,
    /// What to do with one.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with a record.
#[derive(Debug, Subcommand)]
enum Act {
    /// One in full: its own fields, then the vendor's object
    Show {
        /// Which, as the list calls it
        record: String,
    },
    /// Give one fields of its own, which no sync touches
    Edit {
        /// Which, as the list calls it
        record: String,
        /// A field and its value; an empty value takes the field away
        #[arg(long, value_name = "NAME=VALUE", required = true, value_parser = assignment)]
        set: Vec<(String, String)>,
    },
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("write it as NAME=VALUE, or NAME= to take the field away")?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    match arguments.act {
        None => {
            let request = |window| rpc::Records {
                connection: arguments.connection.clone(),
                window,
            };
            let Some(rows) = session.listed(&client, request).await? else {
                return Ok(());
            };
            let those = rows.iter().map(|it| &it.connection);
            let names = Names::ask(&client, session, those).await?;
            session.show(&rows, || list(&rows, &names))
        }
        Some(Act::Show { record }) => {
            let record = client.ask(rpc::Record { id: record }).await?;
            let those = std::iter::once(&record.connection);
            let names = Names::ask(&client, session, those).await?;
            session.show(&record, || one(&record, &names))
        }
        Some(Act::Edit { record, set }) => {
            let set: BTreeMap<String, String> = set.into_iter().collect();
            let edit = rpc::RecordEdit {
                id: record,
                set,
                found: None,
            };
            let record = client.ask(edit).await?;
            let those = std::iter::once(&record.connection);
            let names = Names::ask(&client, session, those).await?;
            session.show(&record, || one(&record, &names))
        }
    }
}

fn list(rows: &[Record], names: &Names) -> Table {
    let mut table = Table::new(&[
        "ENTITY",
        "RECORD",
        "LABEL",
        "STATE",
        "STATUS THERE",
        "LINKED",
        "CHANGED THERE",
        "CHANGED HERE",
        "CONNECTION",
    ]);
    for row in rows {
        let refers = row.refers.as_ref();
        let state = refers.map_or("-", |it| it.status.word());
        let there = refers.and_then(|it| it.remote_status.as_deref());
        let links = refers.map_or_else(String::new, |it| it.links.join(" "));
        table.row([
            row.entity.clone(),
            row.id.clone(),
            row.label.clone(),
            state.to_owned(),
            there.unwrap_or("-").to_owned(),
            links,
            row.updated.clone().unwrap_or_else(|| "-".to_owned()),
            clock(row.synced_at),
            names.of(&row.connection),
        ]);
    }
    table.or("There are no records.")
}

/// What is ours of it first, named; then the object as the vendor has it.
fn one(record: &Record, names: &Names) -> String {
    let mut out = facts(&[
        ("record", record.id.clone()),
        ("label", record.label.clone()),
        ("entity", record.entity.clone()),
        ("connection", names.of(&record.connection)),
        (
            "changed there",
            record.updated.clone().unwrap_or_else(|| "-".to_owned()),
        ),
        ("changed here", clock(record.synced_at)),
        (
            "page",
            record.link.clone().unwrap_or_else(|| "-".to_owned()),
        ),
    ]);
    if let Some(refers) = &record.refers {
        let there = refers.remote_status.clone();
        let mut pairs = vec![
            ("reference", refers.id.to_string()),
            ("status", refers.status.to_string()),
            ("status there", there.unwrap_or_else(|| "-".to_owned())),
        ];
        if refers.label != record.label {
            pairs.push(("provider", refers.label.clone()));
        }
        out += "\n";
        out += &facts(&pairs);
        out += &section("links", refers.links.iter().cloned());
    }
    let of = |mapped: bool| {
        let is_of = move |name: &&String| record.mapped.contains(name) == mapped;
        let fields = record.fields.iter().filter(move |(name, _)| is_of(name));
        fields.map(|(name, value)| format!("{name}  {}", text(value)))
    };
    out += &section("fields that are mapped", of(true));
    out += &section("fields of its own", of(false));
    if !record.left_out.is_empty() {
        out += &section("too large to be kept", record.left_out.iter().cloned());
    }
    let object = values(&record.body).into_iter();
    let object = object.map(|(pointer, value)| format!("{pointer}  {}", text(value)));
    out += &section("object", object);
    out
}
