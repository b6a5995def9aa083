//! A workspace as a server would show it, and the answers it would give.

use jiff::{Span, Timestamp};
use serde_json::{Value, json};
use tagout::domain::audit::{AuditEntry, AuditOutcome, Origin, Via};
use tagout::domain::connection::{Account, Health, InstanceStatus, Status};
use tagout::domain::credential::TokenKind;
use tagout::domain::disconnect::log::{Counts, Step, StepState};
use tagout::domain::disconnect::plan::Plan;
use tagout::domain::disconnect::run::{DoneBy, IfUnreachable, Reason, RunState};
use tagout::domain::id::{
    AuditId, ConnectionId, CredentialId, ExecutionId, FollowUpId, InstanceId, JobId, ReferenceId,
    RunId,
};
use tagout::domain::job::{ExecutionStatus, JobState, PulledPage, ReferenceState, SyncMode};
use tagout::domain::provider::{AuthKind, OwnerScope};
use tagout::domain::trial::{Answer, Outcome, Residual, Verdict};
use tagout::wire::request::{Reply, Request, Window};
use tagout::wire::rpc;
use tagout::wire::view::{
    AskedBy, Checkpoint, Connection, Credential, EntityGap, Evidence, Execution, Feature, FollowUp,
    ForYou, Hold, Job, JobCounts, Manual, Page, Provider, ProviderConnection, ProviderDetail,
    Record, Reference, ReferenceCounts, Run, RunRow, RunStep, RunToken, WebhookCounts,
};
use tagout::wire::{Code, Problem};
use ulid::Ulid;

/// When everything happens.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The moment the pictures are taken.
pub(crate) fn now() -> Timestamp {
    at("2026-11-20T23:41:00Z")
}

pub(crate) fn ulid(n: u128) -> Ulid {
    Ulid::from_parts(1_795_000_000_000, n)
}

/// Everything the server knows.
pub(crate) struct World {
    pub(crate) connections: Vec<Connection>,
    pub(crate) providers: Vec<Provider>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) runs: Vec<Run>,
    pub(crate) audit: Vec<AuditEntry>,
    pub(crate) follow_ups: Vec<FollowUp>,
    pub(crate) holds: Vec<Hold>,
    pub(crate) for_you: Vec<ForYou>,
    pub(crate) view: Option<String>,
    /// What dialogs are answered.
    pub(crate) talk: super::talk::Talk,
    /// The walkthrough there is.
    pub(crate) walks: super::walks::Walks,
    /// What kind of server asks whether connections work.
    pub(crate) asked_by: AskedBy,
    /// Every request, in order.
    pub(crate) asked: Vec<Request>,
}

impl World {
    /// Nothing at all.
    pub(crate) fn empty() -> Self {
        Self {
            connections: Vec::new(),
            providers: Vec::new(),
            jobs: Vec::new(),
            runs: Vec::new(),
            audit: Vec::new(),
            follow_ups: Vec::new(),
            holds: Vec::new(),
            for_you: Vec::new(),
            view: None,
            talk: super::talk::Talk::default(),
            walks: super::walks::Walks::default(),
            asked_by: AskedBy::Serve,
            asked: Vec::new(),
        }
    }

    /// A workspace on a working day.
    pub(crate) fn acme() -> Self {
        Self {
            connections: connections(),
            providers: providers(),
            jobs: jobs(),
            runs: runs(),
            audit: audit(),
            follow_ups: follow_ups(),
            ..Self::empty()
        }
    }

    /// What the server replies, read as the client reads it.
    pub(crate) fn reply(&mut self, request: &Request) -> Result<Reply, Problem> {
        let json = self.answer(request)?;
        Ok(request.reader()(json).unwrap())
    }

