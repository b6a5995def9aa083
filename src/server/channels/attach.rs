//! Joins the watched channels of one connection, one after the other, and says what became of each.

use std::sync::Arc;
use std::time::Duration;

use super::{AGAIN, is_in, not_asked_any_more, thing};
use crate::domain::audit::channels::{ChannelAttached, ChannelsAttached};
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::channel::{Attached, Attachment};
use crate::domain::connection::Connection;
use crate::domain::disconnect::run::FollowUp;
use crate::domain::id::FollowUpId;
use crate::domain::provider::{ChannelsSpec, JoinSpec, ManualWhen, ProviderFile};
use crate::domain::trial::{CallAnswer, CallVerdict};
use crate::domain::webhook::ConfigItem;
use crate::providers::OwnName;
use crate::server::caller::server_entry;
use crate::server::health::{self, HealthAnswer};
use crate::server::tokens::UsableToken;
use crate::server::vendor::VendorSession;
use crate::server::{Server, clock_and_ids, follow_ups, tokens};
use crate::store::StoreError;
use crate::store::facts::{ChannelResults as Written, FollowUpChanges};
use crate::wire::Topic;

/// No vendor's limit is over earlier than that.
const SOONEST: Duration = Duration::from_millis(200);

/// So long it is waited for whether the token itself is refused.
const PATIENCE: Duration = Duration::from_secs(3);

/// Why it is not settled yet.
pub(super) enum NotNow {
    /// It is tried again after so long.
    Later { wait: Duration, why: String },
    /// Our own store refused.
    Store(StoreError),
}

impl From<StoreError> for NotNow {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn later(why: impl ToString) -> NotNow {
    NotNow::Later {
        wait: AGAIN,
        why: why.to_string(),
    }
}

/// Settles what becomes of each watched channel of a connection that is not settled in its generation. Each answer is kept
/// before the next channel is joined.
pub(super) async fn all(server: &Arc<Server>, connection: &Connection) -> Result<(), NotNow> {
    let Some(file) = server.provider(&connection.provider) else {
        return Ok(());
    };
    let Some(spec) = &file.channels else {
        return Ok(());
    };
    let Some(join) = &spec.join else {
        return Ok(());
    };
    let joins = Joins {
        server,
        connection,
        file: &file,
        spec,
        join,
    };
    for channel in server.store.channels_of(&connection.id)? {
        if channel.is_to_attach(connection.generation) {
            let outcome = joins.attach(&channel).await?;
            joins.keep(&channel, outcome).await?;
        }
    }
    joins.tell().await
}

/// What is joined with.
struct Joins<'a> {
    server: &'a Arc<Server>,
    connection: &'a Connection,
    file: &'a ProviderFile,
    spec: &'a ChannelsSpec,
    join: &'a JoinSpec,
}

