//! The bytes of entries, kept for ever: of one entry of each kind and shape. `format_1.txt` has a leaf and the bytes that it
//! covers, as earlier programs wrote them; nothing is ever added. `format_2.txt` has lines of a log, whose hashes another
//! program computes: `python3 tests/audit_verify/leaves.py tests/audit_verify/format_2.txt` says what those of a line should
//! be. A new kind of entry gets a line there, and so does whatever else a header can hold.

use serde_json::{Value, json};
use tagout::audit::{Hash, LogLine, canonical, format_2_of, leaf_hash};
use tagout::domain::audit::{About, AuditEntry, Event, NewEntry, Salt};

const FORMAT_1: &str = include_str!("format_1.txt");
const FORMAT_2: &str = include_str!("format_2.txt");

/// The leaf and the canonical bytes of one entry of each kind and shape.
fn format_1() -> impl Iterator<Item = (&'static str, &'static str)> {
    FORMAT_1.lines().map(|line| line.split_once(' ').unwrap())
}

/// The same, and one of each kind that came later.
fn format_2() -> impl Iterator<Item = (Hash, AuditEntry)> {
    FORMAT_2.lines().map(|line| {
        let line: LogLine = serde_json::from_str(line).unwrap();
        (line.leaf, line.entry)
    })
}

fn read(bytes: &str) -> AuditEntry {
    serde_json::from_str(bytes).unwrap()
}

/// As it is made before it has its place.
fn before(entry: &AuditEntry) -> NewEntry {
    NewEntry {
        id: entry.id.clone(),
        at: entry.at,
        salt: Salt([7; 16]),
        actor: entry.actor.clone(),
        role: entry.role.clone(),
        origin: entry.origin.clone(),
        target: entry.target.clone(),
        outcome: entry.outcome,
        event: entry.event(),
    }
}

#[track_caller]
fn is_known(entry: &AuditEntry) {
    let event = entry.event();
    assert!(!matches!(event, Event::Unknown(_)), "{entry:?}");
    assert_eq!(event.action(), entry.action);
    assert!(!event.sentence().is_empty(), "{entry:?}");
}

/// Its kind is known, and keeps all that the entry says: the entry as that kind writes it again.
#[track_caller]
fn is_read_and_written(entry: &AuditEntry) -> AuditEntry {
    is_known(entry);
    let again = before(entry).at_seq(entry.seq).unwrap();
    assert_eq!(again, *entry);
    again
}

#[test]
fn entries_of_format_1_have_the_bytes_and_leaves_that_they_always_had() {
    for (leaf, bytes) in format_1() {
        let entry = read(bytes);
        assert_eq!(
            String::from_utf8(canonical(&entry).unwrap()).unwrap(),
            bytes
        );
        assert_eq!(leaf_hash(&entry).unwrap().to_string(), leaf);
    }
}

#[test]
fn every_kind_is_read_and_written_by_one_type() {
    for (leaf, bytes) in format_1() {
        let again = is_read_and_written(&read(bytes));
        let said = String::from_utf8(canonical(&again).unwrap()).unwrap();
        assert_eq!(said, bytes);
        assert_eq!(leaf_hash(&again).unwrap().to_string(), leaf);
    }
}

/// Only one program ever wrote them so: 0.1.0, when it gave tokens back by calls that it made at once.
#[test]
fn tokens_that_were_given_back_at_once_are_known() {
    let mut entry = read(format_1().next().unwrap().1);
    let revoked = format_1().map(|(_, bytes)| read(bytes));
    let mut answers = revoked.filter(|it| it.action == "token.revoked" && !it.evidence.is_null());
    entry.action = "connection.tokens_given_back".to_owned();
    entry.detail = json!({ "provider": "slack", "calls": 1, "taken": 1 });
    entry.evidence = json!({ "calls": [answers.next().unwrap().evidence] });
    is_read_and_written(&entry);
    assert_eq!(
        entry.event().sentence(),
        "tokens of slack were issued and were given back: slack took 1 of 1 call"
    );
}

#[test]
fn the_kept_folder_has_no_entry_that_is_not_known() {
    for line in include_str!("../folders/1/data/audit.log").lines() {
        let line: LogLine = serde_json::from_str(line).unwrap();
        is_known(&line.entry);
    }
}

