//! A vendor that repeats another token of the same account than the one it was asked about, in every dress: nothing of it is
//! kept or shown.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use tagout::domain::disconnect::run::IfUnreachable;
use tagout::domain::provider::OwnerScope;
use tagout::wire::request::Window;
use tagout::wire::rpc;
use tagout::wire::rpc::{Connect, JobAction};
use tagout::wire::view;

use crate::house::{House, LONG, again, connecting};
use crate::own::{Own, says};

/// Long enough to be cut: each is found by any eight of its characters.
const ACCESS: &str = "Xy7qLm93Tz0KfWb5RsvUe8NhGpA1cD4jE6oIi2M";
const REFRESH: &str = "Vb2hJ8kQ1wZ6nC4mT9rY3xD7gS5pL0aFuEoKqBt";
const OTHER: &str = "Hd4sN7vK2jR9fW1bQ6yM3cP8zX5tG0lUaIeOhCw";

const ALL: [&str; 3] = [ACCESS, REFRESH, OTHER];

/// What is repeated of a secret: as it is, cut short, in another case, in base64.
fn dresses(secret: &str) -> [String; 4] {
    [
        secret.to_owned(),
        secret[5..17].to_owned(),
        secret.to_uppercase(),
        BASE64_STANDARD.encode(format!("user:{secret}")),
    ]
}

/// All of them in one sentence.
fn repeated(secrets: &[&str]) -> String {
    let each: Vec<String> = secrets.iter().flat_map(|it| dresses(it)).collect();
    format!("family {}", each.join(" and "))
}

/// The runs of eight characters that tell of a secret, letter case aside.
fn runs(secret: &str) -> Vec<String> {
    let whole = secret.to_lowercase();
    let encoded = BASE64_STANDARD.encode(format!("user:{secret}"));
    let encoded = encoded.trim_end_matches('=').to_lowercase();
    let of = |text: &str, skip: usize| -> Vec<String> {
        let letters: Vec<char> = text.chars().skip(skip).collect();
        letters.windows(8).map(|it| it.iter().collect()).collect()
    };
    // The first digits are those of the name before it, and the last depend on what follows.
    let mut all = of(&encoded[..encoded.len() - 1], 8);
    all.extend(of(&whole, 0));
    all
}

/// The vendor's sentence is there, and none of these secrets in it.
fn tells_nothing(what: &str, text: &str, secrets: &[&str]) {
    assert!(text.contains("family [hidden]"), "{what}: {text}");
    let text = text.to_lowercase();
    for secret in secrets {
        for run in runs(secret) {
            assert!(
                !text.contains(&run),
                "{what} tells {run} of {secret}: {text}"
            );
        }
    }
}

/// A vendor that issues these two, takes the one as a bearer, and answers as it likes to whatever is `denied`.
fn issuing(own: &Own, pair: (&'static str, &'static str), denied: &'static [&'static str]) {
    own.say(move |asked, _| {
        let error = json!({ "error": "invalid_grant", "message": repeated(&[ACCESS, REFRESH, OTHER]),
            "error_description": repeated(&[REFRESH, ACCESS, OTHER]) });
        let is_refresh = asked.field("grant_type") == "refresh_token";
        let name = match (asked.path.as_str(), is_refresh) {
            ("/token", true) => "refresh",
            (path, _) => path,
        };
        if denied.contains(&name) {
            let said = repeated(&[OTHER, REFRESH, ACCESS]);
            return Some(match name {
                "/revoke" => says(400, &json!({ "error": said })),
                _ => says(400, &error),
            });
        }
        match name {
            "/token" => Some(says(200, &json!({ "access_token": pair.0, "refresh_token": pair.1,
                "token_type": "Bearer", "expires_in": if denied.contains(&"refresh") { 1 } else { 7200 } }))),
            "/me" => Some(says(200, &json!({ "id": "a1", "email": "a@liar.example" }))),
            "/items" => Some(says(200, &json!({ "items": [] }))),
            _ => None,
        }
    });
}

