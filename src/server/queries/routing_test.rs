//! What routing rules would do with the records that are there.

use std::collections::{BTreeMap, BTreeSet};

use super::lists;
use crate::domain::connection::Connection;
use crate::domain::id::SubscriptionId;
use crate::domain::job::{ReferenceState, Synced};
use crate::domain::routing;
use crate::domain::webhook::{ConfigItem, ConfigKind, WebhookSubscription};
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::store::facts::Scopes;
use crate::wire::view;

/// Records that are named; the others are counted.
const NAMED: usize = 10;
/// Records that are looked at before others are served.
const AT_ONCE: usize = 512;

/// What is counted.
struct RoutingCount {
    /// The rules that would send, each with the records that it means.
    rules: Vec<(ConfigItem, u64)>,
    subscriptions: BTreeMap<SubscriptionId, u64>,
    matched: u64,
    looked_at: u64,
    records: Vec<view::RoutedRecord>,
}

impl RoutingCount {
    fn take(&mut self, record: Synced) {
        self.looked_at += 1;
        let mut to = BTreeSet::new();
        for (rule, matched) in &mut self.rules {
            if routing::matches(rule, &record) {
                *matched += 1;
                to.extend(routing::target(rule));
            }
        }
        to.retain(|id| self.subscriptions.contains_key(id));
        for id in &to {
            self.subscriptions.entry(id.clone()).and_modify(|n| *n += 1);
        }
        self.matched += u64::from(!to.is_empty());
        if !to.is_empty() && self.records.len() < NAMED {
            self.records.push(view::RoutedRecord {
                record: record.local_id,
                reference: record.id,
                entity: record.entity,
                label: record.label,
                to: to.into_iter().collect(),
            });
        }
    }
}

/// Holds every record that is there against the rules, and sends nothing.
pub(super) async fn test(
    server: &Server,
    of: &Connection,
) -> Result<view::RoutingTest, StoreError> {
    let rules = server.store.configs_of(&of.id)?.into_iter();
    let rules: Vec<ConfigItem> = rules.filter(|it| it.kind == ConfigKind::Routing).collect();
    let subscriptions = server.store.subscriptions()?;
    let is_led_to = |it: &&WebhookSubscription| {
        it.is_sent_to()
            && rules
                .iter()
                .any(|rule| routing::target(rule).as_ref() == Some(&it.id))
    };
    let led_to: Vec<&WebhookSubscription> = subscriptions.iter().filter(is_led_to).collect();
    let entities: BTreeSet<String> = rules.iter().map(|it| it.entity.clone()).collect();
    let mut trial = RoutingCount {
        rules: rules.into_iter().map(|rule| (rule, 0)).collect(),
        subscriptions: led_to.iter().map(|it| (it.id.clone(), 0)).collect(),
        matched: 0,
        looked_at: 0,
        records: Vec::new(),
    };
    for entity in entities {
        each(server, &format!("{}/{entity}/", of.id), |record| {
            trial.take(record)
        })
        .await?;
    }
    let shown = |(rule, matched)| {
        Ok(view::RuleTest {
            rule: lists::config(server, rule)?,
            matched,
        })
    };
    let sent_to = led_to.into_iter().map(|it| view::SubscriptionTest {
        matched: trial.subscriptions.get(&it.id).copied().unwrap_or(0),
        id: it.id.clone(),
        url: it.url.clone(),
    });
    Ok(view::RoutingTest {
        subscriptions: sent_to.collect(),
        rules: trial
            .rules
            .into_iter()
            .map(shown)
            .collect::<Result<_, StoreError>>()?,
        matched: trial.matched,
        looked_at: trial.looked_at,
        records: trial.records,
    })
}

/// Goes through the records that are there. Others are served in between: there may be a million.
async fn each(
    server: &Server,
    prefix: &str,
    mut take: impl FnMut(Synced),
) -> Result<(), StoreError> {
    let mut scopes = Scopes::default();
    for (n, record) in (1_usize..).zip(server.store.rows::<Synced>(prefix.to_owned())) {
        let record = record?;
        if scopes.state(&server.store, &record, clock_and_ids::now())? != ReferenceState::Gone {
            take(record);
        }
        if n % AT_ONCE == 0 {
            tokio::task::yield_now().await;
        }
    }
    Ok(())
}
