//! What a vendor sent last, in words.

use crate::console::appearance::Appearance;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::console::widgets::doc::Doc;
use crate::domain::delivery::{Delivery, Fate};

/// So many deliveries are shown here; `tagout webhooks deliveries` lists more.
const DELIVERIES: usize = 5;

/// The latest of them, and what became of each.
pub(super) fn describe(all: &[Delivery], page: &mut Doc<'_>, look: &Appearance) {
    if all.is_empty() {
        return;
    }
    page.heading("Latest events");
    for it in all.iter().take(DELIVERIES) {
        let (sign, role) = match it.fate {
            Fate::Applied => (look.glyphs.good, StyleRole::Text),
            Fate::WithoutEffect | Fate::Unwatched | Fate::Repeated | Fate::Dropped => {
                (look.glyphs.off, StyleRole::Dim)
            }
            Fate::Unverified | Fate::OutOfTime | Fate::Forged => {
                (look.glyphs.warn, StyleRole::Warn)
            }
        };
        let milliseconds = it.latency_us / 1_000;
        let words = format!(
            "{}  {} {}, {} ms: {}",
            look.time(it.at),
            it.status,
            it.fate.word(),
            text::number(milliseconds),
            it.why
        );
        page.point(sign, &words, role);
        page.point("", &it.preview, StyleRole::Dim);
    }
}
