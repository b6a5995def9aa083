//! Who asks a vendor for a page now. Places are few: so many at one host, and so many in all. Whoever has had a page stands in
//! line again, so that a long list keeps no short one waiting.
//!
//! Hosts take turns, within a host its connections do, and within a connection its executions. Whoever waits therefore gets a
//! place after at most one round. Whole passes that only look for what was deleted give way to all others at their host, and
//! share every fifth place there, by the same turns. The last quarter of all places is for hosts that hold none: hosts that answer slowly fill the
//! rest at most.

use std::collections::{BTreeMap, VecDeque};

use crate::domain::id::{ConnectionId, ExecutionId};

/// How many pages are asked for at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotLimits {
    /// Of one host.
    pub of_a_host: usize,
    /// Of all of them.
    pub in_all: usize,
}

impl SlotLimits {
    /// With so many requests under way to one host: places for four of such hosts, and for many that are asked little.
    #[must_use]
    pub fn of_hosts(of_a_host: usize) -> Self {
        /// A page may be 8 MiB, and more than this many are not held in memory.
        const IN_ALL: usize = 64;
        let of_a_host = of_a_host.max(1);
        Self {
            of_a_host,
            in_all: of_a_host.saturating_mul(4).max(IN_ALL),
        }
    }
}

/// An execution that asks for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    pub execution: ExecutionId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// At which host.
    pub host: String,
    /// Whether it gives way to others: its changes are in, and what was deleted is looked for.
    pub gives_way: bool,
}

/// What happens to places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotEvent {
    /// An execution wants one.
    Wanted(Asker),
    /// It has had its page, and wants another one.
    Served(ExecutionId),
    /// It gives its place back, or stops waiting for one, and may come again.
    Left(ExecutionId),
}

/// The places, and who stands in line for one.
#[derive(Debug, Clone)]
pub struct PageSlots {
    bounds: SlotLimits,
    held: BTreeMap<ExecutionId, Asker>,
    taken: BTreeMap<String, usize>,
    waiting: BTreeMap<ExecutionId, Asker>,
    /// Those first whose turn is next.
    hosts: VecDeque<AtHost>,
}

/// Who waits for one host.
#[derive(Debug, Clone)]
struct AtHost {
    host: String,
    first: Turns,
    /// Those that give way.
    behind: Turns,
    /// How many places others had since one of those that give way.
    passed: usize,
}

/// Those who wait, by connection: connections take turns, and within one its executions.
#[derive(Debug, Clone, Default)]
struct Turns(VecDeque<OfConnection>);

/// What of a connection waits.
#[derive(Debug, Clone)]
struct OfConnection {
    connection: ConnectionId,
    executions: VecDeque<ExecutionId>,
}

/// So many places go to others before one goes to those who give way.
const PASSED: usize = 4;

impl AtHost {
    fn nobody(host: String) -> Self {
        Self {
            host,
            first: Turns::default(),
            behind: Turns::default(),
            passed: 0,
        }
    }

    fn is_empty(&self) -> bool {
        self.first.0.is_empty() && self.behind.0.is_empty()
    }

    fn add(&mut self, asker: Asker) {
        match asker.gives_way {
            true => self.behind.add(asker),
            false => self.first.add(asker),
        }
    }

    fn remove(&mut self, asker: &Asker) {
        self.first.remove(asker);
        self.behind.remove(asker);
    }

    /// Takes whose turn it is here out of the line.
    fn take(&mut self) -> Option<ExecutionId> {
        let is_theirs = self.first.0.is_empty() || self.passed >= PASSED;
        if is_theirs && let Some(id) = self.behind.take() {
            self.passed = 0;
            return Some(id);
        }
        self.passed = match self.behind.0.is_empty() {
            true => 0,
            false => self.passed + 1,
        };
        self.first.take()
    }
}

impl Turns {
    fn add(&mut self, asker: Asker) {
        let mut lines = self.0.iter_mut();
        match lines.find(|it| it.connection == asker.connection) {
            Some(line) => line.executions.push_back(asker.execution),
            None => self.0.push_back(OfConnection {
                connection: asker.connection,
                executions: VecDeque::from([asker.execution]),
            }),
        }
    }