    /// What the server answers.
    pub(crate) fn answer(&mut self, request: &Request) -> Result<Value, Problem> {
        self.asked.push(request.clone());
        let value = match request {
            Request::Status => self.status(),
            Request::ForYou => json!(self.for_you),
            Request::ForYouSeen(_) => Value::Null,
            Request::ViewLoad => json!(self.view),
            Request::ViewSave(rpc::ViewSave { view }) => {
                self.view = Some(view.clone());
                Value::Null
            }
            Request::Connections(rpc::Connections(window)) => page(&self.connections, window),
            Request::Connection(rpc::Connection { name }) => {
                one(&self.connections, |c| c.id.as_str() == name)?
            }
            Request::Providers(rpc::Providers(window)) => page(&self.providers, window),
            Request::Provider(rpc::Provider { id }) => {
                let card = self.providers.iter().find(|p| p.id == *id);
                json!((self.talk.provider)(detail(
                    card.ok_or_else(unknown)?.clone()
                )))
            }
            Request::Jobs(rpc::Jobs { connection, window }) => {
                let of = |job: &&Job| {
                    connection
                        .as_ref()
                        .is_none_or(|c| job.connection.as_str() == c)
                };
                let jobs: Vec<Job> = self.jobs.iter().filter(of).cloned().collect();
                page(&jobs, window)
            }
            Request::Records(rpc::Records { window, .. }) => page(&records(), window),
            Request::References(rpc::References { window, .. }) => page(&references(), window),
            Request::Job(rpc::Job { id }) => one(&self.jobs, |it| it.id.as_str() == id)?,
            Request::Executions(rpc::Executions { job, window }) => {
                let of = self
                    .jobs
                    .iter()
                    .find(|it| Some(it.id.as_str()) == job.as_deref());
                page(&executions(of.ok_or_else(unknown)?), window)
            }
            Request::ExecutionPages(_) => json!(pages()),
            Request::Webhooks(rpc::Webhooks { connection }) => {
                super::events::endpoints(&self.connections, connection.as_deref())
            }
            Request::WebhookDeliveries(rpc::WebhookDeliveries { id }) => {
                super::events::deliveries(id)
            }
            Request::Configs(rpc::Configs { kind, .. }) => {
                super::configs::listed(&self.talk.configs, *kind)
            }
            Request::MappingFields(asked) => super::configs::fields(asked),
            Request::Channels(_) => super::configs::channels(),
            Request::Subscriptions => super::told::subscriptions(),
            Request::SubscriptionDeliveries(_) => super::told::messages(),
            Request::Dependents(_) => super::told::dependents(),
            Request::Flows => super::told::flows(&self.connections),
            Request::Runs(rpc::Runs(window)) => {
                let rows: Vec<RunRow> = self.runs.iter().map(row_of).collect();
                page(&rows, window)
            }
            Request::Run(rpc::Run { id }) => one(&self.runs, |r| r.id.as_str() == id)?,
            Request::Audit(rpc::Audit { window }) => page(&self.audit, window),
            Request::FollowUps(rpc::FollowUps { window, .. }) => page(&self.follow_ups, window),
            Request::Holds(rpc::Holds { window, .. }) => page(&self.holds, window),
            Request::HoldDrop(rpc::HoldDrop { id, .. }) => one(&self.holds, |it| it.id == *id)?,
            Request::Checkpoint => json!(Checkpoint {
                checkpoint: "tagout/acme\n48213\nq1J0bmVzcw5kZWFkYmVlZg==\n\n- tagout/acme x7Qk\n"
                    .into(),
                public_key: "tagout/acme+5f1c0e9a+AVq4".into(),
                size: 48_213,
            }),
            Request::JobAct(rpc::JobAct { job, .. })
            | Request::JobEdit(rpc::JobEdit { job, .. }) => {
                one(&self.jobs, |it| it.id.as_str() == job)?
            }
            Request::FollowUpDone(rpc::FollowUpDone { id, .. }) => {
                one(&self.follow_ups, |it| it.id == *id)?
            }
            Request::Stop => json!([]),
            Request::Users
            | Request::Walkthroughs(_)
            | Request::Walkthrough(_)
            | Request::WalkthroughTargets(_)
            | Request::WalkthroughSave(_)
            | Request::WalkthroughBegin(_)
            | Request::WalkthroughPlan(_)
            | Request::WalkthroughStop(_)
            | Request::WalkthroughGoOn(_)
            | Request::WalkthroughDiscard(_) => return super::walks::answer(self, request),
            other => return super::talk::answer(self, other),
        };
        Ok(value)
    }

    fn status(&self) -> Value {
        let open = self.follow_ups.iter().filter(|f| f.done.is_none()).count();
        let exposed = self.runs.iter().flat_map(|r| &r.tokens);
        let exposed = exposed
            .filter(|t| t.outcome.is_some_and(|o| !o.proven()))
            .count();
        json!({
            "workspace": "Acme GmbH", "version": "0.1.0", "pid": 411, "started_at": now(),
            "data_dir": "/var/lib/tagout", "connections": { "connected": self.connections.len() },
            "providers": self.providers.len(), "jobs_running": if self.jobs.is_empty() { 0 } else { 2 },
            "runs_open": 0, "exposed": exposed, "follow_ups_open": open,
            "audit_entries": self.audit.len(), "emergency": false, "warnings": [],
            "asks": { "every_seconds": 3600, "by": self.asked_by },
        })
    }
}

