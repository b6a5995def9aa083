//! Positions that only count: a page number or an offset, in a URL that the vendor names or as its cursor. They mean no more than
//! pages that are numbered here.

use std::collections::BTreeMap;

use url::Url;

use super::next::PageView;
use crate::domain::sync::Follows;

/// Whether the position that a page names counts things or pages.
pub(super) fn is_counted_on(follows: &Follows, seen: &PageView<'_>) -> bool {
    let Follows::At(next) = follows else {
        return false;
    };
    let step = Step {
        of: seen.count as u64,
    };
    if let Ok(url) = Url::parse(next) {
        let (before, after) = (params(seen.from), params(&url));
        let changed = after
            .iter()
            .filter(|(name, value)| before.get(*name) != Some(value));
        return changed
            .into_iter()
            .any(|(name, value)| step.leads(before.get(name).map(String::as_str), value));
    }
    let here = seen.wanted.cursor.map(|cursor| cursor.as_str());
    step.leads(here, next)
}

fn params(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

/// From one page to the next: by one, or by the things of the page.
struct Step {
    of: u64,
}

impl Step {
    /// Whether it leads from one position to the other. The first one is not named on most first pages.
    fn leads(&self, from: Option<&str>, to: &str) -> bool {
        let Ok(to) = to.parse::<u64>() else {
            return false;
        };
        match from.map(str::parse::<u64>) {
            Some(Ok(from)) => to
                .checked_sub(from)
                .is_some_and(|step| step == 1 || step == self.of),
            Some(Err(_)) => false,
            None => matches!(to, 1 | 2) || to == self.of || to == self.of + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_one_or_of_a_page_counts() {
        let step = Step { of: 100 };
        for (from, to) in [
            (None, "2"),
            (None, "100"),
            (Some("2"), "3"),
            (Some("100"), "200"),
        ] {
            assert!(step.leads(from, to), "{from:?} {to}");
        }
        for (from, to) in [
            (None, "8817"),
            (None, "abc"),
            (Some("8817"), "9001"),
            (Some("a"), "2"),
            (Some("200"), "100"),
        ] {
            assert!(!step.leads(from, to), "{from:?} {to}");
        }
    }
}
