//! The arrows between the rooms, and what is absent, as the README states them, read from the source.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/uses.rs"]
mod uses;
use uses::{SOURCES, circles, says};

/// What files whose paths begin so may use beside their own room. `main` starts everything.
const ARROWS: &str = "
    audit: domain | wire: domain | providers: domain | outbound: domain | config: domain
    store: audit disk domain | vault: disk domain | client: config domain wire | evidence: audit domain wire
    server: audit disk domain files outbound providers store vault wire | console: client config domain wire
    verbs: client config domain wire | verbs/audit: audit evidence | verbs/evidence: evidence | verbs/providers: providers
    verbs/backup: server store | verbs/restore: server store | verbs/reset_terminal: console
    cli.: config domain help verbs | help.: verbs wire | gateway: cli client config verbs wire
    main.: cli config console demo dumps gateway help serve verbs wire | demo: client config domain sandbox wire
    serve.: cli config domain notify providers sandbox server verbs wire";

/// What is said in files whose paths begin so, and nowhere else. Nobody asks a terminal where its cursor is.
const ONLY: &str = "
    sled::: store/ | chacha20poly1305::: vault/ | .open_: server/ vault/ | reqwest::: demo/ outbound/ providers/
    .open_for_use(: server/tokens/mod. vault/ | .open_own(: server/subscriptions/deliver. server/vendor/registration. vault/
    .open_to_revoke(: server/disconnect/revoke/worker. server/holds/attempt. vault/ | in_a_call: server/vendor. vault/
    .open_to_trade_in(: server/tokens/refresh. vault/ | at_the_token_endpoint: server/tokens/refresh. server/vendor. vault/
    .open_for_hiding(: server/vendor/account_secrets. vault/ | .open_to_ask(: server/ vault/
    in_a_question: server/disconnect/revoke. server/trial/ server/vendor vault/
    ratatui::: console/ main. | cursor::position: nowhere | getrandom: outbound/ providers/ sandbox/ server/ store/ vault/
    ::now(: console/link. console/mod. console/p outbound/ providers/ sandbox/ server/ store/ verbs/
    fs::: client/ config console/export/export_file. console/theme. demo/ disk. evidence/ gateway. main. server/ store/ vault/ verbs/
    .await: client/ console/input. console/link. console/mod. console/p console/terminal. demo/ gateway. main. outbound/ \
        providers/ sandbox/ serve server/ store/ verbs/ wire/";

/// The last words of each rule whose first ones are as wanted.
fn ruled(table: &str, wanted: impl Fn(&str) -> bool) -> Vec<(&str, Vec<&str>)> {
    let rules = table
        .split(['|', '\n'])
        .filter_map(|it| it.rsplit_once(": "));
    let rules = rules.map(|(of, all)| (of.trim(), all.split_whitespace().collect()));
    rules.filter(|(of, _)| wanted(of)).collect()
}

#[test]
fn each_room_uses_what_it_may() {
    let all = &*SOURCES;
    let room = |path: &str| path.split(['/', '.']).next().unwrap().to_owned();
    for (path, used) in all.values().map(|it| (&it.path, &it.uses)) {
        let may = ruled(ARROWS, |of| path.starts_with(of));
        let may: Vec<&str> = may.into_iter().flat_map(|(_, rooms)| rooms).collect();
        for used in used.iter().map(|module| &all[module].path) {
            let is_allowed = room(used) == room(path) || may.contains(&room(used).as_str());
            assert!(is_allowed, "{path} uses {used}");
        }
    }
}

#[test]
fn each_thing_is_said_where_it_may_be_and_no_vendor_is_named() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/providers");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path());
    let vendors: Vec<_> = files
        .map(|it| it.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    for (path, code) in SOURCES.values().map(|it| (&it.path, &it.code)) {
        let begins = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
        for (said, places) in ruled(ONLY, |said| code.contains(said)) {
            assert!(begins(&places), "{path} says {said}");
        }
        // The sandbox plays vendors, the catalog lists their files, and the help of a verb has an example.
        let may = begins(&["sandbox/", "demo/", "providers/catalog", "verbs/token.rs"]);
        let named = vendors.iter().find(|name| says(code, name));
        assert!(may || named.is_none(), "{path} names {named:?}");
    }
}

#[test]
fn no_circle_is_wider_than_a_parent_and_its_children() {
    for circle in circles(&SOURCES) {
        let parent = |it: &str| it.rsplit_once("::").map_or("", |(up, _)| up).to_owned();
        let is_family = |of: &str| circle.iter().all(|it| *it == of || parent(it) == of);
        let of_any = |it: &&str| is_family(it) || is_family(&parent(it));
        assert!(circle.iter().all(of_any), "a circle of {circle:?}");
    }
}