pub(crate) fn unknown() -> Problem {
    Problem::new(Code::NotFound, "there is no such thing", "look at the list")
}

fn one<T: serde::Serialize>(rows: &[T], is: impl Fn(&T) -> bool) -> Result<Value, Problem> {
    rows.iter()
        .find(|row| is(row))
        .map(|row| json!(row))
        .ok_or_else(unknown)
}

/// Pages as the server does: keys that sort, the filter over every column, backwards nearest first.
pub(crate) fn page<T: serde::Serialize + Clone>(rows: &[T], window: &Window) -> Value {
    let filter = window.filter.to_lowercase();
    let fits =
        |row: &T| filter.is_empty() || json!(row).to_string().to_lowercase().contains(&filter);
    let keyed: Vec<(String, &T)> = rows
        .iter()
        .enumerate()
        .map(|(i, row)| (format!("{i:08}"), row))
        .filter(|(_, row)| fits(row))
        .collect();
    let mut found: Vec<_> = match (&window.after, window.reverse) {
        (None, false) => keyed,
        (Some(after), false) => keyed.into_iter().filter(|(key, _)| key > after).collect(),
        (None, true) => keyed.into_iter().rev().collect(),
        (Some(after), true) => keyed
            .into_iter()
            .filter(|(key, _)| key < after)
            .rev()
            .collect(),
    };
    let more = found.len() > usize::from(window.limit);
    found.truncate(usize::from(window.limit));
    json!(Page {
        keys: found.iter().map(|(key, _)| key.clone()).collect(),
        rows: found.into_iter().map(|(_, row)| row.clone()).collect(),
        more,
        total: rows.len() as u64,
        partial: false,
        searched_to: None,
    })
}

/// A connection with everything ordinary.
pub(crate) fn connection(n: u128, provider: &str, name: &str, status: Status) -> Connection {
    let live = status != Status::Revoked;
    Connection {
        id: ConnectionId::new(ulid(n)),
        provider: provider.to_lowercase(),
        provider_name: provider.into(),
        is_crm: matches!(provider, "HubSpot" | "Salesforce"),
        instance: InstanceId::new(ulid(n)),
        instance_status: if live {
            InstanceStatus::Connected
        } else {
            InstanceStatus::Revoked
        },
        name: name.into(),
        owner: "workspace".into(),
        scope: OwnerScope::Workspace,
        account: Account {
            id: format!("{}", 48_000 + n),
            label: name.into(),
        },
        status,
        reason: String::new(),
        health_reason: String::new(),
        health_causes: Vec::new(),
        last_asked_at: None,
        last_alive_at: None,
        works_until: None,
        health: if live {
            Health::Healthy
        } else {
            Health::Unknown
        },
        generation: 3,
        version: 12,
        connected_at: live.then(|| at("2026-09-02T08:14:00Z")),
        synced_at: live.then(|| at("2026-11-20T23:38:00Z")),
        token_expires_at: live.then(|| at("2026-11-21T02:10:00Z")),
        jobs: JobCounts {
            total: 2,
            enabled: if live { 2 } else { 0 },
            running: 0,
        },
        credentials: vec![
            credential(n * 10, TokenKind::Access, "77b0e2c94f1a0d35", live),
            credential(n * 10 + 1, TokenKind::Refresh, "1d08aa5c11f02b7e", live),
        ],
        references: ReferenceCounts::default(),
        has_channels: provider == "GitHub",
        channels: Vec::new(),
        webhooks: WebhookCounts {
            enabled: u64::from(live),
            received: 88,
            ignored: 0,
            forged: 0,
            dropped_since_disconnect: 0,
        },
        features: Vec::new(),
        follow_ups: 0,
        scopes: vec!["repo".into(), "read:org".into()],
        scopes_missing: Vec::new(),
        holds: 0,
        flows: vec![],
        tag: None,
        exposed: Vec::new(),
        gaps: Vec::new(),
        last_run: None,
        swap: None,
        enabled_before: 0,
        manual: Vec::new(),
        refused: None,
    }
}

fn credential(n: u128, kind: TokenKind, fingerprint: &str, live: bool) -> Credential {
    Credential {
        id: CredentialId::new(ulid(n)),
        kind,
        fingerprint: fingerprint.into(),
        is_active: live,
        is_deleted: !live,
        expires_at: (kind == TokenKind::Access).then(|| at("2026-11-21T02:10:00Z")),
    }
}

fn refs(synced: u64, stale: u64) -> ReferenceCounts {
    ReferenceCounts {
        synced,
        stale,
        gone: 0,
    }
}

