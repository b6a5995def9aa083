//! Begin, stop, go on, and what stands in the way.

use std::collections::{BTreeMap, BTreeSet};

use tagout::domain::connection::Status;
use tagout::domain::id::WalkthroughId;
use tagout::domain::trial::{Basis, Outcome};
use tagout::domain::walkthrough::{TargetChoice, WalkPage, WalkState};
use tagout::wire::Code;
use tagout::wire::request::Target;
use tagout::wire::rpc;
use tagout::wire::rpc::Disconnect;
use tagout::wire::view::{self, Page, Run};
use tagout::wire::walkthrough::{Walkthrough, WalkthroughDraft, WalkthroughRow};

use crate::fleet::{Fleet, beginning, connection, draft, window};

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_somebody_goes_out_of_service_and_nothing_else() {
    let mut fleet = Fleet::start(6, 2).await;
    let choice = TargetChoice::Matching {
        provider: None,
        owner: Some("bob".to_owned()),
    };
    let saved = fleet.save(draft(choice)).await;
    assert_eq!(
        (saved.title.as_str(), saved.state),
        ("everything of bob", WalkState::Draft)
    );
    assert_eq!((saved.targets.chosen, saved.targets.not_begun), (3, 3));
    let begun = fleet.begin(&saved.id).await;
    assert_eq!(
        (begun.state, begun.page),
        (WalkState::Running, WalkPage::Run)
    );
    let ended = fleet
        .until(&saved.id, |now| now.state == WalkState::Finished)
        .await;
    assert_eq!((ended.targets.ended, ended.targets.not_begun), (3, 0));
    assert_eq!((ended.done.steps, ended.done.steps_total), (21, 21));
    assert_eq!(ended.done.tokens, 6);
    assert_eq!(ended.done.counts.credentials_destroyed, 6);
    assert_eq!(ended.done.outcomes.len(), 1);
    assert_eq!(ended.done.outcomes[0].outcome, Outcome::VerifiedDead);
    assert_eq!((ended.left.unproven_total, ended.page), (0, WalkPage::Rest));
    for target in fleet.targets(&saved.id).await {
        assert_eq!((target.owner.as_str(), target.proven), ("bob", 2));
        let id = target.run.unwrap().to_string();
        let run: Run = fleet.ask(rpc::Run { id }).await;
        assert_eq!(run.walkthrough.as_ref(), Some(&saved.id));
    }
    assert_eq!(fleet.begun("walkthrough.finished").await, (3, 1));
    let page: Page<view::Connection> = fleet.ask(rpc::Connections(window())).await;
    let of_the_workspace = page.rows.iter().filter(|it| it.owner == "workspace");
    assert!(
        of_the_workspace
            .clone()
            .all(|it| it.status == Status::Connected)
    );
    let listed: Page<WalkthroughRow> = fleet.ask(rpc::Walkthroughs(window())).await;
    assert_eq!((listed.total, listed.rows[0].targets), (1, ended.targets));
    fleet.end().await;
}

