//! The rows of the store as a state of the model says that they stand, for the rules of the domain to look at.

use std::sync::LazyLock;

use jiff::Timestamp;
use serde_json::json;
use tagout::domain::connection::{Authorization, Connection};
use tagout::domain::credential::{Credential, TokenKind};
use tagout::domain::disconnect::log::{Intent, LoggedEvent, ProofStand, Record, RunToken};
use tagout::domain::flow::{Flow, FlowEnd, Phase};
use tagout::domain::hold::{self, EndedBy, Hold, HoldState};
use tagout::domain::id::{ConnectionId, CredentialId, ExecutionId, HoldId, RunId};
use tagout::domain::job::{ExecutionStatus, SyncExecution, SyncJob};
use tagout::domain::provider::{Call, Question};
use tagout::domain::trial::{Answer, CallAnswer, CallVerdict, Keeping, Outcome, Residual, Verdict};
use tagout::domain::webhook::WebhookEndpoint;

use crate::state::{self, World};

/// The time at which everything happens.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
/// Until when a token is kept for its proof.
pub(crate) const UNTIL: Timestamp = Timestamp::constant(1_800_000_120, 0);
/// The version that a connection has now, and one that it had before.
pub(crate) const VERSION: u64 = 2;
const BEFORE: u64 = 1;
/// Rows beyond this stand for tokens that were issued and never seen.
pub(crate) const UNSEEN: usize = 20;

/// Everything about the rows that no state tells apart.
struct Alike {
    connections: [Connection; 2],
    flow: Flow,
    credential: Credential,
    credentials: Vec<CredentialId>,
    execution: SyncExecution,
    job: SyncJob,
    endpoint: WebhookEndpoint,
    hold: Hold,
    run: RunId,
    calls: Vec<Call>,
}

static ALIKE: LazyLock<Alike> = LazyLock::new(Alike::new);

fn read<T: serde::de::DeserializeOwned>(row: serde_json::Value) -> T {
    serde_json::from_value(row).unwrap()
}

/// What a provider file says: all of a grant at once, and one token alone where somebody else shares the grant.
const RECIPE: &str = r#"
[[disconnect]]
kind = "revoke"
token = "access"
url = "https://vendor.example/grant"
kills = ["access"]
blast = "grant"

[[disconnect]]
kind = "revoke"
token = "access"
url = "https://vendor.example/token"
blast = "token"
"#;

impl Alike {
    fn new() -> Self {
        #[derive(serde::Deserialize)]
        struct Recipe {
            disconnect: Vec<Call>,
        }
        let recipe: Recipe = toml::from_str(RECIPE).unwrap();
        let owners = [
            json!({ "kind": "workspace" }),
            json!({ "kind": "personal", "user": "usr_01jd7000000000000000000001" }),
        ];
        let mut number = 0;
        let connections = owners.map(|owner| {
            number += 1;
            read(json!({
                "id": format!("con_01jd700000000000000000000{number}"), "instance": "ins_01jd7000000000000000000001",
                "provider": "vendor", "name": "acme", "owner": owner, "account": { "id": "1", "label": "acme" },
                "status": "connected", "reason": "", "health": "healthy", "generation": 1, "version": VERSION,
                "connected_at": null, "synced_at": null,
            }))
        });
        let sealed = json!({
            "key": { "slot": 1, "slot_id": "ab" }, "purpose": "use", "nonce": "bm9uY2U=", "ciphertext": "dGV4dA==",
        });
        let execution = json!({
            "id": "exe_01jd7000000000000000000001", "job": "job_01jd7000000000000000000001",
            "connection": "con_01jd7000000000000000000001", "generation": 1, "status": "running",
            "started_at": NOW, "completed_at": null, "processed": 0, "created": 0, "updated": 0, "skipped": 0,
            "failed": 0, "pages": 1, "total": null, "cursor": null, "error": null,
        });
        let credential = json!({
            "id": "cre_01jd7000000000000000000001", "connection": "con_01jd7000000000000000000001", "generation": 1,
            "issue": 1, "kind": "access", "fingerprint": "withheld", "issued_at": NOW, "expires_at": null,
            "passed_at": null, "state": "active", "sealed": sealed,
        });
        let credential: Credential = read(credential);
        let flow = json!({
            "id": "flo_01jd7000000000000000000001", "provider": "vendor", "connection": null, "kind": "browser",
            "owner": { "kind": "workspace" }, "by": "usr_01jd7000000000000000000001", "by_name": "alice",
            "began_at": NOW, "ends_at": NOW, "phase": { "phase": "open" },
        });
        let hold = json!({
            "id": "hld_01jd7000000000000000000001", "connection": "con_01jd7000000000000000000001", "generation": 1,
            "provider": "vendor", "run": "run_01jd7000000000000000000001", "token": RunToken::of(&credential),
            "account": { "id": "1", "label": "acme" }, "fields": {}, "uninstall": false, "allow_wider": false,
            "sealed": sealed, "tries": 0, "next_try": NOW, "created_at": NOW, "expires_at": null, "last": "",
            "narrowed": null, "state": { "state": "waiting" },
        });
        let job = "job_01jd7000000000000000000001".parse().unwrap();
        let connections: [Connection; 2] = connections;
        let mode = tagout::domain::job::SyncMode::Full;
        let credentials = (0..UNSEEN + 10).map(|n| format!("cre_01jd70000000000000000000{n:02}"));
        Self {
            job: SyncJob::new(job, connections[0].id.clone(), "issue".to_owned(), mode),
            endpoint: WebhookEndpoint::new(
                "whk_01jd7000000000000000000001".parse().unwrap(),
                connections[0].id.clone(),
            ),
            connections,
            flow: read(flow),
            credential,
            credentials: credentials.map(|id| id.parse().unwrap()).collect(),
            execution: read(execution),
            hold: read(hold),
            run: "run_01jd7000000000000000000001".parse().unwrap(),
            calls: recipe.disconnect,
        }
    }
}

