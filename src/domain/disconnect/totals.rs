//! Several plans in numbers: what is said once above the list of them.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Other, Plan};
use crate::domain::id::ConnectionId;
use crate::domain::text::number;

/// What several disconnects would do together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Connections.
    pub connections: u64,
    /// What people call their providers.
    pub providers: BTreeSet<String>,
    /// Jobs that would be turned off.
    pub jobs: u64,
    /// Executions that would be cancelled.
    pub executions: u64,
    /// Secrets that would be destroyed.
    pub credentials: u64,
    /// References that would be marked stale.
    pub references: u64,
    /// Inbound endpoints that would be disabled.
    pub webhooks: u64,
    /// Tokens that may live.
    pub tokens: u64,
    /// How many of them cannot be proven dead, by provider.
    pub unprovable: BTreeMap<String, u64>,
    /// Features that depend on them.
    pub dependents: BTreeSet<String>,
    /// Connections that are not among them and share a grant with one that is; affected, they would die too.
    pub also_die: BTreeMap<ConnectionId, Other>,
    /// Who has read a token of them, and how often.
    pub readers: BTreeMap<String, u64>,
    /// Which connections these are.
    taken: BTreeSet<ConnectionId>,
}

impl Totals {
    /// The sum of these plans.
    #[must_use]
    pub fn of<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> Self {
        let mut totals = Self::default();
        totals.extend(plans);
        totals
    }

    /// Adds these plans: many are asked for in parts.
    pub fn extend<'a>(&mut self, plans: impl IntoIterator<Item = &'a Plan>) {
        for plan in plans {
            self.taken.insert(plan.connection.clone());
            self.add(plan);
        }
        let taken = &self.taken;
        self.also_die.retain(|id, _| !taken.contains(id));
    }

    fn add(&mut self, plan: &Plan) {
        self.connections += 1;
        self.providers.insert(plan.provider_name.clone());
        self.jobs += plan.jobs_enabled;
        self.executions += plan.executions_running;
        self.credentials += plan.credentials;
        self.references += plan.references;
        self.webhooks += plan.webhooks;
        self.tokens += plan.tokens.len() as u64;
        let mute = plan.tokens.iter().filter(|token| !token.can_prove).count() as u64;
        if mute > 0 {
            *self
                .unprovable
                .entry(plan.provider_name.clone())
                .or_default() += mute;
        }
        let features = plan.dependents.iter().map(|it| it.feature.clone());
        self.dependents.extend(features);
        let shared = plan.shares_grant_with.iter();
        self.also_die
            .extend(shared.map(|other| (other.id.clone(), other.clone())));
        for reader in &plan.readers {
            *self.readers.entry(reader.name.clone()).or_default() += reader.count;
        }
    }

    /// `9 connections at 6 providers · 14 jobs · 21 tokens · 2 of them cannot be proven dead (Microsoft, Postmark)`.
    #[must_use]
    pub fn line(&self) -> String {
        self.parts().join(" · ")
    }

    /// The same, part by part.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        let mut parts = vec![
            format!(
                "{} at {}",
                amount(self.connections, "connection"),
                amount(self.providers.len() as u64, "provider")
            ),
            amount(self.jobs, "job"),
            amount(self.tokens, "token"),
        ];
        let mute: u64 = self.unprovable.values().sum();
        if mute > 0 {
            let at: Vec<&str> = self.unprovable.keys().map(String::as_str).collect();
            parts.push(format!(
                "{} of them cannot be proven dead ({})",
                number(mute),
                at.join(", ")
            ));
        }
        if self.references > 0 {
            parts.push(amount(self.references, "reference"));
        }
        parts
    }
}

fn amount(n: u64, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        _ => format!("{} {what}s", number(n)),
    }
}