fn connections() -> Vec<Connection> {
    vec![
        Connection {
            reason: "token refused at 23:29".into(),
            references: refs(0, 5_310),
            health: Health::Down,
            ..connection(1, "HubSpot", "acme.com", Status::ReconnectRequired)
        },
        Connection {
            reason: "rate limited, next try 23:55".into(),
            references: refs(41_877, 0),
            health: Health::Degraded,
            ..connection(2, "Salesforce", "acme.my.salesforce.com", Status::Error)
        },
        Connection {
            references: refs(1_204, 0),
            features: vec![Feature {
                name: "Release notes".into(),
                effect: "lose their links to pull requests".into(),
                in_use: true,
                available: true,
            }],
            manual: vec![Manual {
                text: "GitHub → Settings → Applications → Installed GitHub Apps → tagout → Configure → Uninstall".into(),
                url: Some("https://github.com/settings/installations".into()),
                checked_on: Some("2026-11-20".into()),
                when: "unless_uninstalled".into(),
            }],
            ..connection(3, "GitHub", "acme-bot", Status::Connected)
        },
        Connection {
            owner: "alice".into(),
            scope: OwnerScope::Personal,
            jobs: JobCounts { total: 3, enabled: 3, running: 1 },
            references: refs(88_120, 0),
            ..connection(4, "Google", "alice@acme.com", Status::Connected)
        },
        Connection {
            references: refs(310, 0),
            ..connection(5, "Slack", "acme.slack.com", Status::Connected)
        },
        Connection {
            follow_ups: 1,
            ..connection(6, "Postmark", "server 88121", Status::Revoked)
        },
        Connection {
            references: refs(0, 612),
            webhooks: WebhookCounts { enabled: 0, received: 88, ignored: 31, forged: 2, dropped_since_disconnect: 31 },
            last_run: Some(RunId::new(ulid(1))),
            gaps: vec![EntityGap { entity: "comments".into(), from: at("2026-11-18T10:04:00Z"), to: None }],
            ..connection(7, "Linear", "acme", Status::Revoked)
        },
    ]
}

fn provider(
    name: &str,
    category: &str,
    group: &str,
    connection: Option<(&str, Status)>,
) -> Provider {
    let connections: Vec<ProviderConnection> = connection
        .into_iter()
        .map(|(account, status)| {
            let all = connections();
            let mut of_it = all.iter().filter(|c| c.provider_name == name);
            ProviderConnection {
                id: of_it.next().unwrap().id.clone(),
                name: account.into(),
                status,
            }
        })
        .collect();
    Provider {
        id: name.to_lowercase().replace(' ', "-"),
        name: name.into(),
        category: category.into(),
        group: group.into(),
        auth: AuthKind::Oauth2,
        scope: if group.starts_with("Personal") {
            OwnerScope::Personal
        } else {
            OwnerScope::Workspace
        },
        instance_status: connection.map(|_| InstanceStatus::Connected),
        connections_total: connections.len() as u64,
        connections,
        configured: true,
        insecure: false,
        built_in: true,
        tag: None,
        lacks: Vec::new(),
    }
}

fn providers() -> Vec<Provider> {
    let personal = "Personal email and calendar";
    let chat = "Chat and notifications";
    vec![
        provider(
            "HubSpot",
            "crm",
            "CRM",
            Some(("acme.com", Status::ReconnectRequired)),
        ),
        provider(
            "Salesforce",
            "crm",
            "CRM",
            Some(("acme.my.salesforce.com", Status::Error)),
        ),
        Provider {
            configured: false,
            ..provider("Pipedrive", "crm", "CRM", None)
        },
        Provider {
            connections_total: 4,
            ..provider(
                "Google",
                "email",
                personal,
                Some(("alice@acme.com", Status::Connected)),
            )
        },
        provider("Microsoft 365", "calendar", personal, None),
        provider(
            "Slack",
            "chat",
            chat,
            Some(("acme.slack.com", Status::Connected)),
        ),
        provider(
            "GitHub",
            "issues",
            "Others",
            Some(("acme-bot", Status::Connected)),
        ),
        provider(
            "Linear",
            "issues",
            "Others",
            Some(("acme", Status::Revoked)),
        ),
        Provider {
            auth: AuthKind::ApiKey,
            ..provider(
                "Postmark",
                "email",
                "Others",
                Some(("server 88121", Status::Revoked)),
            )
        },
        Provider {
            insecure: true,
            built_in: false,
            ..provider("Ledger", "other", "Others", None)
        },
    ]
}