#[test]
fn the_list_has_every_shape_of_a_header() {
    let has = |what: &dyn Fn(&AuditEntry, &About) -> bool| {
        format_2().any(|(_, entry)| what(&entry, &entry.format_2.as_ref().unwrap().about))
    };
    assert!(has(&|_, about| *about == About::default()));
    assert!(has(
        &|_, about| about.provider.is_some() && about.connection.is_none()
    ));
    assert!(has(&|_, about| about.run.is_some()));
    assert!(has(&|entry, _| entry.is_withheld()));
}

#[test]
fn every_kind_is_in_the_list() {
    let listed: Vec<String> = format_2().map(|(_, entry)| entry.action).collect();
    for action in Event::ACTIONS {
        assert!(listed.iter().any(|it| it == action), "{action}");
    }
}

/// Kinds that are of no provider: the folder, the log, the server, users, and whom we tell of events.
const OF_NOTHING: [&str; 21] = [
    "workspace.begun",
    "folder.upgraded",
    "log.begun",
    "folder.move_accepted",
    "vault.orphans_overwritten",
    "server.stopped",
    "store.backed_up",
    "store.compacted",
    "session.begin",
    "gateway.refused",
    "user.added",
    "user.removed",
    "user.granted",
    "user.withdrawn",
    "subscription.added",
    "subscription.edited",
    "subscription.removed",
    "subscription.rotated",
    "subscription.tested",
    "subscription.dead_letter",
    "subscription.resent",
];
/// Of a walkthrough it is the row that names a provider, where everything of one was chosen.
const OF_SOME: [&str; 3] = ["refusals.counted", "walkthrough.begun", "data.wiped"];

/// What an entry of this kind names by itself: provider, connection, run, something whose row says more.
fn named(entry: &AuditEntry) -> [bool; 4] {
    let subject = entry.event().subject(&entry.target);
    [
        subject.provider.is_some(),
        subject.connection.is_some(),
        subject.run.is_some(),
        subject.thing.is_some(),
    ]
}

#[test]
fn every_kind_says_what_it_is_about() {
    for (_, entry) in format_2().filter(|(_, entry)| !entry.is_withheld()) {
        let names_something = named(&entry).contains(&true);
        let is_refusal = matches!(entry.event(), Event::Refused(_));
        let is_of_nothing = OF_NOTHING.contains(&entry.action.as_str());
        if !is_refusal && !OF_SOME.contains(&entry.action.as_str()) {
            assert_eq!(names_something, !is_of_nothing, "{entry:?}");
        }
        // Whatever it says of a provider, a connection or a run in its detail, it is about.
        let said = |key: &str| entry.detail[key].is_string();
        let [provider, connection, run, _] = named(&entry);
        assert!(provider || !said("provider"), "{entry:?}");
        assert!(connection || !said("connection"), "{entry:?}");
        assert!(run || !said("run") && !said("swap"), "{entry:?}");
        let several = ["runs", "swaps_ended"].map(|key| entry.detail[key].as_array().cloned());
        let several: Vec<Value> = several.into_iter().flatten().flatten().collect();
        assert_eq!(json!(entry.event().runs()), json!(several), "{entry:?}");
    }
}

#[test]
fn a_wipe_is_about_the_provider_whose_data_it_removes() {
    let wipes = format_2().filter(|(_, entry)| entry.action.starts_with("data.wipe"));
    for (_, entry) in wipes {
        let of_one = Some(entry.target.clone()).filter(|it| it != "all providers");
        assert_eq!(entry.subject().provider, of_one);
    }
}

#[test]
fn what_nobody_knows_is_kept_as_it_is() {
    let mut entry = read(format_1().next().unwrap().1);
    entry.action = "moon.landed".to_owned();
    let Event::Unknown(unknown) = entry.event() else {
        panic!("{entry:?}")
    };
    assert_eq!(
        (&unknown.action, &unknown.detail),
        (&entry.action, &entry.detail)
    );
    assert_eq!(entry.event().sentence(), "moon landed");
}

#[test]
fn entries_of_format_2_have_the_bytes_and_leaves_that_another_program_computed() {
    for (leaf, entry) in format_2() {
        assert_eq!(leaf_hash(&entry).unwrap(), leaf, "{}", entry.action);
        if entry.is_withheld() {
            continue;
        }
        assert!(!matches!(entry.event(), Event::Unknown(_)), "{entry:?}");
        let about = entry.format_2.clone().unwrap().about;
        let new = before(&entry);
        let mut again = new.at_seq(entry.seq).unwrap();
        again.format_2 = Some(format_2_of(&again, about, new.salt).unwrap());
        assert_eq!(again, entry);
    }
}
