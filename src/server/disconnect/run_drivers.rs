//! Which disconnects somebody goes on with: one task each, whoever asks for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::domain::id::RunId;

/// The disconnects that a task goes on with.
#[derive(Debug, Default, Clone)]
pub(crate) struct RunDrivers(Arc<Mutex<HashMap<RunId, UntilOver>>>);

/// Whoever goes on with a run. However that ends, a panic included, somebody else may go on with it then.
pub(super) struct Driver {
    all: RunDrivers,
    /// The run.
    pub(super) id: RunId,
    _over: watch::Sender<()>,
}

/// Waits until nobody goes on with a run any more: it ended, or waits for a person.
#[derive(Debug, Clone)]
pub(crate) struct UntilOver(watch::Receiver<()>);

impl RunDrivers {
    /// Takes a run on. No driver when somebody goes on with it already.
    pub(super) fn take_on(&self, id: RunId) -> (Option<Driver>, UntilOver) {
        let mut all = self.lock();
        if let Some(until) = all.get(&id) {
            return (None, until.clone());
        }
        let (over, until) = watch::channel(());
        let until = UntilOver(until);
        all.insert(id.clone(), until.clone());
        let driver = Driver {
            all: self.clone(),
            id,
            _over: over,
        };
        (Some(driver), until)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RunId, UntilOver>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.all.lock().remove(&self.id);
    }
}

impl UntilOver {
    pub(crate) async fn wait(mut self) {
        while self.0.changed().await.is_ok() {}
    }
}
