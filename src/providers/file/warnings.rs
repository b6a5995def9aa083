//! What is not wrong with a provider file, and yet not good.

use super::FileProblem;
use super::check_proof::FLOW_PARAMS;
use crate::domain::provider::{Call, ProviderFile};

/// Statuses that also refuse a malformed request, our client, a scope or an address.
const AMBIGUOUS: [u16; 4] = [400, 401, 403, 422];

/// The fields that a file should say more about.
pub(super) fn of(file: &ProviderFile) -> Vec<FileProblem> {
    let calls = file.disconnect.iter().enumerate();
    calls
        .filter_map(|(at, call)| gone_by_status(at, call))
        .chain(no_path(file))
        .collect()
}

/// Whoever has to revoke by hand is told no more than the vendor's name then.
fn no_path(file: &ProviderFile) -> Option<FileProblem> {
    file.manual.is_empty().then(|| {
        FileProblem::new(
            "manual",
            "is missing: a person is not told where to revoke what is not proven dead; expected [[manual]]",
        )
    })
}

/// Such a `gone` counts as a refusal until the questions say more.
fn gone_by_status(at: usize, call: &Call) -> Option<FileProblem> {
    let gone = &call.gone;
    let status = gone
        .status
        .iter()
        .find(|status| AMBIGUOUS.contains(status))?;
    gone.is_status_alone().then(|| {
        FileProblem::new(
            format!("disconnect[{at}].gone.status"),
            format!(
                "{status} alone does not say that the token was dead before, it also refuses wrong requests; expected pointer, contains or header beside it"
            ),
        )
    })
}

/// Takes out of a stored file what newer programs refuse in a new one.
pub(super) fn drop_flow_params(file: &mut ProviderFile) -> Vec<FileProblem> {
    let params = &mut file.auth.params;
    let dropped = FLOW_PARAMS
        .iter()
        .filter(|name| params.remove(**name).is_some());
    dropped
        .map(|name| {
            FileProblem::new(
                format!("auth.params.{name}"),
                "is made anew for every flow and is left out",
            )
        })
        .collect()
}
