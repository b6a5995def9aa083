//! What the server answers about walkthroughs.

use serde_json::{Value, json};
use tagout::domain::connection::Status;
use tagout::domain::disconnect::log::{Counts, Step};
use tagout::domain::disconnect::run::RunState;
use tagout::domain::id::{RunId, UserId, WalkthroughId};
use tagout::domain::trial::{Outcome, Residual};
use tagout::domain::user::{Role, UserKind};
use tagout::domain::walkthrough::{TargetChoice, WalkPage, WalkState};
use tagout::wire::Problem;
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::view::{Connection, User};
use tagout::wire::walkthrough::{
    Changed, Decided, Done, Left, OutcomeCount, PlannedFor, TargetCounts, Unproven, Walkthrough,
    WalkthroughDraft, WalkthroughRow, WalkthroughTarget,
};

use super::world::{World, at, follow_ups, now, page, ulid, unknown};

/// The one walkthrough there is, and what becomes of it.
#[derive(Default)]
pub(crate) struct Walks {
    pub(crate) saved: Option<Walkthrough>,
    pub(crate) targets: Vec<WalkthroughTarget>,
    /// A connection that is not as it was looked at.
    pub(crate) changed: bool,
}

pub(crate) fn answer(world: &mut World, request: &Request) -> Result<Value, Problem> {
    if let Some(problem) = world.talk.refusal.take() {
        return Err(problem);
    }
    let walks = &mut world.walks;
    Ok(match request {
        Request::Users => json!(["alice", "bob"].map(user)),
        Request::Walkthroughs(rpc::Walkthroughs(window)) => {
            let rows: Vec<WalkthroughRow> = walks.saved.iter().map(row).collect();
            page(&rows, window)
        }
        Request::WalkthroughTargets(rpc::WalkthroughTargets { window, .. }) => {
            page(&walks.targets, window)
        }
        Request::Walkthrough(_) => json!(walks.saved.as_ref().ok_or_else(unknown)?),
        Request::WalkthroughSave(rpc::WalkthroughSave(draft)) => {
            walks.targets = targets(&world.connections, draft);
            let saved = saved(draft, walks);
            walks.saved = Some(saved);
            json!(walks.saved)
        }
        Request::WalkthroughBegin(_) => {
            let begun = walks.saved.take().map(|it| begun(it, &mut walks.targets));
            walks.saved = begun;
            json!(walks.saved)
        }
        Request::WalkthroughPlan(rpc::WalkthroughPlan { at, .. }) => {
            let it = walks.saved.as_mut().ok_or_else(unknown)?;
            it.state = match at {
                Some(_) => WalkState::Planned,
                None => WalkState::Draft,
            };
            it.planned = at.map(|at| PlannedFor {
                at,
                by: alice(),
                late_seconds: None,
            });
            it.version += 1;
            json!(it)
        }
        Request::WalkthroughStop(_) => {
            let it = walks.saved.as_mut().ok_or_else(unknown)?;
            it.state = WalkState::Stopped;
            it.stopped_because = "by alice".into();
            json!(it)
        }
        Request::WalkthroughDiscard(_) => {
            walks.saved = None;
            Value::Null
        }
        other => panic!("the console asked {other:?}, which this world does not answer"),
    })
}

pub(crate) fn user(name: &str) -> User {
    serde_json::from_value(json!({
        "id": UserId::new(ulid(7 + u128::from(name == "bob"))), "name": name, "role": Role::Owner, "kind": UserKind::Person, "uid": 1000,
    }))
    .unwrap()
}

fn targets(all: &[Connection], draft: &WalkthroughDraft) -> Vec<WalkthroughTarget> {
    let named = draft.targets.as_deref().unwrap_or_default();
    let is = |c: &&Connection| match &draft.choice {
        TargetChoice::All => true,
        TargetChoice::Named => named.iter().any(|it| it.connection == c.id.as_str()),
        TargetChoice::Matching { provider, owner } => {
            provider.as_ref().is_none_or(|it| *it == c.provider)
                && owner.as_ref().is_none_or(|it| *it == c.owner)
        }
    };
    let in_service = |c: &&Connection| c.status != Status::Revoked;
    all.iter()
        .filter(is)
        .filter(in_service)
        .map(|c| WalkthroughTarget {
            connection: c.id.clone(),
            provider: c.provider.clone(),
            provider_name: c.provider_name.clone(),
            name: c.name.clone(),
            owner: c.owner.clone(),
            version: c.version,
            left_out: draft.left_out.contains(&c.id),
            changed: None,
            run: None,
            state: None,
            step: None,
            tokens: 0,
            proven: 0,
            passed_over: None,
        })
        .collect()
}

