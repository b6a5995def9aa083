//! Every request there is, by everybody there is: `table.txt` says what the server has to answer.

use std::collections::BTreeSet;

use tagout::client::Client;
use tagout::domain::audit::{AuditEntry, AuditOutcome};
use tagout::domain::user::{Role, User};
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::{Code, Problem};

use crate::examples::example;
use crate::house::{House, ME, limited, me, record, service};

pub(crate) struct Row {
    pub(crate) request: String,
    pub(crate) on: String,
    allowed: Vec<bool>,
}

/// The columns, and the rows in the order in which they are tried: what ends things stands last.
pub(crate) fn table() -> (Vec<String>, Vec<Row>) {
    let text = include_str!("table.txt");
    let mut lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split_whitespace().map(str::to_owned).collect());
    let head: Vec<String> = lines.next().unwrap();
    let rows = lines.map(|cells: Vec<String>| {
        assert_eq!(cells.len(), head.len(), "{cells:?}");
        let allowed = cells[2..].iter().map(|cell| match cell.as_str() {
            "yes" => true,
            "-" => false,
            other => panic!("{other} is neither yes nor -"),
        });
        Row {
            request: cells[0].clone(),
            on: cells[1].clone(),
            allowed: allowed.collect(),
        }
    });
    (head[2..].to_vec(), rows.collect())
}

#[test]
fn every_request_has_a_row_and_every_row_is_a_request() {
    let in_table: BTreeSet<String> = table().1.into_iter().map(|row| row.request).collect();
    let on_the_wire: BTreeSet<String> = Request::KINDS
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    assert_eq!(in_table, on_the_wire);
}

#[test]
fn what_belongs_to_somebody_has_a_row_for_each_owner() {
    let (_, rows) = table();
    for row in rows
        .iter()
        .filter(|row| row.on == "own" && !row.allowed.iter().all(|it| *it))
    {
        for on in ["workspace", "others"] {
            let same = |other: &&Row| other.request == row.request && other.on == on;
            assert!(
                rows.iter().any(|other| same(&other)),
                "{} {on}",
                row.request
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner() {
    walk("owner", me(Role::Owner), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin() {
    walk("admin", me(Role::Admin), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_without_settings_edit() {
    walk("limited", limited(Role::Admin), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member() {
    walk("member", me(Role::Member), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent() {
    walk("agent", me(Role::Agent), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_with_a_grant() {
    walk("service", service(), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_only_looks() {
    walk("looker", me(Role::Owner), true).await;
}

/// Asks for everything, and compares what came with the column; then reads in the record that every refusal is there,
/// with the role that was acted with.
async fn walk(column: &str, user: User, read_only: bool) {
    let (columns, rows) = table();
    let at = columns.iter().position(|name| name == column).unwrap();
    let role = user.role;
    let mut house = House::with(user).await;
    let (client, _notices) = house.attach(None, read_only).await.unwrap();
    let (other, _) = house.attach(None, read_only).await.unwrap();
    let mut refused = BTreeSet::new();
    for row in rows {
        let request = example(&row);
        assert_eq!(request.kind(), row.request);
        if row.request == "stop" && row.allowed[at] {
            // The record is read before nobody is there to ask.
            check(&other, &refused, role, read_only).await;
        }
        let answer = ask(&client, request).await;
        let forbidden = matches!(&answer, Err(problem) if problem.code == Code::Forbidden);
        let said = answer.err().map(|problem| problem.message);
        assert_eq!(
            !forbidden, row.allowed[at],
            "{column}: {} {}: {said:?}",
            row.request, row.on
        );
        refused.extend(said.filter(|_| forbidden));
    }
    if !columns.is_empty() && !may_stop(at) {
        check(&other, &refused, role, read_only).await;
    }
    house.end().await;
}

fn may_stop(at: usize) -> bool {
    let stop = table().1.into_iter().find(|row| row.request == "stop");
    stop.unwrap().allowed[at]
}

/// The same refusal by two ways is one entry, and a count when its minute is over.
async fn check(client: &Client, refused: &BTreeSet<String>, role: Role, read_only: bool) {
    let entries = record(client).await;
    let of_me: Vec<_> = entries
        .iter()
        .filter(|entry| entry.actor == ME && entry.outcome == AuditOutcome::Refused)
        .collect();
    let told: Vec<String> = of_me
        .iter()
        .map(|entry| {
            let why = entry.detail["why"].as_str().unwrap();
            format!("{} on {} failed: {why}", entry.action, entry.target)
        })
        .collect();
    assert_eq!(told.len(), refused.len());
    assert_eq!(&told.into_iter().collect::<BTreeSet<_>>(), refused);
    for entry in of_me {
        says_what_it_is_about(entry);
        assert_eq!(entry.role, role.code());
        assert_eq!(entry.detail["read_only"], read_only, "{}", entry.action);
        assert!(!entry.detail["why"].as_str().unwrap().is_empty());
    }
}

/// What is about no provider: the server, users, whom we tell of events, and what does not exist yet.
const OF_NOTHING: [&str; 19] = [
    "provider.add",
    "subscription.add",
    "subscription.edit",
    "subscription.remove",
    "subscription.rotate",
    "subscription.test",
    "subscription.resend",
    "user.add",
    "user.remove",
    "user.permission",
    "server.stop",
    "store.compact",
    "store.back_up",
    "store.back_up_secrets",
    "store.back_up_part",
    "walkthrough.save",
    "walkthrough.begin",
    "walkthrough.plan",
    "walkthrough.discard",
];

/// A refusal says what was asked about, so that it is found by its provider.
#[track_caller]
fn says_what_it_is_about(entry: &AuditEntry) {
    let about = &entry.format_2.as_ref().unwrap().about;
    let is_of_all = matches!(entry.target.as_str(), "all providers" | "");
    // Examples of what has no owner name something that is not there.
    let is_nowhere = entry.target == "nothing" || entry.target.ends_with(&"0".repeat(26));
    let is_of_nothing = is_of_all || is_nowhere || OF_NOTHING.contains(&entry.action.as_str());
    let of = format!("{} on {}: {about:?}", entry.action, entry.target);
    assert!(about.provider.is_some() || is_of_nothing, "{of}");
    assert!(
        !(entry.target.starts_with("con_") && about.connection.is_none()),
        "{of}"
    );
}

async fn ask(client: &Client, request: Request) -> Result<(), Problem> {
    match request {
        Request::Token(rpc::Token {
            connection,
            min_valid,
        }) => client.token(connection, min_valid).await.map(drop),
        request => client
            .ask_any(std::time::Duration::from_secs(30), request)
            .await
            .map(drop),
    }
}