    fn remove(&mut self, asker: &Asker) {
        let mut lines = self.0.iter_mut();
        if let Some(line) = lines.find(|it| it.connection == asker.connection) {
            line.executions.retain(|id| *id != asker.execution);
        }
        self.0.retain(|line| !line.executions.is_empty());
    }

    fn take(&mut self) -> Option<ExecutionId> {
        let mut line = self.0.pop_front()?;
        let id = line.executions.pop_front();
        if !line.executions.is_empty() {
            self.0.push_back(line);
        }
        id
    }
}

impl PageSlots {
    /// All of them free.
    #[must_use]
    pub fn new(bounds: SlotLimits) -> Self {
        Self {
            bounds,
            held: BTreeMap::new(),
            taken: BTreeMap::new(),
            waiting: BTreeMap::new(),
            hosts: VecDeque::new(),
        }
    }

    /// Who has a place after an event, and had none before it. An execution that was served has lost its place unless it is
    /// among them.
    pub fn after(&mut self, event: SlotEvent) -> Vec<ExecutionId> {
        match event {
            SlotEvent::Wanted(asker) => {
                let id = &asker.execution;
                if !self.held.contains_key(id) && !self.waiting.contains_key(id) {
                    self.stand_in_line(asker);
                }
            }
            SlotEvent::Served(id) => {
                if let Some(asker) = self.give_back(&id) {
                    self.stand_in_line(asker);
                }
            }
            SlotEvent::Left(id) => {
                self.give_back(&id);
                if let Some(asker) = self.waiting.remove(&id) {
                    self.leave_line(&asker);
                }
            }
        }
        self.hand_out()
    }

    /// How many are taken at a host.
    #[must_use]
    pub fn taken_at(&self, host: &str) -> usize {
        self.taken.get(host).copied().unwrap_or_default()
    }

    /// Whether this execution has one.
    #[must_use]
    pub fn holds(&self, id: &ExecutionId) -> bool {
        self.held.contains_key(id)
    }

    /// How many are taken in all.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.held.len()
    }

    /// How many wait for one.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn give_back(&mut self, id: &ExecutionId) -> Option<Asker> {
        let asker = self.held.remove(id)?;
        match self.taken.get_mut(&asker.host) {
            Some(taken) if *taken > 1 => *taken -= 1,
            _ => drop(self.taken.remove(&asker.host)),
        }
        Some(asker)
    }

    fn stand_in_line(&mut self, asker: Asker) {
        self.waiting.insert(asker.execution.clone(), asker.clone());
        let at = self.hosts.iter().position(|it| it.host == asker.host);
        let at = at.unwrap_or_else(|| {
            self.hosts.push_back(AtHost::nobody(asker.host.clone()));
            self.hosts.len() - 1
        });
        if let Some(host) = self.hosts.get_mut(at) {
            host.add(asker);
        }
    }

    fn leave_line(&mut self, asker: &Asker) {
        let mut hosts = self.hosts.iter_mut();
        if let Some(at) = hosts.find(|it| it.host == asker.host) {
            at.remove(asker);
        }
        self.hosts.retain(|at| !at.is_empty());
    }

    /// Gives free places to those whose turn it is.
    fn hand_out(&mut self) -> Vec<ExecutionId> {
        let mut got = Vec::new();
        while let Some(id) = self.next() {
            let Some(asker) = self.waiting.remove(&id) else {
                continue;
            };
            *self.taken.entry(asker.host.clone()).or_default() += 1;
            self.held.insert(id.clone(), asker);
            got.push(id);
        }
        got
    }

    /// Takes whose turn it is out of the line; none where nobody waits for whom there is room.
    fn next(&mut self) -> Option<ExecutionId> {
        let turn = self.hosts.iter().position(|at| self.has_room(&at.host))?;
        let mut at = self.hosts.remove(turn)?;
        let id = at.take();
        if !at.is_empty() {
            self.hosts.push_back(at);
        }
        id
    }

    fn has_room(&self, host: &str) -> bool {
        let SlotLimits { of_a_host, in_all } = self.bounds;
        let (here, all) = (self.taken_at(host), self.held.len());
        match here {
            0 => all < in_all,
            _ => here < of_a_host && all < in_all - in_all / 4,
        }
    }
}

#[cfg(test)]
mod tests;