fn saved(draft: &WalkthroughDraft, walks: &Walks) -> Walkthrough {
    let left_out = walks.targets.iter().filter(|it| it.left_out).count() as u64;
    let chosen = walks.targets.len() as u64 - left_out;
    let changed = walks.targets.iter().filter(|_| walks.changed).take(1);
    Walkthrough {
        id: WalkthroughId::new(ulid(1)),
        title: draft.choice.title(None, walks.targets.len()),
        choice: draft.choice.clone(),
        by: "alice".into(),
        decided: None,
        planned: None,
        terms: draft.terms.clone(),
        page: draft.page,
        state: WalkState::Draft,
        stopped_because: String::new(),
        version: walks.saved.as_ref().map_or(0, |it| it.version) + 1,
        created_at: now(),
        ended_at: None,
        targets: TargetCounts {
            chosen,
            left_out,
            not_begun: chosen,
            ..TargetCounts::default()
        },
        left_out: draft.left_out.clone(),
        changed: changed
            .map(|it| Changed {
                connection: it.connection.clone(),
                provider_name: it.provider_name.clone(),
                name: it.name.clone(),
                looked_at: 11,
                found: 12,
                now: "now Reconnect".into(),
            })
            .collect(),
        done: Done::default(),
        left: Left::default(),
        refused: None,
    }
}

fn alice() -> Decided {
    Decided {
        actor: "alice".into(),
        role: "owner".into(),
        origin: serde_json::from_value(json!({ "via": "claimed", "address": "10.0.3.7" })).unwrap(),
        at: at("2026-11-20T23:40:02Z"),
    }
}

fn begun(it: Walkthrough, targets: &mut [WalkthroughTarget]) -> Walkthrough {
    let first = targets.iter_mut().filter(|it| !it.left_out).take(2);
    for (i, target) in first.enumerate() {
        target.run = Some(RunId::new(ulid(40 + i as u128)));
        target.tokens = 2;
        (target.state, target.step, target.proven) = match i {
            0 => (
                Some(RunState::CompletedWithWarnings),
                Some(Step::WriteAudit),
                1,
            ),
            _ => (Some(RunState::Running), Some(Step::RevokeTokens), 0),
        };
    }
    let first = &targets[0];
    let count = |outcome, count| OutcomeCount { outcome, count };
    let chosen = it.targets.chosen;
    Walkthrough {
        state: WalkState::Running,
        page: WalkPage::Run,
        decided: Some(alice()),
        targets: TargetCounts {
            ended: 1,
            running: 1,
            not_begun: chosen - 2,
            ..it.targets
        },
        done: Done {
            tokens: 4,
            outcomes: vec![
                count(Outcome::VerifiedDead, 1),
                count(Outcome::StillAlive, 1),
            ],
            unjudged: 2,
            counts: Counts {
                jobs_disabled: 3,
                credentials_destroyed: 2,
                references_marked: 1_204,
                ..Counts::default()
            },
            ..Done::default()
        },
        left: Left {
            follow_ups: follow_ups()
                .into_iter()
                .filter(|it| it.done.is_none())
                .collect(),
            follow_ups_total: 12,
            unproven: vec![Unproven {
                run: RunId::new(ulid(40)),
                connection: first.connection.clone(),
                provider_name: first.provider_name.clone(),
                name: first.name.clone(),
                kind: tagout::domain::credential::TokenKind::Access,
                fingerprint: "9f2c41d07e5ab363".into(),
                outcome: Outcome::StillAlive,
                residual_until: Some(Residual::Never),
            }],
            unproven_total: 1,
        },
        version: it.version + 1,
        ..it
    }
}

fn row(it: &Walkthrough) -> WalkthroughRow {
    WalkthroughRow {
        id: it.id.clone(),
        title: it.title.clone(),
        by: it.by.clone(),
        terms: it.terms.clone(),
        page: it.page,
        state: it.state,
        created_at: it.created_at,
        begun_at: it.decided.as_ref().map(|it| it.at),
        ended_at: it.ended_at,
        planned_for: it.planned.as_ref().map(|it| it.at),
        targets: it.targets,
    }
}
