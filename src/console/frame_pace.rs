//! When the screen is drawn. What a person does is seen at once, and so is what comes of it; what happens by itself, a wall of
//! running jobs for one, is drawn four times a second at most.

use std::time::Duration;

use tokio::time::Instant;

/// Between two frames that no person caused.
const BETWEEN: Duration = Duration::from_millis(250);
/// For so long after a key everything is drawn at once: the answers to what it asked for come meanwhile.
const AFTER_A_KEY: Duration = Duration::from_secs(1);

/// What is drawn when.
#[derive(Debug, Default)]
pub(super) struct FramePace {
    /// The last frame.
    drawn: Option<Instant>,
    /// The last thing that a person did.
    pressed: Option<Instant>,
    /// Something is another than what was drawn.
    is_stale: bool,
}

impl FramePace {
    /// Something has changed, by itself or because a person did something.
    pub(super) fn changed(&mut self, by_person: bool, now: Instant) {
        self.is_stale = true;
        if by_person {
            self.pressed = Some(now);
        }
    }

    /// A frame was drawn.
    pub(super) fn drawn(&mut self, now: Instant) {
        self.is_stale = false;
        self.drawn = Some(now);
    }

    /// When the next frame is to be drawn; none while nothing has changed.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        if !self.is_stale {
            return None;
        }
        let is_watched = self.pressed.is_some_and(|at| now < at + AFTER_A_KEY);
        let earliest = self.drawn.filter(|_| !is_watched).map(|at| at + BETWEEN);
        Some(earliest.map_or(now, |at| at.max(now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    /// How many frames are drawn of something that changes each millisecond of a second.
    fn frames(began: Instant, pace: &mut FramePace) -> u32 {
        let mut frames = 0;
        for at in (0..1_000).map(|ms| began + MILLISECOND * ms) {
            pace.changed(false, at);
            if pace.due(at) == Some(at) {
                pace.drawn(at);
                frames += 1;
            }
        }
        frames
    }

    #[test]
    fn what_happens_by_itself_is_drawn_four_times_a_second() {
        let mut pace = FramePace::default();
        assert_eq!(frames(Instant::now(), &mut pace), 4);
    }

    #[test]
    fn what_a_key_leads_to_is_drawn_at_once() {
        let (now, mut pace) = (Instant::now(), FramePace::default());
        pace.changed(true, now);
        pace.drawn(now);
        assert_eq!(pace.due(now), None, "nothing has changed since");
        let answered = now + MILLISECOND * 5;
        pace.changed(false, answered);
        assert_eq!(pace.due(answered), Some(answered));
        pace.drawn(answered);
        let later = now + AFTER_A_KEY;
        pace.drawn(later);
        pace.changed(false, later + MILLISECOND);
        assert_eq!(pace.due(later + MILLISECOND), Some(later + BETWEEN));
    }
}
