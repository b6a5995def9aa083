//! How a connection stands after what happens to it. Nothing else moves one, and out of service it comes back by an
//! authorization alone.

use jiff::Timestamp;

use super::{
    Authorization, Badge, Connection, ConnectionEffect, ConnectionEvent, ConnectionRefusal,
    FirstAnswer, Health, Status,
};
use crate::domain::id::ConnectionId;
use crate::domain::webhook::VendorNotice;

impl Connection {
    /// The connection as a further authorization leaves it: in service, of the next generation, with nothing of the one
    /// before it but what people configured.
    #[must_use]
    pub fn authorized(&self, by: Authorization) -> Self {
        let was_named = self.name != self.account.label;
        let name = match by.name {
            Some(name) => name,
            None if was_named => self.name.clone(),
            None => by.label,
        };
        Self {
            name,
            account: by.account,
            status: Status::Connected,
            reason: String::new(),
            health: Health::Healthy,
            works_until: None,
            generation: self.generation + 1,
            connected_at: Some(by.at),
            // It was about the generation before.
            notice: None,
            is_asked_first: false,
            ..self.clone()
        }
    }

    /// One that stands for tokens of this one which are set apart, and is there to be disconnected.
    #[must_use]
    pub fn standing_for(&self, id: ConnectionId, name: String, reason: &str) -> Self {
        Self {
            id,
            name,
            status: Status::ReconnectRequired,
            health: Health::Unknown,
            reason: reason.to_owned(),
            version: 1,
            // Nothing that is known of the tokens is a reason to give them out.
            works_until: None,
            synced_at: None,
            notice: None,
            enabled_before: Vec::new(),
            is_asked_first: false,
            is_given_back: true,
            ..self.clone()
        }
    }

    /// Whether something may be done on its behalf: it is in service, and of this generation.
    pub fn serves(&self, generation: u32) -> Result<(), ConnectionRefusal> {
        match self.generation == generation && self.status.in_service() {
            true => Ok(()),
            false => Err(ConnectionRefusal::NotServing {
                id: self.id.clone(),
                status: self.status,
            }),
        }
    }

    /// Whether its token is used: it is in service, or its access token still works although the grant is refused.
    #[must_use]
    pub fn is_used(&self, now: Timestamp) -> bool {
        match self.status {
            Status::Connected | Status::Error => true,
            Status::ReconnectRequired => self.works_until.is_some_and(|at| at > now),
            Status::Disconnecting | Status::Pending | Status::Revoked => false,
        }
    }

    /// Whether this badge would say of it what it says already.
    #[must_use]
    pub fn shows(&self, badge: &Badge) -> bool {
        self.status == badge.status
            && self.health == badge.health
            && self.reason == badge.reason
            && self.works_until == badge.works_until
    }

    /// The connection as it stands after an event, and what is to be done beside.
    ///
    /// # Errors
    /// When this does not happen to the connection as it stands.
    pub fn after(
        mut self,
        event: ConnectionEvent,
    ) -> Result<(Self, ConnectionEffect), ConnectionRefusal> {
        let mut effect = ConnectionEffect::Nothing;
        match event {
            ConnectionEvent::Authorized {
                connection,
                expected,
            } => {
                may_be_authorized(Some(&self), &connection, expected)?;
                self = *connection;
            }
            ConnectionEvent::Marked { generation, badge } => {
                effect = self.mark(generation, badge)?;
            }
            ConnectionEvent::Refreshed => self.refreshed(),
            ConnectionEvent::Synced { at } => {
                (self.synced_at, self.health) = (Some(at), Health::Healthy);
            }
            ConnectionEvent::DisconnectBegins {
                expected,
                generation,
                by,
            } => {
                self.may_be_disconnected(expected, generation)?;
                (self.status, self.reason) = (Status::Disconnecting, format!("by {by}"));
                // Nobody asks about it any more.
                (self.notice, self.is_asked_first) = (None, false);
            }
            ConnectionEvent::DisconnectEnds => {
                if self.status != Status::Disconnecting {
                    return Err(ConnectionRefusal::NotDisconnecting(self.name));
                }
                (self.status, self.health) = (Status::Revoked, Health::Unknown);
                self.reason.clear();
                self.works_until = None;
            }
            ConnectionEvent::Readmitted {
                reason,
                can_be_asked,
            } => self.readmit(reason, can_be_asked)?,
            ConnectionEvent::AskedFirst { generation, answer } => {
                effect = self.asked_first(generation, answer)?;
            }
            ConnectionEvent::Bound { generation, bound } => {
                if self.generation == generation {
                    self.bound = self.bound.or(Some(bound));
                }
            }
            ConnectionEvent::Configured { name, vars } => {
                self.name = name.unwrap_or(self.name);
                self.vars = vars;
            }
            ConnectionEvent::Noticed(notice) => {
                // Said again while it is not settled, it is nothing new; that something is about to end does not take the
                // place of that it has ended.
                let known = self.notice.as_ref();
                let is_known = known.is_some_and(|known| known.outweighs(notice.said));
                // Only what is in service is asked about.
                if self.status.in_service() && !is_known {
                    self.notice = Some(notice);
                    effect = ConnectionEffect::Record;
                }
            }
            ConnectionEvent::NoticeAsked(asked) => {
                if self.is_noticed(&asked) {
                    self.notice = Some(asked);
                }
            }
            ConnectionEvent::NoticeSettled {
                generation,
                asked,
                reason,
            } => {
                if self.generation == generation && self.is_noticed(&asked) {
                    self.notice = None;
                    self.reason = reason.unwrap_or(self.reason);
                    effect = ConnectionEffect::Record;
                }
            }
            // A second disconnect before the jobs were turned on again does not forget which ones ran.
            ConnectionEvent::JobsWentOff(jobs) if jobs.is_empty() => {}
            ConnectionEvent::JobsWentOff(jobs) => self.enabled_before = jobs,
            ConnectionEvent::JobsComeBack => {
                effect = ConnectionEffect::TurnOn(std::mem::take(&mut self.enabled_before));
            }
        }
        Ok((self, effect))
    }

