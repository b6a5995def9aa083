//! What is asked before something is done, and what a verb needs where nobody can be asked.

use serde_json::Value;
use tagout::domain::job::JobState;
use tagout::wire::request::Request;

use crate::facts::job;
use crate::server::{Server, Then, reply};
use crate::terminal::typed;

/// A verb, what has to be typed, and the request that it makes.
const FOR_GOOD: [(&str, &str, &str); 3] = [
    ("users remove bob", "bob", "user_remove"),
    ("providers remove acme", "acme", "provider_remove"),
    (
        "holds drop hld_00000000000000000000000001 --note gone",
        "drop",
        "hold_drop",
    ),
];
const FOR_NOW: [(&str, &str); 7] = [
    ("jobs disable job_1", "job_act"),
    ("jobs cancel job_1", "job_act"),
    (
        "webhooks disable whk_00000000000000000000000001",
        "webhook_set",
    ),
    ("stop", "stop"),
    (
        "subscriptions rotate sub_00000000000000000000000001",
        "subscription_rotate",
    ),
    (
        "subscriptions remove sub_00000000000000000000000001",
        "subscription_remove",
    ),
    (
        "dependents remove dep_00000000000000000000000001",
        "dependent_remove",
    ),
];

fn server() -> Server {
    Server::new(|request| match request {
        Request::Stop => Then::Leave(Value::Null),
        Request::JobAct(_) => reply(job(JobState::Idle)),
        // That it was asked is what is looked at.
        _ => reply(Value::Null),
    })
}

fn was_asked(server: &Server, request: &str) -> bool {
    let is_it = |asked: &Value| asked == request || asked.get(request).is_some();
    server.asked().iter().any(is_it)
}

fn words(verb: &str) -> Vec<&str> {
    verb.split(' ').collect()
}

#[test]
fn what_cannot_be_undone_needs_yes_where_nobody_is_there() {
    for (verb, _, request) in FOR_GOOD {
        let server = server();
        for json in [false, true] {
            let mut arguments = words(verb);
            arguments.extend(json.then_some("--json"));
            let ran = server.run(&arguments);
            assert_eq!(ran.code, 2, "{verb}: {}", ran.err);
            assert!(ran.err.contains("--yes"), "{verb}: {}", ran.err);
        }
        assert!(!was_asked(&server, request), "{verb}");
        let mut arguments = words(verb);
        arguments.push("--yes");
        server.run(&arguments);
        assert!(was_asked(&server, request), "{verb}");
    }
}

#[test]
fn what_can_be_undone_is_done_where_nobody_is_there() {
    for (verb, request) in FOR_NOW {
        let server = server();
        server.run(&words(verb));
        assert!(was_asked(&server, request), "{verb}");
    }
}

#[test]
fn on_a_terminal_each_of_them_is_asked() {
    let good = FOR_GOOD.map(|(verb, word, request)| (verb, word, request));
    let now = FOR_NOW.map(|(verb, request)| (verb, "yes", request));
    for (verb, word, request) in good.into_iter().chain(now) {
        let prompt = format!("Type {word} to go on:");
        let refused = server();
        let (screen, code) = typed(&refused, &words(verb), (&prompt, "no\n"));
        assert_eq!(code, 2, "{verb}: {screen}");
        assert!(screen.contains("Nothing was changed"), "{verb}: {screen}");
        assert!(!was_asked(&refused, request), "{verb}");
        let done = server();
        let (screen, _) = typed(&done, &words(verb), (&prompt, &format!("{word}\n")));
        assert!(was_asked(&done, request), "{verb}: {screen}");
        let told = server();
        let mut arguments = words(verb);
        arguments.push("--yes");
        let (screen, _) = typed(&told, &arguments, (&prompt, ""));
        assert!(was_asked(&told, request), "{verb}: {screen}");
        assert!(!screen.contains(&prompt), "{verb}: {screen}");
    }
}
