//! What the server of these tests knows.

use jiff::Timestamp;
use tagout::domain::audit::{AuditEntry, AuditOutcome, Origin, Via};
use tagout::domain::connection::{Account, Health, InstanceStatus, Status};
use tagout::domain::credential::TokenKind;
use tagout::domain::disconnect::log::{Counts, LoggedEvent, Record, Step, StepState};
use tagout::domain::disconnect::plan::{Dependent, Other, Plan, PlannedToken};
use tagout::domain::disconnect::run::{IfUnreachable, Reason, RunState};
use tagout::domain::job::{ExecutionStatus, JobState, SyncMode};
use tagout::domain::provider::{AuthKind, OwnerScope};
use tagout::domain::trial::{Answer, Outcome, Residual, Verdict};
use tagout::wire::view::{
    Connection, Credential, Evidence, Execution, Feature, FollowUp, Job, JobCounts, Manual, Page,
    ReferenceCounts, Run, RunStep, RunToken, WebhookCounts,
};

pub(crate) const CONNECTION: &str = "con_01jd7000000000000000000001";
pub(crate) const RUN: &str = "run_01jd7000000000000000000001";

pub(crate) fn at(seconds: i64) -> Timestamp {
    let begin: Timestamp = "2026-01-02T10:00:00Z".parse().unwrap();
    Timestamp::from_second(begin.as_second() + seconds).unwrap()
}

pub(crate) fn page<T>(rows: Vec<T>, key: &str, more: bool) -> Page<T> {
    let keys = rows.iter().map(|_| key.to_owned()).collect();
    let total = rows.len() as u64;
    Page {
        rows,
        keys,
        more,
        total,
        partial: false,
        searched_to: None,
    }
}

pub(crate) fn connection() -> Connection {
    Connection {
        id: CONNECTION.parse().unwrap(),
        provider: "github".to_owned(),
        provider_name: "GitHub".to_owned(),
        is_crm: false,
        instance: "ins_01jd7000000000000000000001".parse().unwrap(),
        instance_status: InstanceStatus::Connected,
        name: "acme-bot".to_owned(),
        owner: "workspace".to_owned(),
        scope: OwnerScope::Workspace,
        account: Account {
            id: "42".to_owned(),
            label: "acme-bot".to_owned(),
        },
        status: Status::Connected,
        reason: String::new(),
        health: Health::Healthy,
        health_reason: String::new(),
        health_causes: Vec::new(),
        last_asked_at: None,
        last_alive_at: None,
        works_until: None,
        generation: 1,
        version: 7,
        connected_at: Some(at(-86_400)),
        synced_at: Some(at(-60)),
        token_expires_at: Some(at(3600)),
        jobs: JobCounts {
            total: 3,
            enabled: 2,
            running: 1,
        },
        credentials: vec![Credential {
            id: "cre_01jd7000000000000000000001".parse().unwrap(),
            kind: TokenKind::Access,
            fingerprint: "77b0e2d1c4a5f600".to_owned(),
            is_active: true,
            is_deleted: false,
            expires_at: Some(at(3600)),
        }],
        has_channels: false,
        channels: Vec::new(),
        references: ReferenceCounts {
            synced: 1204,
            stale: 0,
            gone: 0,
        },
        webhooks: WebhookCounts {
            enabled: 1,
            received: 2310,
            ignored: 0,
            forged: 0,
            dropped_since_disconnect: 0,
        },
        features: vec![Feature {
            name: "Release notes".to_owned(),
            effect: "stop being drafted".to_owned(),
            in_use: true,
            available: true,
        }],
        follow_ups: 0,
        scopes: vec!["repo".to_owned(), "read:org".to_owned()],
        scopes_missing: vec![],
        holds: 0,
        flows: vec![],
        tag: None,
        exposed: Vec::new(),
        gaps: Vec::new(),
        last_run: None,
        swap: None,
        enabled_before: 0,
        manual: vec![manual()],
        refused: None,
    }
}

pub(crate) fn broken_connection() -> Connection {
    Connection {
        id: "con_01jd7000000000000000000002".parse().unwrap(),
        provider: "hubspot".to_owned(),
        provider_name: "HubSpot".to_owned(),
        is_crm: true,
        name: "acme.com \u{1b}[31m\u{202e}".to_owned(),
        owner: "bob".to_owned(),
        status: Status::ReconnectRequired,
        reason: "token refused at 23:29".to_owned(),
        health: Health::Unknown,
        references: ReferenceCounts {
            synced: 0,
            stale: 612,
            gone: 0,
        },
        ..connection()
    }
}