    fn mark(
        &mut self,
        generation: u32,
        badge: Badge,
    ) -> Result<ConnectionEffect, ConnectionRefusal> {
        self.serves(generation)?;
        let is_refused = self.status == Status::ReconnectRequired;
        if is_refused && badge.status != Status::ReconnectRequired {
            return Err(ConnectionRefusal::GrantRefused(self.name.clone()));
        }
        // What its tokens came out of does not matter any more.
        let is_another = self.status != badge.status || self.is_asked_first;
        self.is_asked_first = false;
        (self.status, self.health) = (badge.status, badge.health);
        (self.reason, self.works_until) = (badge.reason, badge.works_until);
        Ok(match is_another {
            true => ConnectionEffect::Record,
            false => ConnectionEffect::Nothing,
        })
    }

    /// A disconnect that has begun meanwhile is not undone by it.
    fn refreshed(&mut self) {
        if matches!(self.status, Status::Error | Status::ReconnectRequired) {
            self.status = Status::Connected;
            self.reason.clear();
            self.works_until = None;
            self.is_asked_first = false;
        }
    }

    fn asked_first(
        &mut self,
        generation: u32,
        answer: FirstAnswer,
    ) -> Result<ConnectionEffect, ConnectionRefusal> {
        self.serves(generation)?;
        if !self.is_asked_first {
            return Err(ConnectionRefusal::NotAskedFirst(self.name.clone()));
        }
        match answer {
            FirstAnswer::Alive => {
                self.status = Status::Connected;
                self.health = Health::Healthy;
                self.reason.clear();
            }
            FirstAnswer::Refused(reason) => self.reason = reason,
            FirstAnswer::Unclear(reason) => {
                self.reason = reason;
                return Ok(ConnectionEffect::Nothing);
            }
        }
        self.is_asked_first = false;
        Ok(ConnectionEffect::Record)
    }

    fn may_be_disconnected(
        &self,
        expected: Option<u64>,
        generation: u32,
    ) -> Result<(), ConnectionRefusal> {
        // Not that a number is another one, but who was first.
        if !self.status.in_service() {
            return Err(ConnectionRefusal::OutOfService {
                name: self.name.clone(),
                status: self.status,
                reason: self.reason.clone(),
            });
        }
        if let Some(expected) = expected.filter(|expected| *expected != self.version) {
            return Err(ConnectionRefusal::Changed {
                what: self.name.clone(),
                expected,
                found: self.version,
            });
        }
        match self.generation == generation {
            true => Ok(()),
            false => Err(ConnectionRefusal::Anew(self.name.clone())),
        }
    }

    fn readmit(&mut self, reason: String, can_be_asked: bool) -> Result<(), ConnectionRefusal> {
        match self.status {
            Status::Connected | Status::Error | Status::ReconnectRequired | Status::Pending => {
                self.is_asked_first = can_be_asked && self.can_be_asked_about();
                (self.status, self.reason) = (Status::ReconnectRequired, reason);
                self.works_until = None;
                Ok(())
            }
            Status::Disconnecting | Status::Revoked => Err(ConnectionRefusal::OutOfService {
                name: self.name.clone(),
                status: self.status,
                reason: self.reason.clone(),
            }),
        }
    }

    fn is_noticed(&self, asked: &VendorNotice) -> bool {
        self.notice.as_ref().is_some_and(|now| now.is_same(asked))
    }
}

/// Whether an authorization may leave `connection` behind where `old` stands, which is none for a new one.
///
/// # Errors
/// When it is being disconnected, is there to be ended, or is not what the authorization began with.
pub fn may_be_authorized(
    old: Option<&Connection>,
    connection: &Connection,
    expected: Option<u64>,
) -> Result<(), ConnectionRefusal> {
    if old.is_some_and(|old| old.status == Status::Disconnecting) {
        let name = connection.name.clone();
        return Err(ConnectionRefusal::BeingDisconnected(name));
    }
    if let Some(old) = old.filter(|old| old.is_given_back) {
        return Err(ConnectionRefusal::ToBeEnded(old.name.clone()));
    }
    let found = old.map(|old| old.version);
    match found == expected {
        true => Ok(()),
        false => Err(ConnectionRefusal::Changed {
            what: connection.id.to_string(),
            expected: expected.unwrap_or(0),
            found: found.unwrap_or(0),
        }),
    }
}

#[cfg(test)]
mod tests;