/// All that can be asked about a connection, and the log.
async fn everything(house: &House, id: &str) -> String {
    let window = || Window {
        limit: 50,
        ..Window::default()
    };
    let jobs: view::Page<view::Job> = house
        .ask(rpc::Jobs {
            connection: Some(id.to_owned()),
            window: window(),
        })
        .await;
    let connection = house.connection(id).await;
    let entries = house.entries().await;
    json!([connection, jobs.rows, entries, house.holds().await]).to_string()
}

/// Its only job has failed.
async fn job_fails(house: &mut House, id: &str) {
    let jobs = |id: &str| rpc::Jobs {
        connection: Some(id.to_owned()),
        window: Window {
            limit: 5,
            ..Window::default()
        },
    };
    let all: view::Page<view::Job> = house.ask(jobs(id)).await;
    house
        .ask(rpc::JobAct {
            job: all.rows[0].id.to_string(),
            act: JobAction::Enable,
        })
        .await;
    let has_failed = |page: &view::Page<view::Job>| page.rows[0].last_error.is_some();
    house.until(|| jobs(id), has_failed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_a_vendor_repeats_a_token_of_the_same_account() {
    let mut house = House::new().await;
    let own = Own::start().await;
    own.add(&house, &own.file()).await;
    // The same account twice: one is the workspace's, the other a person's.
    issuing(&own, (OTHER, "rt-of-the-other-one"), &[]);
    let flow = house
        .begin(Connect {
            scope: Some(OwnerScope::Personal),
            ..connecting("liar")
        })
        .await;
    let other = house.authorize(flow, "me").await;
    issuing(&own, (ACCESS, REFRESH), &[]);
    let flow = house.begin(connecting("liar")).await;
    let connection = house.authorize(flow, "me").await;
    assert_ne!(other.id, connection.id);
    let id = connection.id.as_str();

    issuing(&own, (ACCESS, REFRESH), &["/items", "/me"]);
    job_fails(&mut house, id).await;
    tells_nothing("a failed job", &everything(&house, id).await, &ALL);

    let flow = house.begin(again(&connection)).await;
    let problem = house.try_authorize(flow, "me").await.unwrap_err();
    tells_nothing("a reconnect", &json!(problem).to_string(), &ALL);

    issuing(&own, (ACCESS, REFRESH), &["/revoke", "/me"]);
    let run = house
        .disconnect_with(id, |asked| asked.if_unreachable = IfUnreachable::Hold)
        .await;
    tells_nothing("a disconnect", &json!(run).to_string(), &ALL);
    tells_nothing("all of it", &everything(&house, id).await, &ALL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_refresh_repeats_no_other_token() {
    let mut house = House::new().await;
    let own = Own::start().await;
    own.add(&house, &own.file()).await;
    issuing(&own, (ACCESS, REFRESH), &["refresh"]);
    let flow = house.begin(connecting("liar")).await;
    let id = house.authorize(flow, "me").await.id.to_string();
    let reading = async { while house.client.token(id.clone(), None).await.is_ok() {} };
    tokio::time::timeout(LONG, reading).await.unwrap();
    let now = house.connection(&id).await;
    assert!(now.reason.contains("[hidden]"), "{}", now.reason);
    tells_nothing(
        "a refresh",
        &everything(&house, &id).await,
        &[ACCESS, REFRESH],
    );
}

/// What was issued a moment ago stands in no row yet.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_just_issued_is_not_repeated_either() {
    let mut house = House::new().await;
    let own = Own::start().await;
    own.add(&house, &own.file()).await;
    issuing(&own, (ACCESS, REFRESH), &["/me"]);
    let flow = house.begin(connecting("liar")).await;
    let problem = house.try_authorize(flow, "me").await.unwrap_err();
    // The third is nobody's here, so that nobody can know it.
    tells_nothing("a connect", &json!(problem).to_string(), &[ACCESS, REFRESH]);
}
