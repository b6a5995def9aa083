//! Who may: every connection that is taken along has to be the caller's to manage.

use tagout::domain::audit::AuditOutcome;
use tagout::domain::user::Role;
use tagout::domain::walkthrough::{TargetChoice, WalkState};
use tagout::wire::Code;
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::view::Page;
use tagout::wire::walkthrough::{WalkthroughDraft, WalkthroughRow};

use crate::fleet::{Fleet, beginning, draft, window};

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_forbidden_keeps_all_from_beginning() {
    let mut fleet = Fleet::start(4, 8).await;
    fleet.attach(Some(Role::Member)).await;
    let saved = fleet.save(draft(TargetChoice::All)).await;
    assert!(saved.refused.is_some());
    let problem = fleet.refused(beginning(&saved.id)).await;
    assert_eq!(problem.code, Code::Forbidden);
    assert_eq!(fleet.begun("walkthrough.begun").await, (0, 0));
    let refused = fleet.entries("connection.disconnect").await;
    assert_eq!(refused.len(), 1);
    assert_eq!(
        (refused[0].outcome, refused[0].role.as_str()),
        (AuditOutcome::Refused, "member")
    );
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_neither_stops_nor_goes_on_with_what_is_the_workspaces() {
    let mut fleet = Fleet::start(4, 1).await;
    fleet.vendor.shut(true);
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    fleet.vendor.until_revoking(1).await;
    fleet.attach(Some(Role::Member)).await;
    let stop = rpc::WalkthroughStop { id: id.clone() };
    assert_eq!(fleet.refused(stop).await.code, Code::Forbidden);
    let now = fleet.walkthrough(&id).await;
    assert_eq!(now.state, WalkState::Running);
    assert!(now.refused.is_some());
    fleet.vendor.shut(false);
    fleet.finished(&id).await;
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_its_owners_and_shown_to_those_who_manage() {
    let mut fleet = Fleet::start(2, 8).await;
    let saved = fleet.save(draft(TargetChoice::All)).await;
    fleet.hand_over(&saved.id).await;
    let listed = async |fleet: &Fleet| {
        let page: Page<WalkthroughRow> = fleet.ask(rpc::Walkthroughs(window())).await;
        page.rows.len()
    };
    assert_eq!(listed(&fleet).await, 1);
    assert_eq!(fleet.walkthrough(&saved.id).await.by, "bob");

    fleet.attach(Some(Role::Member)).await;
    assert_eq!(listed(&fleet).await, 0);
    let id = || saved.id.clone();
    let change = WalkthroughDraft {
        id: Some(id()),
        ..draft(TargetChoice::All)
    };
    let hidden: [Request; 6] = [
        rpc::Walkthrough {
            id: id().to_string(),
        }
        .into(),
        rpc::Walkthrough {
            id: id().as_str()[..20].to_owned(),
        }
        .into(),
        rpc::WalkthroughTargets {
            id: id(),
            window: window(),
        }
        .into(),
        rpc::WalkthroughSave(change).into(),
        rpc::WalkthroughDiscard { id: id() }.into(),
        beginning(&saved.id).into(),
    ];
    for request in hidden {
        assert_eq!(fleet.refused(request).await.code, Code::NotFound);
    }
    fleet.attach(None).await;
    fleet.ask(rpc::WalkthroughDiscard { id: id() }).await;
    assert_eq!(listed(&fleet).await, 0);
    let gone = fleet.refused(rpc::WalkthroughStop { id: id() }).await;
    assert_eq!(gone.code, Code::NotFound);
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_saves_no_drafts() {
    let mut fleet = Fleet::start(2, 8).await;
    fleet.attach(Some(Role::Agent)).await;
    let save = rpc::WalkthroughSave(draft(TargetChoice::All));
    assert_eq!(fleet.refused(save).await.code, Code::Forbidden);
    let none: Page<WalkthroughRow> = fleet.ask(rpc::Walkthroughs(window())).await;
    assert_eq!(none.rows, Vec::<WalkthroughRow>::new());
    fleet.end().await;
}
