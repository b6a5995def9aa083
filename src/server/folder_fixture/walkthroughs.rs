//! Walkthroughs that are not over.

use std::sync::Arc;

use crate::domain::disconnect::run::{IfUnreachable, Reason};
use crate::domain::id::ConnectionId;
use crate::domain::walkthrough::{TargetChoice, Terms, WalkPage, WalkState};
use crate::server::Server;
use crate::server::resume_tests::ask;
use crate::wire::request::Target;
use crate::wire::rpc;
use crate::wire::walkthrough::{Walkthrough, WalkthroughDraft};

/// Left on its plan page.
pub(super) async fn draft(server: &Arc<Server>, title: &str, of: Vec<ConnectionId>) -> Walkthrough {
    let target = |id: ConnectionId| Target {
        connection: id.to_string(),
        version: None,
    };
    let draft = WalkthroughDraft {
        id: None,
        version: None,
        title: Some(title.to_owned()),
        choice: TargetChoice::Named,
        targets: Some(of.into_iter().map(target).collect()),
        left_out: Vec::new(),
        look_again: false,
        terms: Terms {
            reason: Reason::Unused,
            note: String::new(),
            ticket: Some("OPS-7".to_owned()),
            if_unreachable: IfUnreachable::Destroy,
            uninstall: false,
            allow_wider: false,
            tag: false,
            destroy_at_once: false,
        },
        page: WalkPage::Plan,
    };
    ask(server, rpc::WalkthroughSave(draft)).await
}

/// Stopped while the first of its runs was under way.
pub(super) async fn half_done(server: &Arc<Server>, walkthrough: Walkthrough) {
    let id = walkthrough.id;
    let mut changes = server.hub.listen();
    let begin = rpc::WalkthroughBegin {
        id: id.clone(),
        version: None,
    };
    let mut now = ask(server, begin).await;
    loop {
        let targets = now.targets;
        match now.state {
            WalkState::Stopped if targets.ended == 1 && targets.running == 0 => break,
            WalkState::Running if targets.running == 1 => {
                let stop = rpc::WalkthroughStop { id: id.clone() };
                ask(server, stop).await;
            }
            WalkState::Draft | WalkState::Running | WalkState::Stopped => {
                changes.recv().await.unwrap();
            }
            WalkState::Planned | WalkState::Fallen | WalkState::Finished => panic!("{now:#?}"),
        }
        now = ask(server, rpc::Walkthrough { id: id.to_string() }).await;
    }
    assert_eq!(now.targets.not_begun, 1);
}
