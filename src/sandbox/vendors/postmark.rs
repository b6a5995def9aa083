use crate::sandbox::faults::Endpoint;
use crate::sandbox::vendors::Handler;
pub(super) fn route(_method: &str, _segments: &[&str]) -> Option<(Endpoint, Handler)> {
    None
}
