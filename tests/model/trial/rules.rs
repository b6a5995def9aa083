//! What has to hold of a trial, said once more beside the rules of the domain.

use tagout::domain::trial::{CallVerdict, Outcome};

use super::{Look, Moment, Said, Setting, World};

impl Setting {
    /// Why a state may not be; none where it may.
    pub(super) fn wrong(&self, world: &World) -> Option<String> {
        // A hold gives up: ten minutes for one that is slow to die, two for its proof, and what a server was away.
        if world.now > 800_000 {
            return Some("its secret is kept too long".to_owned());
        }
        let outcome = world.claimed?;
        let has_ended = self.ends.is_some_and(|ends| ends <= world.now);
        if outcome.proven() && world.is_alive && !has_ended {
            return Some(format!("{outcome:?} is claimed of a token that lives"));
        }
        match outcome {
            Outcome::VerifiedDead if self.before != Said::Yes => {
                Some("it did not live before".to_owned())
            }
            Outcome::AlreadyDead if self.before == Said::Yes => Some("it lived before".to_owned()),
            it if it.proven() && !self.is_by_its_rules(world) => {
                Some(format!("{it:?} is claimed by no rule"))
            }
            _ => None,
        }
    }

    /// Noes in a row, none other among them: four between two controls that passed, the first of which may have passed before the
    /// row, and one more; or five over 62 seconds, no two further apart than 20.46 seconds. A death that no call explains needs
    /// both.
    fn is_by_its_rules(&self, world: &World) -> bool {
        let is_part = |it: &&Look| {
            let part = if it.is_control { Said::Yes } else { Said::No };
            it.said == part
        };
        let length = world.looks.iter().rev().take_while(is_part).count();
        let (before, row) = world.looks.split_at(world.looks.len() - length);
        let mut opens: Vec<usize> = (0..row.len()).filter(|n| row[*n].is_control).collect();
        let closes = opens.clone();
        let last = before.iter().rfind(|it| it.is_control);
        opens.extend(last.filter(|it| it.said == Said::Yes).map(|_| 0));
        let noes =
            |from: usize, to: usize| row[from..to].iter().filter(|it| !it.is_control).count();
        let is_controlled = opens.iter().any(|first| {
            let mut later = closes.iter().filter(|it| *it > first);
            later.any(|second| noes(*first, *second) >= 4 && noes(*second, row.len()) >= 1)
        });
        let times: Vec<Moment> = row
            .iter()
            .filter(|it| !it.is_control)
            .map(|it| it.at)
            .collect();
        let mut first = 0;
        for n in 1..times.len() {
            if times[n] - times[n - 1] > 20_460 {
                first = n;
            }
        }
        let is_spread = times.len() - first >= 5 && times[times.len() - 1] - times[first] >= 62_000;
        match self.call == CallVerdict::Accepted && self.before == Said::Yes {
            true => is_controlled || is_spread,
            false => is_controlled && is_spread,
        }
    }
}
