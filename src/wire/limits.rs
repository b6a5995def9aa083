//! How long the texts of a request may be; each request says it beside its fields. They are kept, written to the log and
//! shown to everybody, so that one that is too long is refused before anything is looked up for it.

mod held;

pub use held::Limits;

use super::Problem;
use super::request::Request;

/// A name, an id, a ticket, the text of a filter.
pub(super) const NAME: usize = 200;
/// The key of a row in a list: ids, one after another.
const KEY: usize = 500;
/// A URL, the value of a variable, one end of a mapping.
pub(super) const VALUE: usize = 2_000;
/// What somebody says in their own words.
pub(super) const NOTE: usize = 4_000;
/// Variables, events, keys, connections that one request names to be kept.
const MANY: usize = 500;
/// A key in PEM, or a redirected URL with everything that a vendor adds to it.
pub(super) const SECRET: usize = 16 * 1024;
/// A provider file, or what a console keeps of what somebody looked at.
pub(super) const FILE: usize = 256 * 1024;

/// Holds every text of a request against its limit.
///
/// # Errors
/// The first field that is too long, and how long it may be.
pub fn check(request: &Request) -> Result<(), Problem> {
    let mut limits = Limits::default();
    request.limits(&mut limits);
    limits.broken.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Code;
    use crate::wire::ask;
    use crate::wire::request::Window;

    #[test]
    fn a_text_may_be_as_long_as_its_field_says_and_no_longer() {
        let named = |length| {
            Request::Connection(ask::Connection {
                name: "é".repeat(length),
            })
        };
        assert_eq!(check(&named(NAME)), Ok(()));
        assert_eq!(check(&named(NAME + 1)).unwrap_err().code, Code::Usage);
        let filtered = |length| {
            Request::Audit(ask::Audit {
                window: Window {
                    filter: "x".repeat(length),
                    ..Window::default()
                },
            })
        };
        assert_eq!(check(&filtered(NAME)), Ok(()));
        assert!(check(&filtered(NAME + 1)).is_err());
        let events = |length| {
            Request::SubscriptionAdd(ask::SubscriptionAdd {
                url: "https://example.com/".to_owned(),
                events: vec!["synced".to_owned(), "x".repeat(length)],
            })
        };
        assert_eq!(check(&events(NAME)), Ok(()));
        assert!(check(&events(NAME + 1)).is_err());
    }
}
