//! Passes over a vendor's lists: where they begin, and what their end says.

use jiff::Timestamp;

use super::lists::ListOf;
use super::marks::ScopeMarks;
use crate::domain::job::{JobEffect, JobEvent};
use crate::domain::provider::SyncKind;
use crate::domain::sync::{FinishedPass, ListSource, ListState, Pass, WholePass};
use crate::store::{Store, StoreError, WriteClass};

/// A pass that has come to its end.
pub struct PassEnd {
    /// Over which list.
    pub of: ListOf,
    /// As its job takes it.
    pub pass: FinishedPass,
    /// What it may say of deletions, when it was a whole one.
    pub whole: Option<WholePass>,
    /// Everything since the scope was last in step was seen.
    pub is_in_step: bool,
    /// Whether the list is pulled for as long as somebody watches its thing.
    pub is_watched: bool,
}

impl Store {
    /// A pass begins, at the beginning of its list. A whole one gets its number where it may say what is gone: what happened is
    /// not undone by a list that no longer shows it, and nothing is marked for events.
    ///
    /// # Errors
    /// When the execution has ended, or its connection was authorized again.
    pub async fn pass_begun(
        &self,
        of: &ListOf,
        mut pass: Pass,
        kind: SyncKind,
    ) -> Result<Pass, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let (_, job) = tx.walked(of)?;
            let parent = of.parent.as_deref();
            if pass.since.is_none() {
                let mut scope = tx.scope(&job, parent)?;
                let mut marks = ScopeMarks::of(&scope);
                match kind {
                    SyncKind::State => pass.number = scope.begin_whole(&mut marks.within(tx))?,
                    SyncKind::Events => scope.forget_pass(&mut marks.within(tx))?,
                }
                marks.write(tx)?;
                tx.put(&scope)?;
            }
            let stands = JobEvent::PassStands(Box::new(pass.clone()));
            tx.list_after(job, parent, stands)?;
            Ok(pass)
        })
        .await
    }

    /// What is known of a list that is pulled now. Where it is another one than before, or another account's, that is forgotten,
    /// and nothing is claimed of what that one brought.
    ///
    /// # Errors
    /// When the execution has ended, or its connection was authorized again.
    pub async fn pass_source(
        &self,
        of: &ListOf,
        source: ListSource,
        at: Timestamp,
    ) -> Result<ListState, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let (_, job) = tx.walked(of)?;
            let parent = of.parent.as_deref();
            let before = tx.list(&job, parent)?;
            if before.source.is_some_and(|before| before != source.list) {
                let mut scope = tx.scope(&job, parent)?;
                scope.stale = true;
                let is_others = before.whose.is_some_and(|before| before != source.whose);
                scope.is_foreign |= is_others && scope.total > 0;
                tx.put(&scope)?;
            }
            let seen = JobEvent::ListSeen { source, at };
            Ok(tx.list_after(job, parent, seen)?.0)
        })
        .await
    }

    /// The list of one of several things was refused: nothing is claimed of what it brought.
    ///
    /// # Errors
    /// When the execution has ended, or its connection was authorized again.
    pub async fn list_refused(&self, of: &ListOf) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let (_, job) = tx.walked(of)?;
            let parent = of.parent.as_deref();
            let mut scope = tx.scope(&job, parent)?;
            if !scope.stale {
                scope.stale = true;
                tx.put(&scope)?;
            }
            tx.list_after(job, parent, JobEvent::ListRefused)?;
            Ok(())
        })
        .await
    }

    /// A pass has come to its end. What is known of the list then, and whether another pass follows right behind.
    ///
    /// # Errors
    /// When the execution has ended, or its connection was authorized again.
    pub async fn pass_ended(&self, end: PassEnd) -> Result<(ListState, bool), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let (_, job) = tx.walked(&end.of)?;
            let parent = end.of.parent.as_deref();
            let mut scope = tx.scope(&job, parent)?;
            let before = tx.list(&job, parent)?;
            let is_left = end.is_watched && !tx.is_watched(&scope)?;
            let whole = end.whole.map(|whole| WholePass {
                accepted: before.accepted(),
                ..whole
            });
            let mut marks = ScopeMarks::of(&scope);
            let whole = match whole {
                Some(whole) => {
                    let said = scope.end_whole(&whole, &mut marks.within(tx))?;
                    scope.is_foreign &= said.leaves_open(before.unchecked.as_ref());
                    Some((whole.began, said))
                }
                None => {
                    scope.is_foreign &= !end.pass.is_everything;
                    None
                }
            };
            scope.stale = scope.stale && !end.is_in_step || is_left || scope.is_foreign;
            marks.write(tx)?;
            let passed = JobEvent::PassEnded {
                pass: end.pass,
                whole,
            };
            tx.put(&scope)?;
            let (list, effect) = tx.list_after(job, parent, passed)?;
            Ok((list, effect == JobEffect::PassAgain))
        })
        .await
    }
}
