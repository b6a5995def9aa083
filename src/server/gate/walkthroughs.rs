//! What is done to walkthroughs, and through them to every connection that they take along.

use super::about::{disconnects_all, drafts, ends, one, own, walks};
use super::{Need, Needs, Requirement};
use crate::domain::walkthrough::WalkState;
use crate::server::caller::Caller;
use crate::server::{Server, walkthrough};
use crate::wire::{Problem, rpc};

impl Needs for rpc::WalkthroughSave {
    fn needs(&mut self, server: &Server, caller: &Caller) -> Result<Vec<Requirement>, Problem> {
        match &self.0.id {
            Some(id) => Ok(vec![drafts(server, caller, "walkthrough.save", id)?]),
            None => one("walkthrough.save", "", Need::Manage(own(caller))),
        }
    }
}

impl Needs for rpc::WalkthroughBegin {
    fn needs(&mut self, server: &Server, caller: &Caller) -> Result<Vec<Requirement>, Problem> {
        let mut all = vec![drafts(server, caller, "walkthrough.begin", &self.id)?];
        all.extend(disconnects_all(
            server,
            caller,
            "connection.disconnect",
            &self.id,
        )?);
        all.extend(ends(server, "walkthrough.begin", &self.id)?);
        Ok(all)
    }
}

impl Needs for rpc::WalkthroughPlan {
    fn needs(&mut self, server: &Server, caller: &Caller) -> Result<Vec<Requirement>, Problem> {
        if self.at.is_none() {
            return walks(server, caller, "walkthrough.cancel", &self.id);
        }
        let mut all = vec![drafts(server, caller, "walkthrough.plan", &self.id)?];
        let action = "connection.disconnect";
        all.extend(disconnects_all(server, caller, action, &self.id)?);
        all.extend(ends(server, "walkthrough.plan", &self.id)?);
        Ok(all)
    }
}

impl Needs for rpc::WalkthroughStop {
    fn needs(&mut self, server: &Server, caller: &Caller) -> Result<Vec<Requirement>, Problem> {
        walks(server, caller, "walkthrough.stop", &self.id)
    }
}

impl Needs for rpc::WalkthroughGoOn {
    fn needs(&mut self, server: &Server, caller: &Caller) -> Result<Vec<Requirement>, Problem> {
        disconnects_all(server, caller, "walkthrough.go_on", &self.id)
    }
}

impl Needs for rpc::WalkthroughDiscard {
    fn needs(&mut self, server: &Server, caller: &Caller) -> Result<Vec<Requirement>, Problem> {
        match walkthrough::queries::seen(server, caller, &self.id)?.state {
            WalkState::Draft => Ok(vec![drafts(
                server,
                caller,
                "walkthrough.discard",
                &self.id,
            )?]),
            WalkState::Planned
            | WalkState::Running
            | WalkState::Stopped
            | WalkState::Fallen
            | WalkState::Finished => walks(server, caller, "walkthrough.close", &self.id),
        }
    }
}
