//! What can be chosen before anything begins: which connection, which account, how, and what of the time in between.

use super::{ConnectDialog, ConnectFocus};
use crate::console::awaited::AwaitedReply;
use crate::console::context::Context;
use crate::console::widgets::cycle;
use crate::wire::request::FlowKind;
use crate::wire::rpc;
use crate::wire::view::{Meant, ProviderConnection};

impl ConnectDialog {
    /// The same before anything begins: what can be chosen, between what begins it and what does not.
    pub(super) fn ready_round(&self) -> Vec<ConnectFocus> {
        let wants_key = self.wants_key();
        let first = match wants_key {
            true => ConnectFocus::Key,
            false => ConnectFocus::Go,
        };
        let choices = [
            (ConnectFocus::Which, !self.known_here().is_empty()),
            (ConnectFocus::Account, self.knows_account() && !self.swaps),
            (ConnectFocus::Kind, !wants_key),
            (ConnectFocus::Gap, self.missed_events()),
            (ConnectFocus::Go, wants_key),
        ];
        let choices = choices.into_iter().filter(|(_, there)| *there);
        let mut round = vec![first];
        round.extend(choices.map(|(focus, _)| focus));
        round.push(ConnectFocus::Cancel);
        round
    }

    /// Connections out of service that may be taken up again instead of making a new one; none where one was named.
    pub(super) fn known_here(&self) -> &[ProviderConnection] {
        match (&self.provider, self.was_named) {
            (Some(provider), false) => &provider.disconnected,
            (Some(_) | None, _) => &[],
        }
    }

    /// Whether the connection that is meant is not here yet.
    pub(super) fn is_looked_up(&self) -> bool {
        self.target.connection.is_some() && self.before.is_none()
    }

    /// What is given to the server in place of an authorization.
    pub(super) fn wanted(&self) -> &'static str {
        match self.installs() {
            true => "the id of an installation",
            false => "a key",
        }
    }

    /// Whether it is known whose account it was.
    pub(super) fn knows_account(&self) -> bool {
        let before = self.before.as_ref();
        before.is_some_and(|c| !c.account.label.is_empty())
    }

    /// Whether it lacks events of the time out of service.
    fn missed_events(&self) -> bool {
        let before = self.before.as_ref();
        before.is_some_and(|c| c.gaps.iter().any(|gap| gap.to.is_none()))
    }

    /// What is meant, for the sentences that say so.
    pub(super) fn meant(&self) -> Meant {
        Meant {
            swaps: self.swaps,
            other_account: self.other_account,
            fill_gap: self.answers.fill_gap,
            enable_jobs: false,
        }
    }

    /// Another way to authorize, round and round; by a code only where the vendor may have that, which an issuer says
    /// when it is asked.
    pub(super) fn turn(&mut self, forward: bool) {
        let mut kinds = vec![FlowKind::Browser, FlowKind::Paste];
        if self.provider.as_ref().is_some_and(|it| it.device) {
            kinds.push(FlowKind::Remote);
        }
        let to = cycle::neighbour(&kinds, &self.answers.kind, forward);
        self.answers.kind = to.unwrap_or(FlowKind::Browser);
    }

    /// Another of the connections that may be taken up again, or a new one, round and round.
    pub(super) fn turn_which(&mut self, forward: bool, cx: &mut Context<'_>) {
        let known = self.known_here();
        let named = self.target.connection.as_deref();
        let at = known.iter().position(|it| Some(it.id.as_str()) == named);
        let to = cycle::beside(Some(at.unwrap_or(known.len())), known.len() + 1, forward);
        let wanted = known.get(to).map(|it| it.id.as_str().to_owned());
        self.is_chosen = true;
        self.take_up(wanted, cx);
    }

    /// Connecting a provider of which nothing is in service, and one connection was, is to connect that again.
    pub(super) fn take_up_the_only_one(&mut self, cx: &mut Context<'_>) {
        let Some(provider) = &self.provider else {
            return;
        };
        let is_open = !self.was_named && !self.only_app && !self.is_chosen;
        let is_untouched = is_open && self.target.connection.is_none();
        let is_meant = is_untouched && provider.in_service == 0;
        if let ([only], true) = (provider.disconnected.as_slice(), is_meant) {
            let id = only.id.as_str().to_owned();
            self.take_up(Some(id), cx);
        }
    }

    /// This connection is meant, or a new one.
    pub(super) fn take_up(&mut self, connection: Option<String>, cx: &mut Context<'_>) {
        (self.before, self.other_account, self.answers.fill_gap) = (None, false, false);
        self.asked.before = match connection.clone() {
            Some(name) => cx.ask(rpc::Connection { name }),
            None => AwaitedReply::default(),
        };
        self.target.connection = connection;
    }
}