fn detail(card: Provider) -> ProviderDetail {
    let lives = |it: &&ProviderConnection| it.status != Status::Revoked;
    ProviderDetail {
        in_service: card.connections.iter().filter(lives).count() as u64,
        register_url: Some("https://example.com/apps/new".into()),
        redirect_uri: format!("http://127.0.0.1:8976/callback/{}", card.id),
        device: card.id == "github",
        client_id: Some("Iv1.8a61f9b3".into()),
        app_name: None,
        rights: [("read:org".to_owned(), "an organisation owner".to_owned())].into(),
        disconnected: (card.connections.iter())
            .filter(|c| c.status == Status::Revoked)
            .cloned()
            .collect(),
        scopes: vec!["repo".into(), "read:org".into()],
        entities: vec!["issues".into(), "events".into()],
        vars: [("api".to_owned(), "https://api.example.com".to_owned())].into(),
        recipe: vec!["revoke access: DELETE {api}/applications/{client_id}/token".into()],
        manual: Vec::new(),
        dependents: Vec::new(),
        unverified: vec!["disconnect.success".into()],
        warnings: Vec::new(),
        card,
    }
}

fn execution(n: u128, status: ExecutionStatus, processed: u64, total: Option<u64>) -> Execution {
    Execution {
        id: ExecutionId::new(ulid(n)),
        job: JobId::new(ulid(n)),
        status,
        started_at: at("2026-11-20T23:36:10Z"),
        completed_at: (!status.is_live()).then(|| at("2026-11-20T23:38:02Z")),
        processed,
        created: processed / 10,
        updated: processed / 5,
        skipped: processed - processed / 10 - processed / 5,
        failed: 0,
        pages: processed / 100,
        halved: 0,
        total,
        cursor: None,
        error: None,
        rate: if status == ExecutionStatus::Running {
            412
        } else {
            0
        },
    }
}

fn records() -> Vec<Record> {
    let record = |n: u64, label: &str, state: &str| Record {
        id: format!("rec_{n}"),
        connection: ConnectionId::new(ulid(3)),
        entity: "issue".into(),
        parent: None,
        label: label.into(),
        updated: Some(format!("2026-11-20T22:{n:02}:00Z")),
        synced_at: at("2026-11-20T23:38:00Z"),
        fields: [
            ("priority".to_owned(), json!("high")),
            ("subject".to_owned(), json!(label)),
        ]
        .into(),
        mapped: vec!["subject".to_owned()],
        left_out: Vec::new(),
        link: Some(format!("https://github.com/acme/api/issues/{n}")),
        refers: Some(Reference {
            id: ReferenceId::new(ulid(100 + u128::from(n))),
            connection: ConnectionId::new(ulid(3)),
            entity: "issue".into(),
            parent: None,
            local_id: format!("rec_{n}"),
            external_id: format!("acme/api#{n}"),
            status: ReferenceState::Synced,
            remote_status: Some(state.into()),
            label: label.into(),
            links: vec![format!("SUP-{n}")],
        }),
        body: json!({
            "title": label, "state": state, "labels": ["api", "limits"], "user": { "login": "octocat" },
            "html_url": format!("https://github.com/acme/api/issues/{n}"),
        }),
    };
    vec![
        record(
            18,
            "Rate limiter counts twice when two replicas answer in the same second",
            "open",
        ),
        record(9, "Docs: wrong header name", "closed"),
    ]
}

fn references() -> Vec<Reference> {
    let reference = |n: u128, label: &str, status, there: Option<&str>| Reference {
        id: ReferenceId::new(ulid(n)),
        connection: ConnectionId::new(ulid(3)),
        entity: "issue".into(),
        parent: None,
        local_id: format!("SUP-{n}"),
        external_id: format!("acme/api#{n}"),
        status,
        remote_status: there.map(str::to_owned),
        label: label.into(),
        links: Vec::new(),
    };
    vec![
        reference(
            118,
            "Rate limiter counts twice",
            ReferenceState::Synced,
            Some("open"),
        ),
        reference(119, "Linear (disconnected)", ReferenceState::Stale, None),
    ]
}

/// The last one of a job, one that failed before it, and a first one.
fn executions(job: &Job) -> Vec<Execution> {
    let error = "GitHub's limit: 0 of 5,000 requests are left until 23:37; it was waited for as long as an execution may take";
    let failed = Execution {
        started_at: at("2026-11-20T23:23:00Z"),
        completed_at: Some(at("2026-11-20T23:23:02Z")),
        failed: 3,
        error: Some(error.into()),
        ..execution(91, ExecutionStatus::Failed, 100, None)
    };
    let first = Execution {
        started_at: at("2026-11-20T22:38:01Z"),
        completed_at: Some(at("2026-11-20T22:39:13Z")),
        ..execution(90, ExecutionStatus::Succeeded, 12_004, None)
    };
    job.last_execution
        .clone()
        .into_iter()
        .chain([failed, first])
        .collect()
}

