use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::domain::connection::Account;
use crate::domain::webhook::Notice;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn connection(status: Status) -> Connection {
    let text = serde_json::json!({
        "id": "con_01jd7000000000000000000001", "instance": "ins_01jd7000000000000000000001",
        "provider": "ledger", "name": "acme", "owner": { "kind": "workspace" },
        "account": { "id": "1", "label": "acme" }, "status": status, "reason": "", "health": "healthy",
        "generation": 1, "version": 1, "connected_at": null, "synced_at": null,
    });
    serde_json::from_value(text).unwrap()
}

/// What happens, as far as it does not depend on how the connection stands.
#[derive(Debug, Clone)]
enum Happens {
    /// An authorization that began with the connection as it stands, or with an older version of it.
    Authorized {
        is_stale: bool,
    },
    /// A disconnect of the connection as it stands, or of an older generation of it.
    DisconnectBegins {
        is_stale: bool,
    },
    Marked(Status),
    Noticed(Notice),
    Other(ConnectionEvent),
}

impl Happens {
    fn to(&self, now: &Connection) -> ConnectionEvent {
        match self {
            Self::Authorized { is_stale } => {
                let authorization = Authorization {
                    name: None,
                    label: "acme two".to_owned(),
                    account: Account {
                        id: "2".to_owned(),
                        label: "acme two".to_owned(),
                    },
                    at: at(9),
                };
                ConnectionEvent::Authorized {
                    connection: Box::new(now.authorized(authorization)),
                    expected: Some(now.version - u64::from(*is_stale)),
                }
            }
            Self::DisconnectBegins { is_stale } => ConnectionEvent::DisconnectBegins {
                expected: None,
                generation: now.generation - u32::from(*is_stale),
                by: "alice".to_owned(),
            },
            Self::Marked(status) => ConnectionEvent::Marked {
                generation: now.generation,
                badge: Badge {
                    status: *status,
                    ..Badge::connected()
                },
            },
            Self::Noticed(said) => ConnectionEvent::Noticed(VendorNotice::new(*said, at(3))),
            Self::Other(event) => event.clone(),
        }
    }
}

fn happens() -> Vec<Happens> {
    let asked = VendorNotice::new(Notice::Revoked, at(3));
    let others = [
        ConnectionEvent::Refreshed,
        ConnectionEvent::Synced { at: at(4) },
        ConnectionEvent::DisconnectEnds,
        ConnectionEvent::Readmitted {
            reason: "taken on from a copy".to_owned(),
            can_be_asked: false,
        },
        ConnectionEvent::Readmitted {
            reason: "restored with its secrets".to_owned(),
            can_be_asked: true,
        },
        ConnectionEvent::AskedFirst {
            generation: 1,
            answer: FirstAnswer::Alive,
        },
        ConnectionEvent::AskedFirst {
            generation: 1,
            answer: FirstAnswer::Refused("refused".to_owned()),
        },
        ConnectionEvent::AskedFirst {
            generation: 1,
            answer: FirstAnswer::Unclear("no answer".to_owned()),
        },
        ConnectionEvent::Bound {
            generation: 1,
            bound: Box::default(),
        },
        ConnectionEvent::Configured {
            name: Some("ours".to_owned()),
            vars: BTreeMap::new(),
        },
        ConnectionEvent::NoticeAsked(VendorNotice {
            tries: 1,
            ..asked.clone()
        }),
        ConnectionEvent::NoticeSettled {
            generation: 1,
            asked,
            reason: None,
        },
        ConnectionEvent::JobsWentOff(vec!["job_01jd7000000000000000000001".parse().unwrap()]),
        ConnectionEvent::JobsWentOff(Vec::new()),
        ConnectionEvent::JobsComeBack,
    ];
    let marks = [Status::Connected, Status::Error, Status::ReconnectRequired];
    let stale = [false, true];
    let mut all: Vec<Happens> = others.map(Happens::Other).into();
    all.extend(marks.map(Happens::Marked));
    all.extend([Notice::Revoked, Notice::Expiring].map(Happens::Noticed));
    all.extend(stale.map(|is_stale| Happens::Authorized { is_stale }));
    all.extend(stale.map(|is_stale| Happens::DisconnectBegins { is_stale }));
    all
}

/// Where an event may lead from a status to another; what is not here leaves the status as it is, or is refused.
fn leads(from: Status, event: &ConnectionEvent) -> &'static [Status] {
    match event {
        ConnectionEvent::Authorized { .. } if from != Status::Disconnecting => &[Status::Connected],
        // What was refused is not granted again by an answer about something else.
        ConnectionEvent::Marked { .. } if from == Status::ReconnectRequired => &[],
        ConnectionEvent::Marked { .. } if from.in_service() => {
            &[Status::Connected, Status::Error, Status::ReconnectRequired]
        }
        ConnectionEvent::Refreshed if from.in_service() => &[Status::Connected],
        ConnectionEvent::AskedFirst {
            answer: FirstAnswer::Alive,
            ..
        } if from == Status::ReconnectRequired => &[Status::Connected],
        ConnectionEvent::DisconnectBegins { .. } if from.in_service() => &[Status::Disconnecting],
        ConnectionEvent::DisconnectEnds if from == Status::Disconnecting => &[Status::Revoked],
        ConnectionEvent::Readmitted { .. } if from.in_service() || from == Status::Pending => {
            &[Status::ReconnectRequired]
        }
        _ => &[],
    }
}