pub(crate) fn calls() -> &'static [Call] {
    &ALIKE.calls
}

pub(crate) fn run_id() -> RunId {
    ALIKE.run.clone()
}

pub(crate) fn connection_id(of: usize) -> ConnectionId {
    ALIKE.connections[of].id.clone()
}

pub(crate) fn credential_id(row: usize) -> CredentialId {
    ALIKE.credentials[row].clone()
}

/// Which row an id of a secret names.
pub(crate) fn row_of(id: &CredentialId) -> usize {
    let mut all = ALIKE.credentials.iter();
    all.position(|it| it == id).unwrap()
}

/// A connection as it stands.
pub(crate) fn connection(world: &World, of: usize) -> Connection {
    let now = &world.connections[of];
    Connection {
        status: now.status,
        generation: now.generation,
        ..ALIKE.connections[of].clone()
    }
}

/// A connection as a further authorization leaves it that found this generation, and the version that it found.
pub(crate) fn authorized(
    of: usize,
    generation: u32,
    is_current: bool,
) -> (Box<Connection>, Option<u64>) {
    let before = Connection {
        generation,
        ..ALIKE.connections[of].clone()
    };
    let by = Authorization {
        name: None,
        label: before.account.label.clone(),
        account: before.account.clone(),
        at: NOW,
    };
    let version = if is_current { VERSION } else { BEFORE };
    (Box::new(before.authorized(by)), Some(version))
}

/// The row of an authorization.
pub(crate) fn flow(of: usize, is_named: bool, phase: state::Phase) -> Flow {
    let connection = &ALIKE.connections[of];
    Flow {
        connection: is_named.then(|| connection.id.clone()),
        owner: connection.owner.clone(),
        phase: match phase {
            state::Phase::Open => Phase::Open,
            state::Phase::Exchanging => Phase::Exchanging,
            state::Phase::Ended => Phase::Ended {
                end: FlowEnd::Stopped,
            },
            state::Phase::Over => Phase::Over,
        },
        ..ALIKE.flow.clone()
    }
}

/// What the model keeps of it.
pub(crate) fn phase(flow: &Flow) -> state::Phase {
    match flow.phase {
        Phase::Open => state::Phase::Open,
        Phase::Exchanging => state::Phase::Exchanging,
        Phase::Ended { .. } => state::Phase::Ended,
        Phase::Over => state::Phase::Over,
    }
}

/// The row of a secret.
pub(crate) fn credential(world: &World, row: usize) -> Credential {
    let now = &world.rows[row];
    Credential {
        id: credential_id(row),
        connection: connection_id(now.of),
        generation: now.generation,
        fingerprint: fingerprint(now.secret),
        state: now.state,
        ..ALIKE.credential.clone()
    }
}

fn fingerprint(secret: usize) -> String {
    format!("{secret:016x}")
}

/// The token of a run that a row stands for.
pub(crate) fn run_token(world: &World, row: usize) -> RunToken {
    match world.rows.get(row) {
        Some(_) => RunToken::of(&credential(world, row)),
        None => RunToken::known_by(credential_id(row), TokenKind::Unknown, "unknown".to_owned()),
    }
}

/// The execution of a sync.
pub(crate) fn execution(pull: state::Pull) -> SyncExecution {
    let status = match pull.is_live {
        true => ExecutionStatus::Running,
        false => ExecutionStatus::Cancelled,
    };
    SyncExecution {
        generation: pull.generation,
        status,
        ..ALIKE.execution.clone()
    }
}

/// The job of a connection.
pub(crate) fn job(world: &World, of: usize) -> SyncJob {
    SyncJob {
        is_enabled: world.connections[of].is_job_on,
        ..ALIKE.job.clone()
    }
}