/// The latest pages of an execution, the latest first.
fn pages() -> Vec<PulledPage> {
    let page = |number: u64, changed: u64, failed: u64| PulledPage {
        number,
        at: at("2026-11-20T23:40:00Z") + Span::new().seconds(number as i64),
        parent: None,
        received: 100,
        changed,
        unchanged: 100 - changed - failed,
        deleted: 0,
        failed,
        position: Some(format!(
            "https://api.github.com/repos/acme/api/issues?page={}",
            number + 1
        )),
    };
    vec![page(86, 14, 0), page(85, 0, 0), page(84, 2, 1)]
}

/// A job in a state.
pub(crate) fn job(
    n: u128,
    (provider, connection): (&str, &str),
    entity: &str,
    state: JobState,
) -> Job {
    Job {
        id: JobId::new(ulid(n)),
        connection: ConnectionId::new(ulid(3)),
        provider: provider.into(),
        connection_name: connection.into(),
        entity: entity.into(),
        mode: SyncMode::Incremental,
        is_enabled: state != JobState::Off,
        state,
        schedule: Some("*/15 * * * *".into()),
        last_execution: Some(execution(n, ExecutionStatus::Succeeded, 1_204, None)),
        last_runs: vec![ExecutionStatus::Succeeded; 8],
        last_runs_processed: vec![1_200, 1_204, 1_204, 40, 12, 0, 640, 1_204],
        next_run_at: (state != JobState::Off).then(|| at("2026-11-20T23:50:00Z")),
        last_error: None,
        claim: "synced".into(),
        watermark: None,
        position: None,
        waits_until: None,
        deletions_checked_at: None,
        gap: None,
        unaccepted_gone: None,
        max_retries: 3,
        timeout_minutes: 60,
        version: 4,
        refused: None,
    }
}

fn jobs() -> Vec<Job> {
    use ExecutionStatus::{Failed, Running, Succeeded};
    vec![
        Job {
            last_execution: Some(execution(1, Running, 8_540, Some(12_000))),
            ..job(1, ("github", "acme-bot"), "issues", JobState::Running)
        },
        Job {
            last_execution: Some(Execution {
                rate: 1_940,
                ..execution(2, Running, 88_120, None)
            }),
            ..job(2, ("google", "alice@acme.com"), "events", JobState::Running)
        },
        Job {
            last_error: Some("waits for another job of this host".into()),
            ..job(3, ("slack", "acme.slack.com"), "channels", JobState::Queued)
        },
        Job {
            last_error: Some("the vendor answered 503 three times".into()),
            last_runs: vec![Succeeded, Succeeded, Failed, Succeeded, Failed, Failed],
            ..job(
                4,
                ("salesforce", "acme.my.salesforce.com"),
                "accounts",
                JobState::Failed,
            )
        },
        Job {
            last_error: Some("its connection needs Reconnect".into()),
            ..job(5, ("hubspot", "acme.com"), "contacts", JobState::Blocked)
        },
        job(6, ("slack", "acme.slack.com"), "messages", JobState::Idle),
        Job {
            last_error: Some("disabled by run_01jd7".into()),
            ..job(7, ("linear", "acme"), "issues", JobState::Off)
        },
    ]
}

fn answer(verdict: Verdict, status: u16) -> Option<Answer> {
    Some(Answer {
        question: None,
        verdict,
        endpoint: "https://api.example.com/user".into(),
        status: Some(status),
        reason: String::new(),
        at: at("2026-11-20T23:31:08Z"),
        refusal: None,
    })
}

fn token(n: u128, kind: TokenKind, outcome: Option<Outcome>, fingerprint: &str) -> RunToken {
    let (verdict, after) = match outcome {
        Some(Outcome::StillAlive) => (Verdict::Alive, 200),
        _ => (Verdict::Dead, 401),
    };
    RunToken {
        credential: CredentialId::new(ulid(n)),
        kind,
        label: String::new(),
        fingerprint: fingerprint.into(),
        superseded: false,
        replaced_at: None,
        is_held_elsewhere: false,
        outcome,
        evidence: Evidence {
            endpoint: outcome.map(|_| "https://api.example.com/token".into()),
            method: outcome.map(|_| "DELETE".into()),
            status: outcome.map(|_| 204),
            probe_before: answer(Verdict::Alive, 200),
            probe_after: outcome.and_then(|_| answer(verdict, after)),
            at: outcome.map(|_| at("2026-11-20T23:31:08Z")),
            request_id: outcome.map(|_| "E2A1:3F".into()),
            reason: None,
            proof: None,
        },
        residual_until: match outcome {
            Some(Outcome::StillAlive) => Some(Residual::Until(at("2026-11-21T10:02:00Z"))),
            _ => None,
        },
        over: None,
        hold: None,
        proof: None,
        again: Vec::new(),
        elsewhere_until: None,
        sealed_until: None,
    }
}

