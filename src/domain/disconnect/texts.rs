//! What is said before a disconnect, word for word the same in the console and in the verbs.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::totals::Totals;
use crate::domain::flow::OpenFlow;
use crate::domain::provider::AuthKind;
use crate::domain::trial::Keeping;

/// What is accepted with a time that lies ahead.
#[must_use]
pub fn accepted_for_later() -> &'static str {
    "What is then as it is now is disconnected. What is new or has changed by then is left, named, and told on your first screen."
}

/// The question about one connection.
#[must_use]
pub fn title(provider_name: &str) -> String {
    format!("Disconnect {provider_name}?")
}

/// The question about one connection that is to be another account's afterwards.
#[must_use]
pub fn swap_title(provider_name: &str) -> String {
    format!("Swap {provider_name} to another account?")
}

/// What the swap is after the disconnect, which [`body`] is about.
#[must_use]
pub fn swap_body(jobs: u64, auth: Option<AuthKind>) -> String {
    let jobs = match jobs {
        0 => "no job is enabled".to_owned(),
        1 => "the job that is enabled now is enabled again".to_owned(),
        n => format!("the {n} jobs that are enabled now are enabled again"),
    };
    let way = match auth {
        Some(AuthKind::ApiKey) => "you give the key of another account, so have it at hand",
        Some(AuthKind::AppInstall) => "you name another account's installation of our app",
        Some(AuthKind::Oauth2) | None => "you sign in as another account",
    };
    format!("The first half of a swap: then {way}, and {jobs}.")
}

/// The question about several connections.
#[must_use]
pub fn many(count: usize) -> String {
    format!("Disconnect {count} connections?")
}

/// What happens, for one connection or many.
#[must_use]
pub fn body() -> &'static str {
    "This will revoke access and delete all stored credentials. Any active sync jobs will stop. \
     Previously synced data will be kept but marked as stale."
}

/// The further line that gives the number of active jobs; none without any.
#[must_use]
pub fn active_jobs(count: u64) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 active sync job will stop.".to_owned()),
        _ => Some(format!("{count} active sync jobs will stop.")),
    }
}

/// What the action is called for a CRM.
#[must_use]
pub fn crm_label() -> &'static str {
    "Disconnect CRM Integration"
}

/// What stands above [`body`] for a CRM.
#[must_use]
pub fn crm_warning(workspace: &str) -> String {
    format!(
        "WARNING: This is permanent. Disconnecting your CRM connection means you will no longer have data \
         syncing between {workspace} and your CRM."
    )
}

/// What stands below [`body`] for a CRM: what of it is permanent, and what is not.
#[must_use]
pub fn crm_permanent() -> &'static str {
    "Permanent: the stored credentials are destroyed beyond recovery. Not permanent: synced data, references, \
     sync jobs, field mappings and the audit log are kept, and connecting again takes them up."
}

/// A feature that depends on the provider.
#[must_use]
pub fn dependent(name: &str) -> String {
    format!("Disconnecting may affect {name}.")
}

/// What a tag means, before it is put on.
#[must_use]
pub fn tags(provider: &str) -> String {
    format!(
        "{provider} is tagged: nothing new is authorized there until tagout providers untag {provider} --note T."
    )
}

/// How many open authorizations end, when there are any.
#[must_use]
pub fn open_flows(n: usize) -> Option<String> {
    match n {
        0 => None,
        1 => Some("1 open authorization ends; what it brings is not used.".to_owned()),
        n => Some(format!(
            "{n} open authorizations end; what they bring is not used."
        )),
    }
}

/// That device links among these, which end, can be approved at the vendor all the same, and until when.
#[must_use]
pub fn links<'a>(
    flows: impl IntoIterator<Item = &'a OpenFlow>,
    moment: impl Fn(Timestamp) -> String,
) -> Option<String> {
    let links = flows.into_iter().filter(|flow| flow.is_link());
    let ends: BTreeMap<_, _> = links.map(|link| (&link.id, link.ends_at)).collect();
    let until = moment(*ends.values().max()?);
    Some(match ends.len() {
        1 => format!("1 device link may be approved until {until}; no token comes of it."),
        n => format!(
            "{n} device links may be approved, the last until {until}; no token comes of them."
        ),
    })
}