fn manual() -> Manual {
    Manual {
        text: "GitHub → Settings → Applications → Uninstall".to_owned(),
        url: Some("https://github.example/settings".to_owned()),
        checked_on: Some("2026-11-20".to_owned()),
        when: "always".to_owned(),
    }
}

pub(crate) fn plan() -> Plan {
    Plan {
        connection: CONNECTION.parse().unwrap(),
        version: 7,
        provider: "github".to_owned(),
        provider_name: "GitHub".to_owned(),
        name: "acme-bot".to_owned(),
        is_crm: false,
        auth: Some(AuthKind::Oauth2),
        jobs_enabled: 2,
        executions_running: 1,
        credentials: 2,
        references: 1204,
        webhooks: 1,
        dependents: vec![Dependent {
            feature: "Release notes".to_owned(),
            effect: "stop being drafted".to_owned(),
        }],
        other_connections: vec![Other {
            id: "con_01jd7000000000000000000003".parse().unwrap(),
            name: "bobs".to_owned(),
            owner: "bob".to_owned(),
            affected: false,
        }],
        other_connections_total: 1,
        shares_grant_with: vec![],
        kept: vec![
            "1,204 references, marked stale".to_owned(),
            "the audit log".to_owned(),
        ],
        follow_ups: vec![manual().text],
        refusals_a_minute: None,
        tokens: vec![PlannedToken {
            credential: "cre_01jd7000000000000000000001".parse().unwrap(),
            kind: TokenKind::Access,
            fingerprint: "77b0e2d1c4a5f600".to_owned(),
            expires_at: Some(at(3600)),
            replaced_at: None,
            is_held_elsewhere: false,
            can_revoke: true,
            can_prove: true,
            left_alone: false,
        }],
        readers: vec![],
        flows: vec![],
        can_uninstall: true,
        app_left: None,
        uninstall_ends: Vec::new(),
        narrowed: vec![],
    }
}

pub(crate) fn run(state: RunState, outcome: Outcome) -> Run {
    let residual = if outcome.proven() {
        Residual::None
    } else {
        Residual::Until(at(3600))
    };
    Run {
        links: Vec::new(),
        app_left: None,
        id: RUN.parse().unwrap(),
        connection: CONNECTION.parse().unwrap(),
        provider: "github".to_owned(),
        provider_name: "GitHub".to_owned(),
        name: "acme-bot".to_owned(),
        actor: "alice".to_owned(),
        origin: Origin {
            address: Some("10.0.3.7".to_owned()),
            via: Via::Claimed,
        },
        reason: Reason::Compliance,
        ticket: Some("INC-4411".to_owned()),
        note: "leaves on 30 Nov".to_owned(),
        if_unreachable: IfUnreachable::Destroy,
        uninstall: false,
        allow_wider: false,
        state,
        started_at: at(0),
        ended_at: (state != RunState::Running).then(|| at(3)),
        steps: steps(state),
        tokens: vec![token(outcome, residual)],
        counts: Counts {
            jobs_disabled: 2,
            executions_cancelled: 1,
            credentials_destroyed: 2,
            webhooks_disabled: 1,
            references_marked: 1204,
            credentials_sealed: 0,
        },
        follow_ups: vec![follow_up()],
        plan: plan(),
        readers: vec![],
        checkpoint: (state != RunState::Running).then(|| "signed".to_owned()),
        records: 4,
        walkthrough: None,
        swap: None,
    }
}

fn steps(state: RunState) -> Vec<RunStep> {
    let step = |step, state, detail: &str, from, to| RunStep {
        step,
        state,
        started_at: Some(at(from)),
        ended_at: Some(at(to)),
        detail: detail.to_owned(),
    };
    let failed = state == RunState::Waiting;
    let (destroyed, said) = match failed {
        true => (StepState::Failed, "the key-slot file refused a write"),
        false => (StepState::Done, "2 slots overwritten"),
    };
    vec![
        step(Step::Confirm, StepState::Done, "plan accepted", 0, 0),
        step(Step::RevokeTokens, StepState::Done, "1 of 1", 0, 2),
        step(Step::DestroyCredentials, destroyed, said, 2, 3),
    ]
}