/// A run, as far as a step.
pub(crate) fn run(n: u128, provider: &str, name: &str, state: RunState) -> Run {
    let running = state == RunState::Running;
    let step_state = |step: Step| match step {
        Step::Confirm | Step::DisableSyncJobs => StepState::Done,
        Step::RevokeTokens if running => StepState::Running,
        _ if running => StepState::Pending,
        Step::RevokeTokens if state == RunState::CompletedWithWarnings => StepState::Warning,
        _ => StepState::Done,
    };
    let words = |step: Step| match step {
        Step::Confirm => "plan accepted",
        Step::DisableSyncJobs => "2 jobs off, 1 execution cancelled, its batch kept",
        Step::RevokeTokens if running => "",
        Step::RevokeTokens => "2 of 3",
        Step::MarkReferences => "1,204 references",
        _ => "",
    };
    let steps = Step::ALL.iter().map(|step| RunStep {
        step: *step,
        state: step_state(*step),
        started_at: (step_state(*step) != StepState::Pending).then(|| at("2026-11-20T23:31:06Z")),
        ended_at: step_state(*step)
            .ended()
            .then(|| at("2026-11-20T23:31:07.4Z")),
        detail: if step_state(*step) == StepState::Pending {
            String::new()
        } else {
            words(*step).into()
        },
    });
    let alive = match state {
        RunState::Completed => Outcome::VerifiedDead,
        _ => Outcome::StillAlive,
    };
    let last = if running {
        None
    } else {
        Some(Outcome::AlreadyDead)
    };
    Run {
        app_left: None,
        links: Vec::new(),
        id: RunId::new(ulid(n)),
        connection: ConnectionId::new(ulid(3)),
        provider: provider.to_lowercase(),
        provider_name: provider.into(),
        name: name.into(),
        actor: "alice".into(),
        origin: Origin {
            address: Some("10.0.3.7".into()),
            via: Via::Claimed,
        },
        reason: Reason::Compliance,
        ticket: Some("INC-4411".into()),
        note: String::new(),
        if_unreachable: IfUnreachable::Destroy,
        uninstall: false,
        allow_wider: false,
        state,
        started_at: at("2026-11-20T23:31:06Z"),
        ended_at: (!running).then(|| at("2026-11-20T23:31:11Z")),
        steps: steps.collect(),
        tokens: vec![
            token(
                1,
                TokenKind::Access,
                Some(Outcome::VerifiedDead),
                "77b0e2c94f1a0d35",
            ),
            token(2, TokenKind::Refresh, Some(alive), "1d08aa5c11f02b7e"),
            RunToken {
                superseded: true,
                replaced_at: Some(at("2026-11-20T22:41:00Z")),
                ..token(3, TokenKind::Access, last, "5c11f0b2a9e34477")
            },
        ],
        counts: Counts {
            jobs_disabled: 2,
            executions_cancelled: 1,
            credentials_destroyed: if running { 0 } else { 3 },
            webhooks_disabled: 1,
            references_marked: if running { 0 } else { 1_204 },
            credentials_sealed: 0,
        },
        follow_ups: if running {
            Vec::new()
        } else {
            vec![follow_up(n, provider, name)]
        },
        plan: plan(provider, name),
        readers: vec![],
        checkpoint: None,
        records: 14,
        walkthrough: None,
        swap: None,
    }
}

fn plan(provider: &str, name: &str) -> Plan {
    serde_json::from_value(json!({
        "connection": ConnectionId::new(ulid(3)), "version": 12, "provider": provider.to_lowercase(),
        "provider_name": provider, "name": name, "is_crm": false, "jobs_enabled": 2,
        "executions_running": 1, "credentials": 3, "references": 1204, "webhooks": 1,
        "dependents": [], "other_connections": [], "shares_grant_with": [],
        "kept": ["2 job configurations", "8 field mappings", "the audit log"],
        "follow_ups": [], "tokens": [], "can_uninstall": true,
    }))
    .unwrap()
}

