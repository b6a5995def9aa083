//! The places that were visited, as a browser keeps them: back, and forth again until something else is opened.

use super::command::Command;
use super::context::{Destination, ExecutionPlace};
use super::screens::SavedSelection;
use crate::wire::request::Request;
use crate::wire::rpc;

/// So many places can be gone back to; the oldest go first.
const MOST: usize = 50;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// To what was visited before.
    Back,
    /// To what was gone back from.
    Forth,
}

impl Direction {
    /// The way a command goes, if it goes one.
    pub(super) fn of(command: Command) -> Option<Self> {
        match command {
            Command::GoBack => Some(Self::Back),
            Command::GoForth => Some(Self::Forth),
            _ => None,
        }
    }
}

/// A place: a tab with what was opened above it, and what was selected in each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visit {
    /// The tab, by its position.
    pub(super) tab: usize,
    /// What stands above it, the topmost last.
    pub(super) open: Vec<Destination>,
    /// What was selected: in the tab, then in each above it.
    pub(super) kept: Vec<SavedSelection>,
}

impl Visit {
    /// Whether it is the same place, whatever is selected there.
    fn is_same(&self, other: &Self) -> bool {
        self.tab == other.tab && self.open == other.open
    }

    /// What it is about, if that can vanish.
    pub(super) fn subject(&self) -> Option<VisitSubject> {
        self.open.last().and_then(VisitSubject::of)
    }
}

/// What a place is about.
#[derive(Debug, Clone)]
pub(super) struct VisitSubject {
    pub(super) id: String,
    /// What finds it, while it is there.
    pub(super) request: Request,
}

impl VisitSubject {
    fn of(opening: &Destination) -> Option<Self> {
        let (id, request): (_, Request) = match opening {
            Destination::Connection(id)
            | Destination::Records(id)
            | Destination::References(id)
            | Destination::Configuration(id) => {
                let name = id.clone();
                (id, rpc::Connection { name }.into())
            }
            Destination::Execution(ExecutionPlace { job: id, .. }) | Destination::Job(id) => {
                (id, rpc::Job { id: id.clone() }.into())
            }
            Destination::Run(id) => (id, rpc::Run { id: id.clone() }.into()),
            Destination::Walkthrough(id) => {
                let asked = id.parse().ok().map(|id| rpc::Walkthrough { id })?;
                (id, asked.into())
            }
            Destination::NewWalkthrough(_)
            | Destination::Workspace(_)
            | Destination::Help(_)
            | Destination::Log => return None,
        };
        let id = id.clone();
        Some(Self { id, request })
    }
}

/// Whether a screen can be gone back to: one that begins something new would begin it once more.
pub(super) fn is_place(opening: &Destination) -> bool {
    !matches!(
        opening,
        Destination::NewWalkthrough(_) | Destination::Help(_) | Destination::Log
    )
}

/// The places that were visited.
#[derive(Debug, Default)]
pub(super) struct Trail {
    behind: Vec<Visit>,
    here: Option<Visit>,
    ahead: Vec<Visit>,
}

impl Trail {
    /// Takes down where the person is now; whether that is another place than before.
    pub(super) fn note(&mut self, now: Visit) -> bool {
        let here = self.here.as_ref();
        let moved = here.is_some_and(|here| !here.is_same(&now));
        let before = self.here.replace(now);
        if moved {
            self.ahead.clear();
            self.behind.extend(before);
            if self.behind.len() > MOST {
                self.behind.remove(0);
            }
        }
        moved
    }

    /// Where the person is.
    pub(super) fn here(&self) -> Option<&Visit> {
        self.here.as_ref()
    }

    /// Whether there is a place that way.
    pub(super) fn leads(&self, way: Direction) -> bool {
        match way {
            Direction::Back => !self.behind.is_empty(),
            Direction::Forth => !self.ahead.is_empty(),
        }
    }

    /// Goes one place that way; none, and nothing moves, where there is no further.
    pub(super) fn step(&mut self, way: Direction) -> Option<Visit> {
        let left = self.here.clone();
        let (next, from) = self.sides(way);
        let next = next.pop()?;
        from.extend(left);
        self.here = Some(next.clone());
        Some(next)
    }

