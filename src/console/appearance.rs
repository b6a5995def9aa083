//! How things are drawn: theme, signs, the zone of the clock times.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::style::Style;
use ratatui::text::Span;

use super::glyphs::{self, Glyphs};
use super::text::{self, Align};
use super::theme::{StyleRole, Theme};
use crate::domain::connection::{Health, Status};
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::log::StepState;
use crate::domain::disconnect::run::RunState;
use crate::domain::trial::{Outcome, Residual};

/// Everything drawing needs besides the facts.
#[derive(Debug, Clone)]
pub struct Appearance {
    /// Roles and their styles.
    pub theme: Theme,
    /// The signs.
    pub glyphs: Glyphs,
    /// Where the person reads the clock.
    pub zone: TimeZone,
    /// When the last event came: tells today from other days. Nothing counts up from it.
    pub now: Timestamp,
    /// Times whole, in UTC: for a file, which is read another day.
    pub exact: bool,
    /// How what has to be black on white is drawn; none where there is no colour, or no half block.
    pub black_on_white: Option<Style>,
}

impl Appearance {
    /// For what goes into a file: words alone, and times whole.
    #[must_use]
    pub fn exact() -> Self {
        Self {
            theme: Theme::default(),
            glyphs: glyphs::PLAIN,
            zone: TimeZone::UTC,
            now: Timestamp::UNIX_EPOCH,
            exact: true,
            black_on_white: None,
        }
    }

    /// The style of a role.
    #[must_use]
    pub fn style(&self, role: StyleRole) -> Style {
        self.theme.style(role)
    }

    /// Cleaned text in a role.
    #[must_use]
    pub fn span(&self, text: impl AsRef<str>, role: StyleRole) -> Span<'static> {
        Span::styled(text::clean(text.as_ref()), self.style(role))
    }

    /// Cleaned, cut and padded text in a role.
    #[must_use]
    pub fn cell(&self, text: &str, width: usize, align: Align, role: StyleRole) -> Span<'static> {
        Span::styled(
            text::fit(text, width, align, self.glyphs.ellipsis),
            self.style(role),
        )
    }

    /// `23:38` today, `19 Nov` before, with the year when it is another one.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        self.in_words(at, "%H:%M", "%-d %b")
    }

    /// `23:38:07` today, `19 Nov 23:38` this year, `3 Dec 2025` before.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> String {
        self.in_words(at, "%H:%M:%S", "%-d %b %H:%M")
    }

    /// In one form today, in another this year.
    fn in_words(&self, at: Timestamp, today: &str, this_year: &str) -> String {
        if self.exact {
            return whole(at);
        }
        let (at, now) = (
            at.to_zoned(self.zone.clone()),
            self.now.to_zoned(self.zone.clone()),
        );
        let form = if at.date() == now.date() {
            today
        } else if at.year() == now.year() {
            this_year
        } else {
            "%-d %b %Y"
        };
        at.strftime(form).to_string()
    }

    /// `0.4 s`, `2 min 10 s`.
    #[must_use]
    pub fn lasted(&self, from: Timestamp, to: Timestamp) -> String {
        let millis = to
            .as_millisecond()
            .saturating_sub(from.as_millisecond())
            .max(0);
        match millis {
            0..60_000 => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
            _ => format!("{} min {} s", millis / 60_000, millis % 60_000 / 1_000),
        }
    }

    /// Sign, word and role of a connection's status.
    #[must_use]
    pub fn status(&self, status: Status) -> (&'static str, &'static str, StyleRole) {
        let (glyph, role) = match status {
            Status::Connected => (self.glyphs.good, StyleRole::Good),
            Status::ReconnectRequired => (self.glyphs.half, StyleRole::Warn),
            Status::Error => (self.glyphs.bad, StyleRole::Bad),
            Status::Disconnecting => (self.glyphs.busy, StyleRole::Warn),
            Status::Pending => (self.glyphs.pending, StyleRole::Text),
            Status::Revoked => (self.glyphs.off, StyleRole::Dim),
        };
        (glyph, status.badge(), role)
    }

    /// Sign, word and role of a step's state.
    #[must_use]
    pub fn step(&self, state: StepState) -> (&'static str, &'static str, StyleRole) {
        let (glyph, role) = match state {
            StepState::Pending => (self.glyphs.pending, StyleRole::Dim),
            StepState::Running => (self.glyphs.busy, StyleRole::Accent),
            StepState::Done => (self.glyphs.good, StyleRole::Good),
            StepState::Warning => (self.glyphs.warn, StyleRole::Warn),
            StepState::Skipped => (self.glyphs.off, StyleRole::Dim),
            StepState::Failed => (self.glyphs.bad, StyleRole::Bad),
        };
        (glyph, state.word(), role)
    }

    /// Sign, words and role of what is claimed about a token.
    #[must_use]
    pub fn outcome(
        &self,
        outcome: Outcome,
        of: TokenKind,
    ) -> (&'static str, &'static str, StyleRole) {
        let (glyph, role) = match outcome {
            Outcome::VerifiedDead | Outcome::AlreadyDead => (self.glyphs.good, StyleRole::Good),
            Outcome::StillAlive => (self.glyphs.bad, StyleRole::Bad),
            Outcome::AcceptedUnverified
            | Outcome::Unsupported
            | Outcome::Unreachable
            | Outcome::Rejected => (self.glyphs.warn, StyleRole::Warn),
        };
        (glyph, outcome.words_of(of), role)
    }

    /// Sign, words and role of a run's state.
    #[must_use]
    pub fn run(&self, state: RunState) -> (&'static str, &'static str, StyleRole) {
        let (glyph, role) = match state {
            RunState::Running => (self.glyphs.busy, StyleRole::Accent),
            RunState::Waiting => (self.glyphs.bad, StyleRole::Bad),
            RunState::Completed => (self.glyphs.good, StyleRole::Good),
            RunState::CompletedWithWarnings => (self.glyphs.warn, StyleRole::Warn),
        };
        (glyph, state.words(), role)
    }

    /// Word and role of a health.
    #[must_use]
    pub fn health(&self, health: Health) -> (&'static str, StyleRole) {
        let role = match health {
            Health::Healthy => StyleRole::Good,
            Health::Degraded => StyleRole::Warn,
            Health::Down => StyleRole::Bad,
            Health::Unknown => StyleRole::Dim,
        };
        (health.word(), role)
    }

    /// Until when a token may live, in words.
    #[must_use]
    pub fn residual(&self, residual: Residual) -> String {
        match residual {
            Residual::None => "dead".to_owned(),
            Residual::Until(at) => format!("may live until {}", self.moment(at)),
            Residual::Unknown => "may live, nothing says until when".to_owned(),
            Residual::Never => "never expires".to_owned(),
        }
    }
}

/// To the second, in UTC (RFC 3339).
fn whole(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
