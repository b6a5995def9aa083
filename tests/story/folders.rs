//! Data folders that earlier programs have made, see `tests/folders`: each opens, goes on, and verifies.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tagout::audit::Signer;
use tagout::domain::audit::{AuditOutcome, Event, NewEntry, Origin, Salt, Unknown, Via};
use tagout::domain::disconnect::log::{Next, Step, StepState, last_state, next};
use tagout::domain::id::{AuditId, RunId, UserId};
use tagout::domain::user::{Role, User};
use tagout::store::Store;
use tagout::store::facts::IssueIntent;
use tagout::vault::AuditSeed;
use tagout::wire::rpc;
use ulid::Ulid;

use crate::house::{House, rows, text, window};

/// The folder of this format, as it lies in the repository.
fn kept(format: &str) -> PathBuf {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/folders");
    folders.join(format)
}

/// Copies a folder with the modes that the program gave it, which git does not keep.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, Permissions::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
            fs::set_permissions(&target, Permissions::from_mode(0o600)).unwrap();
        }
    }
}

/// The data folder, opened while no server has it.
fn opened(house: &House) -> Store {
    let seed = AuditSeed::load_or_create(&house.keys().join("audit.key")).unwrap();
    let signer = Signer::from_seed(seed.bytes(), "tagout/audit").unwrap();
    Store::open(&house.data(), signer).unwrap()
}

/// Whoever runs this test is an Owner: the Unix account that made the folder may be another one.
fn let_in(house: &House, store: &Store) {
    let uid = rustix::process::getuid().as_raw();
    let users = store.users().unwrap();
    if users.iter().any(|user| user.uid == Some(uid)) {
        return;
    }
    let user = User {
        id: UserId::new(Ulid::from_parts(0, 1)),
        name: "tester".to_owned(),
        uid: Some(uid),
        ..users.into_iter().find(|it| it.role == Role::Owner).unwrap()
    };
    let entry = NewEntry {
        id: AuditId::new(Ulid::from_parts(0, 1)),
        at: jiff::Timestamp::now(),
        salt: Salt([5; 16]),
        actor: "server".to_owned(),
        role: "server".to_owned(),
        origin: Origin {
            address: None,
            via: Via::Server,
        },
        target: user.name.clone(),
        outcome: AuditOutcome::Done,
        event: Event::Unknown(Unknown {
            action: "user.added".to_owned(),
            detail: Value::Null,
            evidence: Value::Null,
        }),
    };
    house.block(store.add_user(user, entry)).unwrap();
}

/// The steps that the runs were at which had not ended, in their order.
fn steps_under_way(store: &Store) -> Vec<Step> {
    let under_way = |run: RunId| {
        let log = store.run_log(&run).unwrap();
        let is = |step: &Step| last_state(&log, *step).0 == StepState::Running;
        Step::ALL.into_iter().find(is).unwrap()
    };
    let runs = store.open_runs().unwrap();
    let mut steps: Vec<Step> = runs.into_iter().map(under_way).collect();
    steps.sort();
    steps
}

/// A house in which the folder of this format lies, whose log and bundle verify as they are.
fn moved_in(kept: &Path) -> House {
    let house = House::empty();
    copy(&kept.join("data"), &house.data());
    copy(&kept.join("keys"), &house.keys());
    house.settings_file("");
    verified(&house, kept);
    house.ok(&["audit", "verify", kept.join("bundle").to_str().unwrap()]);
    house
}

/// The log contains the checkpoint of before; the report.
fn verified(house: &House, kept: &Path) -> Value {
    let (log, checkpoint) = (house.data().join("audit.log"), kept.join("checkpoint"));
    let (log, checkpoint) = (log.to_str().unwrap(), checkpoint.to_str().unwrap());
    house.json(&["audit", "verify", log, "--checkpoint", checkpoint])
}