    /// Forgets the place that was just gone to that way, and goes on to the next one; none, and the person is where they
    /// came from, where there is no further.
    pub(super) fn skip(&mut self, way: Direction) -> Option<Visit> {
        let (_, from) = self.sides(way);
        self.here = from.pop();
        // Without what lay between, the place beyond can be the one that was come from.
        let here = self.here.clone();
        let (next, _) = self.sides(way);
        let is_here = |next: &Visit| here.as_ref().is_some_and(|here| here.is_same(next));
        while next.last().is_some_and(is_here) {
            next.pop();
        }
        self.step(way)
    }

    /// What lies that way, and what lies the other.
    fn sides(&mut self, way: Direction) -> (&mut Vec<Visit>, &mut Vec<Visit>) {
        match way {
            Direction::Back => (&mut self.behind, &mut self.ahead),
            Direction::Forth => (&mut self.ahead, &mut self.behind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: &str, selected: &str) -> Visit {
        let kept = SavedSelection {
            selected: Some(selected.to_owned()),
            ..SavedSelection::default()
        };
        Visit {
            tab: 3,
            open: vec![Destination::Run(id.to_owned())],
            kept: vec![SavedSelection::default(), kept],
        }
    }

    fn trail(ids: &[&str]) -> Trail {
        let mut trail = Trail::default();
        for id in ids {
            trail.note(run(id, "0"));
        }
        trail
    }

    fn name(visit: Option<Visit>) -> Option<String> {
        match visit?.open.first()? {
            Destination::Run(id) => Some(id.clone()),
            _ => None,
        }
    }

    #[test]
    fn back_and_forth_end_where_they_began() {
        let mut trail = trail(&["a", "b", "c"]);
        assert_eq!(name(trail.step(Direction::Back)).as_deref(), Some("b"));
        assert_eq!(name(trail.step(Direction::Back)).as_deref(), Some("a"));
        assert_eq!(trail.step(Direction::Back), None);
        assert!(!trail.leads(Direction::Back) && trail.leads(Direction::Forth));
        assert_eq!(name(trail.step(Direction::Forth)).as_deref(), Some("b"));
        assert_eq!(name(trail.step(Direction::Forth)).as_deref(), Some("c"));
        assert_eq!(trail.step(Direction::Forth), None);
    }

    #[test]
    fn a_new_move_drops_what_was_ahead_and_another_selection_is_no_move() {
        let mut trail = trail(&["a", "b", "c"]);
        trail.step(Direction::Back);
        assert!(!trail.note(run("b", "1")));
        assert!(trail.leads(Direction::Forth));
        assert!(trail.note(run("d", "0")));
        assert!(!trail.leads(Direction::Forth));
        assert_eq!(trail.step(Direction::Back), Some(run("b", "1")));
    }

    #[test]
    fn fifty_places_are_kept() {
        let ids: Vec<String> = (0..60).map(|n| n.to_string()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut trail = trail(&ids);
        let visited = std::iter::from_fn(|| trail.step(Direction::Back));
        let visited: Vec<String> = visited.filter_map(|it| name(Some(it))).collect();
        assert_eq!(visited.len(), 50);
        assert_eq!(visited.last().map(String::as_str), Some("9"));
    }

    #[test]
    fn what_is_gone_is_left_out_either_way() {
        let mut trail = trail(&["a", "gone", "b"]);
        trail.step(Direction::Back);
        assert_eq!(name(trail.skip(Direction::Back)).as_deref(), Some("a"));
        assert_eq!(name(trail.step(Direction::Forth)).as_deref(), Some("b"));
    }

    #[test]
    fn where_nothing_is_beyond_one_stays_where_one_came_from() {
        let mut alone = trail(&["gone", "a"]);
        alone.step(Direction::Back);
        assert_eq!(alone.skip(Direction::Back), None);
        assert_eq!(name(alone.here().cloned()).as_deref(), Some("a"));
        let mut same = trail(&["a", "gone", "a"]);
        same.step(Direction::Back);
        assert_eq!(same.skip(Direction::Back), None);
        assert!(!same.leads(Direction::Back) && !same.leads(Direction::Forth));
    }
}