/// What holding means, when an unreachable provider's token is to be held.
#[must_use]
pub fn hold() -> &'static str {
    "The token is kept sealed to retry the revocation."
}

/// What is kept sealed, and for how long.
#[must_use]
pub fn kept_sealed(keeping: Keeping, totals: &Totals) -> String {
    match keeping {
        Keeping::Retry => hold().to_owned(),
        Keeping::Nothing => {
            "Nothing is kept sealed: what cannot be proven dead at once stays unproven.".to_owned()
        }
        Keeping::Proof => {
            let most = match totals.slowest_proof() {
                None => "two minutes at most".to_owned(),
                Some(slow) => format!(
                    "up to about {} minutes, for {} bears {} refused questions a minute",
                    slow.minutes, slow.provider_name, slow.refusals_a_minute
                ),
            };
            format!(
                "A token whose death takes time to prove is kept sealed until it is proven, {most}."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::disconnect::totals::Proofs;

    #[test]
    fn the_words_are_those_that_were_asked_for() {
        assert_eq!(title("GitHub"), "Disconnect GitHub?");
        assert_eq!(many(9), "Disconnect 9 connections?");
        assert_eq!(
            body(),
            "This will revoke access and delete all stored credentials. Any active sync jobs will stop. Previously synced data will be kept but marked as stale."
        );
        assert_eq!(crm_label(), "Disconnect CRM Integration");
        assert_eq!(
            crm_warning("Acme"),
            "WARNING: This is permanent. Disconnecting your CRM connection means you will no longer have data syncing between Acme and your CRM."
        );
        assert_eq!(
            dependent("Release notes"),
            "Disconnecting may affect Release notes."
        );
        assert_eq!(hold(), "The token is kept sealed to retry the revocation.");
    }

    #[test]
    fn a_device_link_is_said_with_its_time_once() {
        let flow = |id: u8, kind: &str, minute: u8| -> OpenFlow {
            let text = serde_json::json!({
                "id": format!("flo_{id:026}"), "connection": null, "provider": "ledger", "kind": kind, "owner": "workspace",
                "by": "alice", "began_at": "2026-11-29T14:00:00Z", "ends_at": format!("2026-11-29T14:{minute}:00Z"),
            });
            serde_json::from_value(text).unwrap()
        };
        let moment = |at: Timestamp| at.strftime("%H:%M").to_string();
        let said = |flows: &[OpenFlow]| links(flows, moment);
        let (browser, device) = (flow(1, "browser", 10), flow(2, "device", 20));
        assert_eq!(said(std::slice::from_ref(&browser)), None);
        assert_eq!(
            said(&[browser, device.clone(), device.clone()]).unwrap(),
            "1 device link may be approved until 14:20; no token comes of it."
        );
        assert_eq!(
            said(&[device, flow(3, "device", 25)]).unwrap(),
            "2 device links may be approved, the last until 14:25; no token comes of them."
        );
    }

    #[test]
    fn the_number_of_jobs_is_given_when_there_are_any() {
        assert_eq!(active_jobs(0), None);
        assert_eq!(active_jobs(1).unwrap(), "1 active sync job will stop.");
        assert_eq!(active_jobs(2).unwrap(), "2 active sync jobs will stop.");
    }

    #[test]
    fn what_takes_long_to_prove_is_said() {
        let said = |keeping, proofs: &[(&str, u64, u32)]| {
            let proofs = proofs.iter().map(|(name, runs, a_minute)| {
                let cost = Proofs {
                    runs: *runs,
                    refusals: 26,
                    a_minute: *a_minute,
                };
                ((*name).to_owned(), cost)
            });
            let mut totals = Totals::default();
            totals.proofs.extend(proofs);
            kept_sealed(keeping, &totals)
        };
        let usual = said(Keeping::Proof, &[("GitHub", 4, 120)]);
        assert!(usual.ends_with("proven, two minutes at most."), "{usual}");
        let long = said(Keeping::Proof, &[("GitHub", 27, 120), ("Slack", 2, 10)]);
        assert!(
            long.ends_with(
                "proven, up to about 14 minutes, for GitHub bears 120 refused questions a minute."
            ),
            "{long}"
        );
        assert_eq!(said(Keeping::Retry, &[]), hold());
    }
}
