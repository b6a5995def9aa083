//! What is said before a disconnect against what it does, over every way in which connections share a grant.

use tagout::domain::connection::Status;
use tagout::domain::disconnect::plan::Plan;
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::provider::OwnerScope;
use tagout::domain::trial::Outcome;
use tagout::wire::request::{Target, Window};
use tagout::wire::rpc;
use tagout::wire::rpc::{Connect, Disconnect, PlanTerms};
use tagout::wire::view::{self, Page};

use crate::house::{BOT, CAROL, House, connecting};
use crate::vendors::connected;

/// Which connections there are.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// One, and nobody else of its account.
    Alone,
    /// One account twice, and another account.
    Twice,
    /// Two providers of one group, whose call ends the whole project.
    Group,
}

/// How many of them are disconnected together, and by which terms.
const CASES: [(Shape, usize, bool); 8] = [
    (Shape::Alone, 1, false),
    (Shape::Alone, 1, true),
    (Shape::Twice, 1, false),
    (Shape::Twice, 1, true),
    (Shape::Twice, 2, false),
    (Shape::Group, 1, false),
    (Shape::Group, 1, true),
    (Shape::Group, 2, false),
];

async fn made(house: &mut House, shape: Shape) -> Vec<view::Connection> {
    match shape {
        Shape::Alone => vec![house.connect("ledger", BOT).await],
        Shape::Twice => {
            let first = house.connect("ledger", BOT).await;
            let own = Connect {
                scope: Some(OwnerScope::Personal),
                name: Some("own".to_owned()),
                ..connecting("ledger")
            };
            let flow = house.begin(own).await;
            let second = house.authorize(flow, BOT).await;
            vec![first, second, house.connect("ledger", CAROL).await]
        }
        Shape::Group => {
            let mut all = Vec::new();
            for provider in ["gmail", "google-calendar"] {
                let setups = house.sandbox.setups();
                let setup = setups.iter().find(|it| it.provider == provider).unwrap();
                all.push(connected(house, setup).await);
            }
            all
        }
    }
}

async fn planned(house: &House, chosen: &[view::Connection], wider: bool) -> Vec<Plan> {
    let connections = chosen.iter().map(|it| it.id.to_string()).collect();
    let terms = PlanTerms {
        wider,
        ..PlanTerms::default()
    };
    house.ask(rpc::Plan { connections, terms }).await
}

/// Disconnects as it was planned; the runs, in the order of the plans.
async fn done(house: &mut House, plans: &[Plan], wider: bool) -> Vec<view::Run> {
    let target = |plan: &Plan| Target {
        connection: plan.connection.to_string(),
        version: Some(plan.version),
    };
    let asked = Disconnect {
        targets: plans.iter().map(target).collect(),
        reason: Reason::Unused,
        note: String::new(),
        ticket: None,
        if_unreachable: IfUnreachable::Destroy,
        uninstall: false,
        allow_wider: wider,
        destroy_at_once: false,
        swap: false,
    };
    house.ask(asked).await;
    let runs = || {
        rpc::Runs(Window {
            limit: 10,
            ..Window::default()
        })
    };
    let all_ended = |page: &Page<view::RunRow>| {
        page.rows.len() == plans.len() && page.rows.iter().all(|row| row.ended_at.is_some())
    };
    let rows = house.until(runs, all_ended).await.rows;
    let mut ended = Vec::new();
    for plan in plans {
        let mut of = rows.iter().filter(|row| row.connection == plan.connection);
        ended.push(house.run(&of.next().unwrap().id).await);
    }
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_before_is_what_happens() {
    for (shape, together, wider) in CASES {
        let case = format!("{shape:?}, {together} together, wider: {wider}");
        let mut house = House::new().await;
        let all = made(&mut house, shape).await;
        let (chosen, others) = all.split_at(together);
        let plans = planned(&house, chosen, wider).await;
        let runs = done(&mut house, &plans, wider).await;
        for (plan, run) in plans.iter().zip(&runs) {
            // The run was shown the same.
            assert_eq!(run.plan.tokens, plan.tokens, "{case}");
            assert_eq!(run.plan.shares_grant_with, plan.shares_grant_with, "{case}");
            assert_eq!(run.plan.narrowed, plan.narrowed, "{case}");
            for token in &plan.tokens {
                let mut of = run
                    .tokens
                    .iter()
                    .filter(|it| it.credential == token.credential);
                let found = of.next().unwrap();
                let called = found.evidence.endpoint.is_some();
                assert_eq!(called, token.can_revoke, "{case}: {found:#?}");
                if token.can_revoke && token.can_prove {
                    assert!(found.outcome.unwrap().proven(), "{case}: {found:#?}");
                }
            }
            for call in &plan.narrowed {
                assert!(
                    !call.contains('{') && call.contains("http://"),
                    "{case}: {call}"
                );
            }
            let is_narrow = !wider && plan.spared().next().is_some();
            assert_eq!(plan.narrowed.is_empty(), !is_narrow, "{case}");
        }
        // What one of them ended of the others is proven dead by the call that did it, and not found dead before.
        for token in runs
            .iter()
            .filter(|_| together > 1)
            .flat_map(|run| &run.tokens)
        {
            assert_eq!(
                token.outcome,
                Some(Outcome::VerifiedDead),
                "{case}: {token:#?}"
            );
            assert!(token.evidence.endpoint.is_some(), "{case}: {token:#?}");
        }
        // Whom it said to die is dead, and whom it said to spare is in service.
        for other in others {
            let now = house.connection(other.id.as_str()).await;
            let is = |it: &tagout::domain::disconnect::plan::Other| it.id == other.id;
            let dies = plans.iter().any(|plan| plan.dying().any(is));
            let shares = plans
                .iter()
                .any(|plan| plan.shares_grant_with.iter().any(is));
            if dies && matches!(shape, Shape::Group) {
                assert_eq!(now.status, Status::ReconnectRequired, "{case}");
            } else if !dies {
                // Ledger keeps the grants of one account apart, so that its second one survives what might have ended it.
                assert_eq!(now.status, Status::Connected, "{case}");
            }
            let affected = plans.iter().flat_map(|plan| &plan.other_connections);
            for it in affected.filter(|it| it.id == other.id) {
                assert_eq!(it.affected, dies, "{case}");
            }
            let same_account = other.account.id == all[0].account.id;
            assert_eq!(shares, same_account && together == 1, "{case}");
        }
    }
}