/// The runs come to their end, although nobody answers for the vendors any more.
fn at_rest(house: &House, entries: u64, runs_in_all: usize) {
    let is_so = |status: &Value| status["runs_open"] == 0 && status["jobs_running"] == 0;
    let status = house.until(|| rpc::Status, is_so);
    assert!(status["audit_entries"].as_u64().unwrap() > entries);
    let runs: Value = house.ask(rpc::Runs(window()));
    assert_eq!(rows(&runs).len(), runs_in_all);
    for run in rows(&runs) {
        let run = house.ended(text(run, "id"));
        let connection = house.connection(text(&run, "connection"));
        assert_eq!(connection["status"], "revoked", "{run:#}");
        let credentials = connection["credentials"].as_array().unwrap();
        assert!(
            credentials.iter().all(|it| it["is_deleted"] == true),
            "{connection:#}"
        );
    }
    assert!(!house.json(&["holds"]).as_array().unwrap().is_empty());
}

/// What is in service works.
fn goes_on(house: &House, connection: &str) {
    let records = house.json(&["records", connection]);
    assert_eq!(records.as_array().unwrap().len(), 3);
    house.ok(&["configure", connection, "--name", "later"]);
    house.ok(&["token", connection]);
}

#[test]
fn a_folder_of_format_1_opens_goes_on_and_verifies() {
    let kept = kept("1");
    let mut house = moved_in(&kept);
    let store = opened(&house);
    assert_eq!(steps_under_way(&store), Step::ALL);
    assert_eq!(store.scan::<IssueIntent>("").unwrap().len(), 1);
    let entries = store.entries(0, usize::MAX).unwrap().len() as u64;
    let_in(&house, &store);
    drop(store);

    house.serve();
    at_rest(&house, entries, 10);
    let drafts = house.json(&["walkthroughs"]);
    let draft = &drafts.as_array().unwrap()[0];
    assert_eq!(
        (&draft["title"], &draft["state"], &draft["page"]),
        (
            &json!("Offboarding, half done"),
            &json!("draft"),
            &json!("plan")
        )
    );
    let in_service = house.json(&["connections"]);
    let github = in_service
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["provider"] == "github");
    let github = text(github.unwrap(), "id").to_owned();
    goes_on(&house, &github);
    // Entries of format 1 do not say themselves what they are about.
    let found = house.json(&["audit", "--filter", "SALESFORCE"]);
    let by_id = |it: &&Value| it.get("format").is_none() && it["action"] == "token.revoked";
    assert!(rows_of(&found).iter().any(|it| by_id(&it)), "{found:#}");
    // What was there before the upgrade is kept until the first compaction.
    let former = house.data().join("db.1");
    assert!(former.join("whole").exists());
    house.ok(&["compact"]);
    assert!(!former.exists());
    house.stop();
    let report = verified(&house, &kept);
    let first = report["format_2_from"].as_u64().unwrap();
    assert_eq!(report["withheld"], 0);
    let log = fs::read_to_string(house.data().join("audit.log")).unwrap();
    for (seq, line) in (0..).zip(log.lines()) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["format"] == 2, seq >= first, "{line:#}");
        if seq == first {
            assert_eq!(line["action"], "folder.upgraded");
            let said = json!({ "from": 1, "to": 11, "log": { "format": 2, "from": first } });
            assert_eq!(line["detail"], said);
        }
    }
}

/// Where each run goes on that has not ended, in the order of steps.
fn next_steps(store: &Store) -> Vec<Step> {
    let of = |run: RunId| match next(&store.run_log(&run).unwrap()) {
        Next::Attempt(step) => step,
        other => panic!("{run}: {other:?}"),
    };
    let mut steps: Vec<Step> = store.open_runs().unwrap().into_iter().map(of).collect();
    steps.sort();
    steps
}

#[test]
fn a_folder_of_format_2_opens_goes_on_and_verifies() {
    opens_goes_on_and_verifies(2);
}

#[test]
fn a_folder_of_format_3_opens_goes_on_and_verifies() {
    opens_goes_on_and_verifies(3);
}

#[test]
fn a_folder_of_format_4_opens_goes_on_and_verifies() {
    opens_goes_on_and_verifies(4);
}

