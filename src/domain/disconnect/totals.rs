//! Several plans in numbers: what is said once above the list of them.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Other, Plan};
use crate::domain::display_text::number;
use crate::domain::id::ConnectionId;
use crate::domain::trial::ProofPace;

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
    /// What their proofs cost where a host bears only so many refusals, by provider.
    pub proofs: BTreeMap<String, Proofs>,
    /// Features that depend on them.
    pub dependents: BTreeSet<String>,
    /// Connections that are not among them and share a grant with one that is; affected, they would die too.
    pub also_die: BTreeMap<ConnectionId, Other>,
    /// Who has read a token of them, and how often.
    pub readers: BTreeMap<String, u64>,
    /// Which connections these are.
    taken: BTreeSet<ConnectionId>,
}

/// What proofs cost a host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proofs {
    /// How many runs there are.
    pub runs: u64,
    /// How many questions it refuses of one of them at most.
    pub refusals: u64,
    /// How many a minute it bears.
    pub a_minute: u32,
}

/// Where proofs take longest, because a host bears only so many refusals a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlowestProof {
    /// What people call the provider.
    pub provider_name: String,
    /// How many refused questions a minute its host bears.
    pub refusals_a_minute: u32,
    /// In how many minutes the last is proven at most, about.
    pub minutes: u64,
}

/// The proofs of as many runs as a host bears last so long, with the minute in which their refusals still count: see [`Turns`].
///
/// [`Turns`]: crate::domain::trial::Turns
const MINUTES_A_TURN: u64 = 2;

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
        let askable = plan.tokens.iter().filter(|token| token.can_prove).count() as u64;
        if let Some(a_minute) = plan.refusals_a_minute.filter(|_| askable > 0) {
            let proofs = self.proofs.entry(plan.provider_name.clone()).or_default();
            proofs.runs += 1;
            proofs.refusals = proofs.refusals.max(askable * u64::from(ProofPace::looks()));
            proofs.a_minute = a_minute;
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

    /// Where proofs have to wait for each other, and longest.
    #[must_use]
    pub fn slowest_proof(&self) -> Option<SlowestProof> {
        let slowest = self.proofs.iter().filter_map(|(provider_name, it)| {
            let at_once = u64::from(it.a_minute) / it.refusals.max(1);
            let turns = it.runs.div_ceil(at_once.max(1));
            (turns > 1).then(|| SlowestProof {
                provider_name: provider_name.clone(),
                refusals_a_minute: it.a_minute,
                minutes: turns * MINUTES_A_TURN,
            })
        });
        slowest.max_by_key(|it| it.minutes)
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
