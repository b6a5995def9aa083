//! What is planned.

use crate::domain::connection::Connection;
use crate::domain::disconnect::plan::OTHERS;
use crate::domain::disconnect::run::Run;
use crate::domain::walkthrough::Terms;

/// Whether a connection is disconnected together with the one that is planned.
pub type Together<'a> = &'a (dyn Fn(&Connection) -> bool + Send + Sync);

/// What is planned.
#[derive(Clone, Copy)]
pub struct PlanInput<'a> {
    /// Whether the app is uninstalled too.
    pub uninstall: bool,
    /// Whether calls are made that end other connections' tokens too.
    pub wider: bool,
    /// What goes with it: a grant that is shared with these alone is shared with nobody who stays.
    pub together: Together<'a>,
    /// How many of the other connections are named at most, those that share the grant aside.
    pub most: usize,
}

impl<'a> PlanInput<'a> {
    /// A disconnect by these terms, of this connection and those that go with it.
    #[must_use]
    pub fn by(terms: &Terms, together: Together<'a>) -> Self {
        Self {
            uninstall: terms.uninstall,
            wider: terms.allow_wider,
            together,
            most: OTHERS,
        }
    }

    /// The disconnect of a run: whoever goes with it says so by its status.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        Self {
            uninstall: run.uninstall,
            wider: run.allow_wider,
            together: &|_| false,
            most: OTHERS,
        }
    }
}
