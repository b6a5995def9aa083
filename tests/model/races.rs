//! Guards that the server has, each of which the model can do without: races that were found before, put back one at a time.

use crate::properties::Property;
use crate::scenarios::Part;
use crate::search::search;

/// A guard that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Race {
    /// A token is found and leaves without a look at whether a disconnect has begun.
    TokenReadWhileDisconnecting,
    /// A disconnect does not end the authorizations that are open, so that one of them brings the connection back.
    FlowsNotEnded,
    /// An authorization that was ended is exchanged and kept all the same.
    EndedFlowExchanges,
    EndedFlowConnects,
    /// A connection is written over what changed since it was looked at.
    VersionNotLookedAt,
    /// A key that was being tried when the disconnect began is kept after it.
    KeyNotEnded,
    /// A tag ends nothing that is open, and is not looked at when something is kept.
    TagWithoutEffect,
    /// Whether a wipe is under way is not looked at when something is kept.
    WipeNotLookedAt,
    /// A disconnect does not wait for a refresh in flight.
    DisconnectDoesNotWait,
    /// A call that may issue is made without an intent, and a crash loses its answer.
    NoIntent,
    /// A sync of an older generation goes on writing.
    OlderPullWrites,
    /// A disconnect leaves executions as they are.
    PullNotCancelled,
    /// Whether an event has an effect is decided when it is read, not when it is applied.
    EventJudgedBefore,
    /// A call that ends a grant is made while one is being issued.
    GrantEndsWhileIssued,
    /// The same of a call that ends one token, where the vendor issues the token that lives to whoever authorizes again: of a
    /// disconnect, and of what is given back.
    TokenEndsWhileIssued,
    GivenBackWhileIssued,
    /// Calls reach the other connection, which stays.
    SiblingNotSpared,
    /// A held token is called for although it was issued again.
    HeldTokenUsedAgain,
    /// A token that is kept for its proof is opened when that time is over.
    HoldOutlivesItsTime,
    /// A hold and the end of the row that it was moved from are two transactions, and a crash comes between.
    HoldOpenedApart,
    /// The first call is made before what the tokens answered is on the disk, and a crash comes between.
    CallBeforeD3,
    /// A slot is overwritten before that is on the disk.
    SlotBeforeD6,
}

/// Where each is found, and by which property.
const FOUND: [(Race, Part, Property); 22] = [
    (
        Race::TokenReadWhileDisconnecting,
        Part::TOKENS,
        Property::ShutSinceD1,
    ),
    (Race::FlowsNotEnded, Part::LITTLE, Property::NoWayBack),
    (Race::EndedFlowExchanges, Part::LITTLE, Property::NoWayBack),
    (Race::EndedFlowConnects, Part::SAME, Property::NoWayBack),
    (
        Race::VersionNotLookedAt,
        Part::KEYS,
        Property::OneLiveGeneration,
    ),
    (Race::KeyNotEnded, Part::KEYS, Property::NoWayBack),
    (Race::TagWithoutEffect, Part::TAGS, Property::NothingNew),
    (Race::WipeNotLookedAt, Part::WIPES, Property::NothingNew),
    (
        Race::DisconnectDoesNotWait,
        Part::REFRESH,
        Property::OneLiveGeneration,
    ),
    (Race::NoIntent, Part::FLOWS, Property::NothingIsForgotten),
    (
        Race::OlderPullWrites,
        Part::SYNCS,
        Property::OnlyThisGeneration,
    ),
    (Race::PullNotCancelled, Part::SYNCS, Property::ShutSinceD1),
    (Race::EventJudgedBefore, Part::EVENTS, Property::ShutSinceD1),
    (
        Race::GrantEndsWhileIssued,
        Part::ALONE,
        Property::OthersAreSpared,
    ),
    (
        Race::TokenEndsWhileIssued,
        Part::APART,
        Property::OthersAreSpared,
    ),
    (
        Race::GivenBackWhileIssued,
        Part::AGAIN,
        Property::OthersAreSpared,
    ),
    (
        Race::SiblingNotSpared,
        Part::LITTLE,
        Property::OthersAreSpared,
    ),
    (
        Race::HeldTokenUsedAgain,
        Part::RETRIES,
        Property::OthersAreSpared,
    ),
    (
        Race::HoldOutlivesItsTime,
        Part::PROOFS,
        Property::SealedAsSaid,
    ),
    (Race::HoldOpenedApart, Part::PROOFS, Property::SealedAsSaid),
    (Race::CallBeforeD3, Part::BOTH, Property::ClaimsAreTrue),
    (Race::SlotBeforeD6, Part::LITTLE, Property::SealedAsSaid),
];

#[test]
fn each_race_is_found_once_its_guard_is_missing() {
    let mut wrong = Vec::new();
    for (race, part, expected) in FOUND {
        let found = search(&part.start(), Some(race));
        println!("{race:?}: {} states", found.states);
        match found.violation {
            Some(violation) if violation.property == expected => {}
            Some(violation) => wrong.push(format!(
                "{race:?}: {:?} in place of {expected:?}\n{}",
                violation.property, violation.way
            )),
            None => wrong.push(format!("{race:?}: {expected:?} holds without its guard")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