/// What this event may and may not have done.
fn follows(before: &Connection, event: &ConnectionEvent, after: &Connection) {
    let is_led = leads(before.status, event).contains(&after.status);
    assert!(
        is_led || after.status == before.status,
        "{:?} to {:?} by {event:?}",
        before.status,
        after.status
    );
    // Out of service it comes back by an authorization alone, and then as another generation.
    let is_authorized = matches!(event, ConnectionEvent::Authorized { .. });
    if before.status == Status::Revoked && after.status != Status::Revoked {
        assert!(is_authorized, "{event:?}");
    }
    let grown = after.generation - before.generation;
    assert_eq!(grown, u32::from(is_authorized), "{event:?}");
    // Nobody asks about what is not in service.
    assert!(after.notice.is_none() || after.status.in_service());
    // What is asked first is used by nobody until then.
    assert!(!after.is_asked_first || after.status == Status::ReconnectRequired);
    assert!(!after.is_asked_first || !after.is_used(at(0)), "{event:?}");
    let is_readmitted = matches!(event, ConnectionEvent::Readmitted { .. });
    assert!(before.is_asked_first || !after.is_asked_first || is_readmitted);
    // Whose it is, and what it is, stays.
    let is = |it: &Connection| (it.id.clone(), it.owner.clone(), it.provider.clone());
    assert_eq!(is(after), is(before));
}

#[test]
fn every_event_in_every_status_is_refused_or_leads_where_it_may() {
    for status in Status::ALL {
        for what in happens() {
            let before = connection(status);
            let event = what.to(&before);
            if let Ok((after, _)) = before.clone().after(event.clone()) {
                follows(&before, &event, &after);
            }
        }
    }
}

proptest! {
    /// Whatever happens in whatever order, no way leads around the rules.
    #[test]
    fn no_way_leads_around_the_rules(
        first in proptest::sample::select(Status::ALL.to_vec()),
        events in proptest::collection::vec(proptest::sample::select(happens()), 1..24),
    ) {
        let mut now = connection(first);
        for what in events {
            let event = what.to(&now);
            if let Ok((after, effect)) = now.clone().after(event.clone()) {
                follows(&now, &event, &after);
                if let ConnectionEffect::TurnOn(jobs) = effect {
                    prop_assert_eq!(&jobs, &now.enabled_before);
                    prop_assert!(after.enabled_before.is_empty());
                }
                now = after;
            }
        }
    }
}

fn refused(before: Connection, event: ConnectionEvent) -> String {
    before.after(event).unwrap_err().to_string()
}

#[test]
fn a_refusal_says_who_was_first() {
    let begins = |is_stale: bool| Happens::DisconnectBegins { is_stale };
    let one = connection(Status::Connected);
    let (disconnecting, _) = one.clone().after(begins(false).to(&one)).unwrap();
    let again = begins(false).to(&disconnecting);
    assert_eq!(
        refused(disconnecting.clone(), again),
        "acme is disconnecting, by alice"
    );
    let authorized = Happens::Authorized { is_stale: false }.to(&disconnecting);
    assert_eq!(
        refused(disconnecting, authorized),
        "acme two is being disconnected"
    );
    assert_eq!(
        refused(one.clone(), begins(true).to(&one)),
        "acme was connected anew"
    );
    assert_eq!(
        refused(connection(Status::Revoked), begins(false).to(&one)),
        "acme is disconnected"
    );
    assert_eq!(
        one.serves(2).unwrap_err().to_string(),
        "con_01jd7000000000000000000001 is connected"
    );
}

#[test]
fn an_authorization_of_an_older_version_is_refused() {
    let one = connection(Status::Revoked);
    let event = Happens::Authorized { is_stale: true }.to(&one);
    let refused = one.after(event).unwrap_err();
    assert_eq!(
        refused,
        ConnectionRefusal::Changed {
            what: "con_01jd7000000000000000000001".to_owned(),
            expected: 0,
            found: 1
        }
    );
    assert!(may_be_authorized(None, &connection(Status::Connected), Some(1)).is_err());
    assert!(may_be_authorized(None, &connection(Status::Connected), None).is_ok());
}

#[test]
fn a_name_that_a_person_chose_survives_an_authorization() {
    let mut one = connection(Status::Revoked);
    let by = |name: Option<&str>| Authorization {
        name: name.map(str::to_owned),
        label: "acme two".to_owned(),
        account: Account::default(),
        at: at(9),
    };
    assert_eq!(one.authorized(by(None)).name, "acme two");
    one.name = "ours".to_owned();
    assert_eq!(one.authorized(by(None)).name, "ours");
    assert_eq!(one.authorized(by(Some("theirs"))).name, "theirs");
}

#[test]
fn what_was_never_asked_about_is_asked_about_after_the_next_restore_too() {
    let restored = || ConnectionEvent::Readmitted {
        reason: "restored with its secrets".to_owned(),
        can_be_asked: true,
    };
    let (once, _) = connection(Status::Connected).after(restored()).unwrap();
    let (twice, _) = once.clone().after(restored()).unwrap();
    assert!(once.is_asked_first && twice.is_asked_first);
    let refused = connection(Status::ReconnectRequired);
    assert!(!refused.after(restored()).unwrap().0.is_asked_first);
}