#[test]
fn a_folder_of_format_5_opens_goes_on_and_verifies() {
    opens_goes_on_and_verifies(5);
}

#[test]
fn a_folder_of_format_6_opens_goes_on_and_verifies() {
    opens_goes_on_and_verifies(6);
}

#[test]
fn a_folder_of_format_7_opens_goes_on_and_verifies() {
    opens_goes_on_and_verifies(7);
}

#[test]
fn a_folder_of_format_8_opens_goes_on_and_verifies() {
    opens_goes_on_and_verifies(8);
}

#[test]
fn a_folder_of_format_9_opens_goes_on_and_verifies() {
    opens_goes_on_and_verifies(9);
}

#[test]
fn a_folder_of_format_10_opens_goes_on_and_verifies() {
    opens_goes_on_and_verifies(10);
}

#[test]
fn a_folder_of_format_11_opens_goes_on_and_verifies() {
    opens_goes_on_and_verifies(11);
}

/// From this format on a folder has a swap that was left in the middle, and a run in every step.
const WITH_SWAP: u32 = 11;

/// One that src/server/folder_fixture has made.
fn opens_goes_on_and_verifies(format: u32) {
    let kept = kept(&format.to_string());
    let mut house = moved_in(&kept);
    let store = opened(&house);
    // What ends the step before this one went to the disk together with it, until the maker wrote each commit alone.
    let never_alone = (format < WITH_SWAP).then_some(Step::UpdateStatuses);
    let steps: Vec<_> = (Step::ALL.into_iter())
        .filter(|step| Some(*step) != never_alone)
        .collect();
    let swaps = usize::from(format >= WITH_SWAP);
    assert_eq!(next_steps(&store), steps);
    assert_eq!(store.scan::<IssueIntent>("").unwrap().len(), 1);
    assert!(!store.holds_open().unwrap().is_empty());
    let entries = store.entries(0, usize::MAX).unwrap().len() as u64;
    let_in(&house, &store);
    drop(store);

    house.serve();
    at_rest(&house, entries, 4 + steps.len() + swaps);
    let open = house.json(&["status"])["swaps"].clone();
    assert_eq!(rows_of(&open).len(), swaps);
    for swap in rows_of(&open) {
        assert!(text(swap, "state").starts_with("completed"), "{swap:#}");
        house.ok(&["swap", text(swap, "connection"), "--give-up"]);
    }
    let walkthroughs = house.json(&["walkthroughs"]);
    let called = |title: &str| {
        let mut all = rows_of(&walkthroughs).iter();
        all.find(|it| it["title"] == title).unwrap().clone()
    };
    let draft = called("Offboarding, not begun");
    assert_eq!(
        (&draft["state"], &draft["page"]),
        (&json!("draft"), &json!("plan"))
    );
    let half_done = called("Offboarding, half done");
    assert_eq!(half_done["state"], "stopped");
    let id = text(&half_done, "id").to_owned();
    house.ask(rpc::WalkthroughGoOn {
        id: id.parse().unwrap(),
    });
    let finished = |it: &Value| it["state"] == "finished";
    let finished = house.until(|| rpc::Walkthrough { id: id.clone() }, finished);
    assert_eq!(finished["targets"]["ended"], 2, "{finished:#}");

    let connections = house.json(&["connections"]);
    let is_in_service = |it: &&Value| it["provider"] == "github" && it["status"] != "revoked";
    let github = rows_of(&connections).iter().find(is_in_service).unwrap();
    goes_on(&house, text(github, "id"));
    let entries = house.audit();
    let mut upgraded = entries
        .iter()
        .filter(|it| it["action"] == "folder.upgraded");
    let former = house.data().join(format!("db.{format}"));
    assert_eq!(upgraded.next().is_some(), former.exists());
    house.stop();
    verified(&house, &kept);
}

fn rows_of(list: &Value) -> &Vec<Value> {
    list.as_array().unwrap()
}