/// What the proofs of each target rest on.
async fn bases(fleet: &Fleet, id: &WalkthroughId) -> Vec<Vec<Option<Basis>>> {
    let mut all = Vec::new();
    for target in fleet.targets(id).await {
        let id = target.run.unwrap().to_string();
        let run: Run = fleet.ask(rpc::Run { id }).await;
        let tokens = run.tokens.into_iter();
        all.push(tokens.map(|token| token.proof.unwrap().basis).collect());
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_one_of_a_provider_stands_beside_the_others() {
    let mut fleet = Fleet::start(6, 16).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    let ended = fleet.finished(&id).await;
    assert_eq!(ended.left.unproven_total, 0);
    let bases = bases(&fleet, &id).await;
    let rests_on = |basis| {
        let is_it = |tokens: &&Vec<_>| tokens.iter().all(|it| *it == Some(basis));
        bases.iter().filter(is_it).count()
    };
    assert_eq!((rests_on(Basis::Control), rests_on(Basis::Time)), (5, 1));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_goes_last_where_somebody_stays() {
    let mut fleet = Fleet::start(6, 16).await;
    let choice = TargetChoice::Matching {
        provider: None,
        owner: Some("bob".to_owned()),
    };
    fleet.vendor.shut(true);
    let id = fleet.save(draft(choice)).await.id;
    fleet.begin(&id).await;
    fleet.vendor.until_revoking(3).await;
    fleet.vendor.shut(false);
    fleet.finished(&id).await;
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_between_connections_it_goes_on_with_the_rest_and_none_twice() {
    let mut fleet = Fleet::start(6, 2).await;
    fleet.vendor.shut(true);
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    fleet.vendor.until_revoking(2).await;
    let stopped: Walkthrough = fleet.ask(rpc::WalkthroughStop { id: id.clone() }).await;
    assert_eq!(
        (stopped.state, stopped.stopped_because.as_str()),
        (WalkState::Stopped, "by me")
    );
    assert_eq!((stopped.targets.running, stopped.targets.not_begun), (2, 4));
    fleet.vendor.shut(false);
    let now = fleet.until(&id, |now| now.targets.ended == 2).await;
    assert_eq!((now.state, now.targets.not_begun), (WalkState::Stopped, 4));
    assert_eq!(fleet.status().await.connections["connected"], 4);
    let again = rpc::WalkthroughStop { id: id.clone() };
    assert_eq!(fleet.refused(again).await.code, Code::Conflict);

    let _goes_on: Walkthrough = fleet.ask(rpc::WalkthroughGoOn { id: id.clone() }).await;
    let ended = fleet.finished(&id).await;
    assert_eq!(
        (ended.targets.ended, ended.stopped_because.as_str()),
        (6, "")
    );
    assert_eq!(fleet.begun("connection.disconnect_begun").await, (6, 6));
    let more = rpc::WalkthroughGoOn { id };
    assert_eq!(fleet.refused(more).await.code, Code::Conflict);
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_are_under_way_than_was_said() {
    let mut fleet = Fleet::start(5, 2).await;
    fleet.vendor.shut(true);
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    fleet.vendor.until_revoking(2).await;
    // Each of the two has asked both questions that there are about its tokens, and now calls; what a made-up token is
    // answered is asked once for both, or by each where they begin together.
    let asked = fleet.vendor.asked();
    assert!((8..=16).contains(&asked), "{asked}");
    let now = fleet.walkthrough(&id).await;
    assert_eq!((now.targets.running, now.targets.not_begun), (2, 3));
    fleet.vendor.shut(false);
    fleet.until(&id, |now| now.targets.ended == 5).await;
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_that_share_a_grant_are_all_out_of_service_before_the_first_call() {
    let mut fleet = Fleet::sharing(6, 1, 3).await;
    fleet.vendor.shut(true);
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    fleet.vendor.until_revoking(1).await;
    let targets = fleet.targets(&id).await;
    let begun: BTreeSet<_> = targets.iter().filter(|it| it.run.is_some()).collect_ids();
    assert_eq!(begun, (0..3).map(connection).collect());
    fleet.vendor.shut(false);
    let ended = fleet.finished(&id).await;
    // Nobody of the grant was left in service, so no call was left out.
    let outcomes: BTreeMap<_, _> = ended
        .done
        .outcomes
        .iter()
        .map(|it| (it.outcome.words(), it.count))
        .collect();
    assert_eq!(
        outcomes,
        BTreeMap::from([(Outcome::VerifiedDead.words(), 12)])
    );
    fleet.end().await;
}

trait CollectIds {
    fn collect_ids(self) -> BTreeSet<String>;
}

impl<'a, I: Iterator<Item = &'a tagout::wire::walkthrough::WalkthroughTarget>> CollectIds for I {
    fn collect_ids(self) -> BTreeSet<String> {
        self.map(|it| it.connection.to_string()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_it_was_looked_at_is_named_and_nothing_begins() {
    let mut fleet = Fleet::start(4, 8).await;
    let saved = fleet.save(draft(TargetChoice::All)).await;
    let renamed = rpc::Configure {
        name: connection(2),
        new_name: Some("renamed".to_owned()),
        vars: BTreeMap::new(),
        moves: false,
    };
    let _connection: view::Connection = fleet.ask(renamed).await;
    let problem = fleet.refused(beginning(&saved.id)).await;
    assert_eq!(problem.code, Code::Conflict);
    assert!(problem.message.contains("1 of 4"), "{problem}");
    assert!(problem.message.contains("Acme · renamed"), "{problem}");
    assert_eq!(fleet.begun("walkthrough.begun").await, (0, 0));
    let now = fleet.walkthrough(&saved.id).await;
    assert_eq!(now.changed.len(), 1);
    assert_eq!(now.changed[0].connection.to_string(), connection(2));
    assert!(fleet.targets(&saved.id).await[2].changed.is_some());

    // What was not chosen may change; what is looked at anew is as it was looked at.
    let without = WalkthroughDraft {
        id: Some(saved.id.clone()),
        left_out: vec![connection(2).parse().unwrap()],
        ..draft(TargetChoice::All)
    };
    let now = fleet.save(without.clone()).await;
    assert_eq!((now.changed.len(), now.targets.left_out), (0, 1));
    let anew = WalkthroughDraft {
        look_again: true,
        left_out: vec![],
        ..without
    };
    assert_eq!(fleet.save(anew).await.changed, []);
    fleet.begin(&saved.id).await;
    fleet.until(&saved.id, |now| now.targets.ended == 4).await;
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_look_at_the_draft_itself_is_a_conflict() {
    let mut fleet = Fleet::start(2, 8).await;
    let saved = fleet.save(draft(TargetChoice::All)).await;
    let change = WalkthroughDraft {
        id: Some(saved.id.clone()),
        version: Some(saved.version),
        ..draft(TargetChoice::All)
    };
    let changed = fleet.save(change.clone()).await;
    assert!(changed.version > saved.version);
    let save = rpc::WalkthroughSave(change);
    assert_eq!(fleet.refused(save).await.code, Code::Conflict);
    let begin = rpc::WalkthroughBegin {
        id: saved.id,
        version: Some(saved.version),
    };
    assert_eq!(fleet.refused(begin).await.code, Code::Conflict);
    assert_eq!(fleet.begun("walkthrough.begun").await, (0, 0));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_out_of_service_meanwhile_is_passed_over() {
    let mut fleet = Fleet::start(3, 1).await;
    fleet.vendor.shut(true);
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    fleet.vendor.until_revoking(1).await;
    let _alone: Vec<Run> = fleet.ask(disconnect(&[2])).await;
    fleet.vendor.shut(false);
    let ended = fleet.finished(&id).await;
    assert_eq!((ended.targets.ended, ended.targets.passed_over), (2, 1));
    let target = &fleet.targets(&id).await[2];
    assert!(target.passed_over.as_ref().unwrap().ends_with("already"));
    assert_eq!(fleet.begun("walkthrough.passed_over").await, (3, 1));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_of_several_is_a_walkthrough() {
    let mut fleet = Fleet::start(4, 8).await;
    let runs: Vec<Run> = fleet.ask(disconnect(&[0, 1, 3, 3])).await;
    let of: BTreeSet<_> = runs.iter().map(|run| run.connection.to_string()).collect();
    assert_eq!(of, [0, 1, 3].map(connection).into());
    let id = runs[0].walkthrough.clone().unwrap();
    let ended = fleet.finished(&id).await;
    assert_eq!(
        (ended.targets.ended, ended.title.as_str()),
        (3, "3 connections")
    );
    // Nothing is left over of one that could not begin.
    let mut asked = disconnect(&[0, 2]);
    asked.targets[1].version = Some(99);
    let problem = fleet.refused(asked).await;
    assert_eq!(problem.code, Code::Conflict);
    let listed: Page<WalkthroughRow> = fleet.ask(rpc::Walkthroughs(window())).await;
    assert_eq!((listed.total, listed.rows.len()), (1, 1));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_service_is_nothing_to_choose() {
    let mut fleet = Fleet::start(2, 8).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    fleet.finished(&id).await;
    let named = |targets: Vec<Target>| WalkthroughDraft {
        targets: Some(targets),
        ..draft(TargetChoice::Named)
    };
    let revoked = Target {
        connection: connection(0),
        version: None,
    };
    let nobody = TargetChoice::Matching {
        provider: None,
        owner: Some("nobody".to_owned()),
    };
    for draft in [
        draft(TargetChoice::All),
        draft(nobody),
        named(vec![revoked]),
        named(vec![]),
    ] {
        let save = rpc::WalkthroughSave(draft);
        assert_eq!(fleet.refused(save).await.code, Code::NotFound);
    }
    fleet.end().await;
}

pub(crate) fn disconnect(of: &[u32]) -> Disconnect {
    let terms = draft(TargetChoice::Named).terms;
    Disconnect {
        targets: of
            .iter()
            .map(|n| Target {
                connection: connection(*n),
                version: None,
            })
            .collect(),
        reason: terms.reason,
        note: terms.note,
        ticket: terms.ticket,
        if_unreachable: terms.if_unreachable,
        uninstall: terms.uninstall,
        allow_wider: terms.allow_wider,
        destroy_at_once: false,
        swap: false,
    }
}