fn token(outcome: Outcome, residual: Residual) -> RunToken {
    let answer = |verdict, status| Answer {
        verdict,
        question: None,
        endpoint: "https://api.github.example/user".to_owned(),
        status: Some(status),
        reason: String::new(),
        at: at(1),
        refusal: None,
    };
    RunToken {
        credential: "cre_01jd7000000000000000000001".parse().unwrap(),
        kind: TokenKind::Access,
        label: String::new(),
        fingerprint: "77b0e2d1c4a5f600".to_owned(),
        superseded: false,
        replaced_at: None,
        is_held_elsewhere: false,
        outcome: Some(outcome),
        evidence: Evidence {
            endpoint: Some("https://api.github.example/grant".to_owned()),
            method: Some("DELETE".to_owned()),
            status: Some(204),
            probe_before: Some(answer(Verdict::Alive, 200)),
            probe_after: Some(match outcome.proven() {
                true => answer(Verdict::Dead, 401),
                false => answer(Verdict::Alive, 200),
            }),
            at: Some(at(1)),
            request_id: Some("r-1".to_owned()),
            reason: None,
            proof: None,
        },
        residual_until: Some(residual),
        over: None,
        hold: None,
        proof: None,
        again: Vec::new(),
        elsewhere_until: None,
        sealed_until: None,
    }
}

fn follow_up() -> FollowUp {
    FollowUp {
        id: "fup_01jd7000000000000000000001".parse().unwrap(),
        connection: CONNECTION.parse().unwrap(),
        connection_name: "acme-bot".to_owned(),
        provider_name: "GitHub".to_owned(),
        run: RUN.parse().unwrap(),
        also: Vec::new(),
        text: manual().text,
        url: manual().url,
        checked_on: manual().checked_on,
        opened_at: at(3),
        done: None,
        assigned: None,
        reconnected_at: None,
    }
}

pub(crate) fn records() -> Vec<Record> {
    let step = |seconds, step, state, detail: &str| Record {
        at: at(seconds),
        what: LoggedEvent::Step {
            step,
            state,
            detail: detail.to_owned(),
        },
    };
    vec![
        step(0, Step::Confirm, StepState::Done, "plan accepted"),
        step(0, Step::RevokeTokens, StepState::Running, ""),
        Record {
            at: at(1),
            what: LoggedEvent::Tokens { tokens: vec![] },
        },
        step(2, Step::RevokeTokens, StepState::Done, "1 of 1"),
    ]
}

pub(crate) fn job(state: JobState) -> Job {
    Job {
        id: "job_01jd7000000000000000000001".parse().unwrap(),
        connection: CONNECTION.parse().unwrap(),
        provider: "github".to_owned(),
        connection_name: "acme-bot".to_owned(),
        entity: "issue".to_owned(),
        mode: SyncMode::Incremental,
        is_enabled: true,
        state,
        schedule: None,
        last_execution: None,
        last_runs: vec![],
        last_runs_processed: vec![],
        next_run_at: None,
        last_error: None,
        claim: String::new(),
        watermark: None,
        position: None,
        waits_until: None,
        deletions_checked_at: None,
        gap: None,
        unaccepted_gone: None,
        max_retries: 3,
        timeout_minutes: 60,
        version: 1,
        refused: None,
    }
}

/// The `n`th execution of the job, of which each took a minute.
pub(crate) fn execution(n: i64, status: ExecutionStatus) -> Execution {
    Execution {
        id: format!("exe_01jd700000000000000000000{n}").parse().unwrap(),
        job: "job_01jd7000000000000000000001".parse().unwrap(),
        status,
        started_at: at(n * 60),
        completed_at: (!status.is_live()).then(|| at(n * 60 + 60)),
        processed: 500,
        created: 0,
        updated: 0,
        skipped: 500,
        failed: 0,
        pages: 5,
        halved: 0,
        total: None,
        cursor: None,
        error: None,
        rate: u64::try_from(n).unwrap(),
    }
}

pub(crate) fn entry(seq: u64) -> AuditEntry {
    AuditEntry {
        seq,
        id: format!("aud_01jd700000000000000000000{seq}")
            .parse()
            .unwrap(),
        at: at(i64::try_from(seq).unwrap()),
        actor: "alice".to_owned(),
        role: "owner".to_owned(),
        origin: Origin {
            address: None,
            via: Via::Local,
        },
        action: "connection.disconnected".to_owned(),
        target: CONNECTION.to_owned(),
        outcome: AuditOutcome::Done,
        evidence: serde_json::Value::Null,
        detail: serde_json::json!({}),
        format_2: None,
    }
}