fn row_of(run: &Run) -> RunRow {
    RunRow {
        exposed: run
            .tokens
            .iter()
            .filter(|_| run.state != RunState::Running)
            .filter(|t| t.outcome.is_some_and(|o| !o.proven()))
            .count() as u64,
        id: run.id.clone(),
        connection: run.connection.clone(),
        provider_name: run.provider_name.clone(),
        name: run.name.clone(),
        actor: run.actor.clone(),
        reason: run.reason,
        ticket: run.ticket.clone(),
        state: run.state,
        started_at: run.started_at,
        ended_at: run.ended_at,
        tokens: run.tokens.len() as u64,
        proven: run
            .tokens
            .iter()
            .filter(|t| t.outcome.is_some_and(|o| o.proven()))
            .count() as u64,
        link_until: run.links.iter().map(|link| link.ends_at).max(),
        step: Step::RevokeTokens,
    }
}

pub(crate) fn runs() -> Vec<Run> {
    vec![
        run(4, "GitHub", "acme-bot", RunState::Running),
        run(3, "GitHub", "release-bot", RunState::CompletedWithWarnings),
        Run {
            reason: Reason::Unused,
            ticket: None,
            actor: "bob".into(),
            started_at: at("2026-11-19T14:02:00Z"),
            ended_at: Some(at("2026-11-19T14:02:09Z")),
            ..run(
                2,
                "Postmark",
                "server 88121",
                RunState::CompletedWithWarnings,
            )
        },
        Run {
            reason: Reason::Cleanup,
            started_at: at("2025-12-03T09:30:00Z"),
            ended_at: Some(at("2025-12-03T09:30:05Z")),
            ..run(1, "Linear", "acme", RunState::Completed)
        },
    ]
}

fn follow_up(n: u128, provider: &str, name: &str) -> FollowUp {
    FollowUp {
        id: FollowUpId::new(ulid(n)),
        connection: ConnectionId::new(ulid(3)),
        connection_name: name.into(),
        provider_name: provider.into(),
        run: RunId::new(ulid(n)),
        also: Vec::new(),
        text: format!("uninstall the app: {provider}, Settings, Applications"),
        url: Some("https://github.com/settings/installations".into()),
        checked_on: Some("2026-11-20".into()),
        opened_at: at("2026-11-20T23:31:11Z"),
        done: None,
        assigned: None,
        reconnected_at: None,
    }
}

pub(crate) fn follow_ups() -> Vec<FollowUp> {
    vec![
        follow_up(3, "GitHub", "release-bot"),
        follow_up(2, "Postmark", "server 88121"),
        FollowUp {
            done: Some(DoneBy {
                by: "bob".into(),
                at: at("2026-11-18T10:12:00Z"),
                note: "gone".into(),
            }),
            ..follow_up(1, "Linear", "acme")
        },
    ]
}

/// An entry of the record.
pub(crate) fn entry(seq: u64, action: &str, outcome: AuditOutcome, evidence: Value) -> AuditEntry {
    AuditEntry {
        seq,
        id: AuditId::new(ulid(u128::from(seq))),
        at: at("2026-11-20T23:31:08Z"),
        actor: if action.starts_with("token") {
            "ci-bot"
        } else {
            "alice"
        }
        .into(),
        role: "owner".into(),
        origin: Origin {
            address: Some("10.0.3.7".into()),
            via: Via::Claimed,
        },
        action: action.into(),
        target: ConnectionId::new(ulid(3)).to_string(),
        outcome,
        evidence,
        detail: json!({ "provider": "github", "name": "acme", "reason": "compliance", "jobs_disabled": 2 }),
        format_2: None,
    }
}

fn audit() -> Vec<AuditEntry> {
    let evidence = json!({
        "endpoint": "https://api.example.com/token", "method": "DELETE", "status": 204,
        "tokens": [
            { "kind": "access", "fingerprint": "77b0e2c94f1a0d35", "outcome": "verified_dead" },
            { "kind": "refresh", "fingerprint": "1d08aa5c11f02b7e", "outcome": "still_alive" },
        ],
    });
    vec![
        entry(
            48_212,
            "connection.disconnected",
            AuditOutcome::Warning,
            evidence,
        ),
        entry(48_211, "token.revoked", AuditOutcome::Done, Value::Null),
        entry(48_210, "token.read", AuditOutcome::Refused, Value::Null),
        entry(48_209, "job.disabled", AuditOutcome::Done, Value::Null),
        entry(
            48_208,
            "connection.refreshed",
            AuditOutcome::Failed,
            Value::Null,
        ),
    ]
}