impl Joins<'_> {
    /// What becomes of a channel. What its list said before the authorization says nothing of whether we are in it.
    async fn attach(&self, channel: &ConfigItem) -> Result<Attached, NotNow> {
        let since = self.connection.connected_at.unwrap_or_default();
        if is_in(self.server, self.spec, channel, since)? {
            return Ok(Attached::AlreadyIn);
        }
        let thing = thing(self.server, self.spec, channel)?;
        if thing.is_some_and(|it| self.spec.is_private(&it.body)) {
            return Ok(Attached::InviteNeeded);
        }
        let granted = &self.connection.scopes_granted;
        let answer = self.ask(channel).await?;
        match answer.verdict {
            CallVerdict::Accepted => Ok(Attached::Joined),
            CallVerdict::Gone => Ok(Attached::AlreadyIn),
            CallVerdict::Limited => {
                let until = answer
                    .not_before
                    .map(|at| at.duration_since(clock_and_ids::now()));
                let wait = until.map_or(AGAIN, |wait| Duration::try_from(wait).unwrap_or_default());
                Err(NotNow::Later {
                    wait: wait.max(SOONEST),
                    why: answer.reason,
                })
            }
            CallVerdict::Unreachable | CallVerdict::Lost => Err(later(answer.reason)),
            CallVerdict::Rejected
            | CallVerdict::ClientRefused
            | CallVerdict::Unsupported
            | CallVerdict::NotSent => Ok(Attached::Failed {
                why: self.join.advice(&answer.reason, granted, &self.file.name),
            }),
        }
    }

    async fn ask(&self, channel: &ConfigItem) -> Result<CallAnswer, NotNow> {
        let usable = tokens::usable(self.server, &self.connection.id).await;
        let usable = usable.map_err(later)?;
        // Of a token of another generation nothing is said here.
        if usable.connection.generation != self.connection.generation {
            return Err(later("it was authorized anew"));
        }
        let vendor = VendorSession::of_connection(self.server, &usable.connection).await;
        let vendor = vendor.map_err(|problem| later(problem.message))?;
        let own = OwnName {
            name: &self.spec.param,
            value: &channel.from,
        };
        let (connection, secret) = (&usable.connection, &usable.secret);
        let answer = vendor
            .call_about(connection, &self.join.call(), secret, own)
            .await;
        if answer.verdict == CallVerdict::Rejected {
            self.is_alive(usable).await?;
        }
        Ok(answer)
    }

    /// A refusal speaks of the channel as long as the token itself is not refused.
    async fn is_alive(&self, usable: UsableToken) -> Result<(), NotNow> {
        match health::ask(self.server, usable, Some(PATIENCE)).await? {
            HealthAnswer::Alive(_) | HealthAnswer::Unknown(..) => Ok(()),
            HealthAnswer::Refused(why) | HealthAnswer::Doubted(why) => Err(later(why)),
            HealthAnswer::OutOfService(_) => Err(later("it is out of service")),
        }
    }

    async fn keep(&self, channel: &ConfigItem, outcome: Attached) -> Result<(), StoreError> {
        let before = channel.attached.as_ref();
        let attachment = Attachment {
            follow_up: before.and_then(|it| it.follow_up.clone()),
            generation: self.connection.generation,
            at: clock_and_ids::now(),
            outcome,
            is_told: false,
        };
        self.server.store.channel_settled(channel, attachment).await
    }

    /// Says what became of all that was settled since it was last said.
    async fn tell(&self) -> Result<(), NotNow> {
        let (server, generation) = (self.server, self.connection.generation);
        let (mut told, mut left, mut channels) =
            (Vec::new(), FollowUpChanges::default(), Vec::new());
        let mut entries = Vec::new();
        for mut channel in server.store.channels_of(&self.connection.id)? {
            let Some(mut settled) = channel.attached_in(generation).cloned() else {
                continue;
            };
            let is_invited = settled.outcome == Attached::InviteNeeded
                && is_in(server, self.spec, &channel, settled.at)?;
            if is_invited {
                (settled.outcome, settled.at) = (Attached::AlreadyIn, clock_and_ids::now());
            } else if settled.is_told {
                continue;
            }
            match settled.outcome {
                Attached::InviteNeeded => {
                    settled.follow_up = self.invitation(&channel, &mut left, &mut entries)?;
                }
                Attached::Joined | Attached::AlreadyIn => {
                    let note = format!("{} lets us into the channel", self.file.name);
                    let closed = not_asked_any_more(server, &channel, &note)?.closed;
                    left.closed.extend(closed);
                    settled.follow_up = None;
                }
                // We are not in it, so that whoever was asked to invite us still is.
                Attached::Failed { .. } => {}
            }
            told.push(ChannelAttached {
                id: channel.from.clone(),
                name: channel.to.clone(),
                outcome: settled.outcome.outcome(),
                why: settled.outcome.why().to_owned(),
            });
            settled.is_told = true;
            channel.attached = Some(settled);
            channels.push(channel);
        }
        if told.is_empty() {
            return Ok(());
        }
        entries.insert(0, self.entry(told));
        let written = Written {
            connection: self.connection.id.clone(),
            generation,
            channels,
            left,
            entries,
            entities: self.watched_entities(),
            at: clock_and_ids::now(),
        };
        server.store.channels_attached(written).await?;
        server.schedule.ring();
        server.hub.tell([
            Topic::Connections,
            Topic::Connection(self.connection.id.clone()),
            Topic::FollowUps,
            Topic::Jobs,
            Topic::Audit,
        ]);
        Ok(())
    }

    fn entry(&self, channels: Vec<ChannelAttached>) -> NewEntry {
        let is_well = channels.iter().all(|it| it.why.is_empty());
        let event = Event::ChannelsAttached(ChannelsAttached {
            name: self.connection.name.clone(),
            provider: self.connection.provider.clone(),
            generation: self.connection.generation,
            channels,
        });
        let outcome = match is_well {
            true => AuditOutcome::Done,
            false => AuditOutcome::Warning,
        };
        server_entry(event, &self.connection.id, outcome)
    }

    /// Asks a person to be invited, once. What took us out of the channel was a disconnect: without one nobody is asked.
    fn invitation(
        &self,
        channel: &ConfigItem,
        left: &mut FollowUpChanges,
        entries: &mut Vec<NewEntry>,
    ) -> Result<Option<FollowUpId>, StoreError> {
        let store = &self.server.store;
        let asked = channel
            .attached
            .as_ref()
            .and_then(|it| it.follow_up.clone());
        if let Some(id) = asked
            && store.follow_up(&id)?.done.is_none()
        {
            return Ok(Some(id));
        }
        let Some(run) = store.last_run_of(&self.connection.id)? else {
            return Ok(None);
        };
        let follow_up = FollowUp {
            id: clock_and_ids::follow_up(),
            connection: self.connection.id.clone(),
            account: self.connection.account.id.clone(),
            run,
            also: Vec::new(),
            text: channel.invitation(),
            url: None,
            checked_on: None,
            when: Some(ManualWhen::Always),
            opened_at: clock_and_ids::now(),
            done: None,
            assigned: None,
        };
        let id = follow_up.id.clone();
        entries.push(follow_ups::opened(&follow_up));
        left.opened.push(follow_up);
        Ok(Some(id))
    }

    /// The entities of whose lists there is one for each channel.
    fn watched_entities(&self) -> Vec<String> {
        let lists = self.file.sync.iter();
        let each = lists.filter(|sync| sync.for_each.as_ref() == Some(&self.spec.entity));
        each.map(|sync| sync.entity.clone()).collect()
    }
}