/// The endpoint of a connection: a disconnect disables it with its statuses, and an authorization leaves it as it is.
pub(crate) fn endpoints() -> [WebhookEndpoint; 1] {
    [ALIKE.endpoint.clone()]
}

pub(crate) fn execution_id() -> ExecutionId {
    ALIKE.execution.id.clone()
}

/// What a disconnect keeps.
pub(crate) fn keeping(keeping: state::Keeping) -> Keeping {
    match keeping {
        state::Keeping::Proof => Keeping::Proof,
        state::Keeping::Retry => Keeping::Retry,
        state::Keeping::Nothing => Keeping::Nothing,
    }
}

/// How the model's holds end: why, it does not tell apart.
pub(crate) fn end(outcome: Outcome) -> hold::HoldEnd {
    hold::HoldEnd {
        why: EndedBy::Dead,
        outcome,
        basis: None,
        after: None,
        note: String::new(),
    }
}

/// A held token.
pub(crate) fn hold(held: &state::Hold) -> Hold {
    let kept = keeping(held.keeping);
    Hold {
        connection: connection_id(held.of),
        generation: held.generation,
        keeping: kept,
        sealed_until: (kept == Keeping::Proof).then_some(UNTIL),
        state: match held.state {
            state::HoldState::Waiting => HoldState::Waiting,
            state::HoldState::Ending => HoldState::Ending {
                end: end(Outcome::VerifiedDead),
            },
            state::HoldState::Ended => HoldState::Ended {
                end: end(Outcome::VerifiedDead),
                at: NOW,
            },
        },
        ..ALIKE.hold.clone()
    }
}

fn hold_id() -> HoldId {
    ALIKE.hold.id.clone()
}

/// The records of a run, as the rules of the run read them.
pub(crate) fn log(world: &World, log: &[state::Record]) -> Vec<Record> {
    let record = |what| Record { at: NOW, what };
    log.iter().map(|it| record(happened(world, it))).collect()
}

fn happened(world: &World, record: &state::Record) -> LoggedEvent {
    match record {
        state::Record::Step(step, state) => LoggedEvent::step(*step, *state, String::new()),
        state::Record::Tokens(rows) => LoggedEvent::Tokens {
            tokens: rows.iter().map(|row| run_token(world, *row)).collect(),
        },
        state::Record::Asked { alive, calls } => LoggedEvent::Asked {
            answers: alive
                .iter()
                .map(|(row, is_alive)| (credential_id(*row), answer(*is_alive)))
                .collect(),
            intents: calls.iter().map(intent).collect(),
        },
        state::Record::Called(at, answered) => LoggedEvent::Called {
            intent: *at,
            answer: called(*answered),
        },
        state::Record::Judged {
            row,
            outcome,
            is_under_way,
        } => LoggedEvent::Judged {
            credential: credential_id(*row),
            after: answer(!outcome.proven()),
            outcome: *outcome,
            residual: residual(*outcome),
            proof: ProofStand {
                basis: None,
                until: is_under_way.then_some(UNTIL),
            },
        },
        state::Record::Destroying(row) => LoggedEvent::Destroying {
            credential: credential_id(*row),
            key: None,
        },
        state::Record::Destroyed(row) => LoggedEvent::Destroyed {
            credential: credential_id(*row),
        },
        state::Record::Held(row) => LoggedEvent::Held {
            credential: credential_id(*row),
            hold: hold_id(),
        },
        state::Record::HoldEnded(row, outcome) => LoggedEvent::HoldEnded {
            credential: credential_id(*row),
            call: None,
            after: None,
            outcome: *outcome,
            residual: residual(*outcome),
            basis: None,
        },
    }
}

fn intent(call: &state::Call) -> Intent {
    Intent {
        call: call.at,
        token: Some(credential_id(call.about)),
        kills: call.kills.iter().map(|row| credential_id(*row)).collect(),
    }
}

fn residual(outcome: Outcome) -> Residual {
    match outcome.proven() {
        true => Residual::None,
        false => Residual::Unknown,
    }
}

fn answer(is_alive: bool) -> Answer {
    Answer {
        verdict: match is_alive {
            true => Verdict::Alive,
            false => Verdict::Dead,
        },
        question: Some(Question::Probe),
        endpoint: String::new(),
        status: None,
        reason: String::new(),
        at: NOW,
        refusal: None,
    }
}

fn called(answer: state::Answer) -> CallAnswer {
    CallAnswer {
        verdict: match answer {
            state::Answer::Accepted => CallVerdict::Accepted,
            state::Answer::Unreachable => CallVerdict::Unreachable,
            state::Answer::NotMade => CallVerdict::Unsupported,
        },
        method: String::new(),
        endpoint: String::new(),
        status: None,
        request_id: None,
        reason: String::new(),
        at: NOW,
        not_before: None,
    }
}
