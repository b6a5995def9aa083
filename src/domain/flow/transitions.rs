//! What happens to an authorization, and how it stands then. Nothing else moves one.

use jiff::Timestamp;

use super::{Flow, FlowEnd, Phase};

/// What happens to a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowEvent {
    /// Somebody is about to be sent to the vendor.
    Opened {
        /// SHA-256 of its `state` in hex.
        state_digest: Option<String>,
        /// When the vendor ends it.
        ends_at: Timestamp,
    },
    /// A code came back from the vendor.
    CodeCame,
    /// The vendor issued tokens.
    Issued,
    /// It came to nothing by itself: refused, too late, given up by whoever began it.
    Failed,
    /// Somebody ends it.
    Ended(FlowEnd),
    /// A code came back after it had been ended. That is recorded once.
    CodeCameLate,
    /// The vendor takes no approval of a device link any more.
    LinkOver {
        /// When it said so.
        at: Timestamp,
    },
}

/// What is to be done about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowEffect {
    /// The code is exchanged.
    Exchange,
    /// The tokens become a connection.
    Keep,
    /// The tokens go back to the vendor.
    GiveBack,
    /// The secrets of the flow are dropped.
    Forget,
    /// Nothing.
    Nothing,
}

/// The flow has ended, and this is not done any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct FlowRefusal {
    /// How it ended, as a sentence.
    pub why: String,
}

impl Flow {
    /// The flow as it stands after an event, and what is to be done. One that is over is kept no longer.
    ///
    /// # Errors
    /// When the flow has ended: nothing that comes later is exchanged.
    pub fn after(mut self, event: FlowEvent) -> Result<(Self, FlowEffect), FlowRefusal> {
        let effect = match event {
            FlowEvent::Opened {
                state_digest,
                ends_at,
            } => {
                (self.state_digest, self.ends_at) = (state_digest, ends_at);
                FlowEffect::Nothing
            }
            FlowEvent::CodeCame => {
                self.phase = exchanging(self.phase)?;
                FlowEffect::Exchange
            }
            FlowEvent::Issued => {
                let is_wanted = self.is_open();
                self.phase = over(self.phase);
                match is_wanted {
                    true => FlowEffect::Keep,
                    false => FlowEffect::GiveBack,
                }
            }
            FlowEvent::Failed => {
                let effect = self.forgets();
                self.phase = over(self.phase);
                effect
            }
            FlowEvent::Ended(end) => {
                let effect = self.forgets();
                self.phase = ended(self.phase, end);
                effect
            }
            FlowEvent::CodeCameLate => {
                self.state_digest = None;
                FlowEffect::Nothing
            }
            FlowEvent::LinkOver { at } => {
                self.ends_at = self.ends_at.min(at);
                FlowEffect::Nothing
            }
        };
        Ok((self, effect))
    }

    /// What ends an open flow drops its secrets; after the end there are none.
    fn forgets(&self) -> FlowEffect {
        match self.is_open() {
            true => FlowEffect::Forget,
            false => FlowEffect::Nothing,
        }
    }
}

/// A code is exchanged once.
fn exchanging(phase: Phase) -> Result<Phase, FlowRefusal> {
    match phase {
        Phase::Open => Ok(Phase::Exchanging),
        Phase::Ended { end } => Err(FlowRefusal {
            why: end.sentence(),
        }),
        Phase::Exchanging | Phase::Over => Err(FlowRefusal {
            why: HAD_ITS_ANSWER.to_owned(),
        }),
    }
}

/// What somebody ended stays ended, until its own time is over.
fn over(phase: Phase) -> Phase {
    match phase {
        Phase::Open | Phase::Exchanging | Phase::Over => Phase::Over,
        Phase::Ended { end } => Phase::Ended { end },
    }
}

/// Whoever ended it first has ended it.
fn ended(phase: Phase, end: FlowEnd) -> Phase {
    match phase {
        Phase::Open | Phase::Exchanging => Phase::Ended { end },
        Phase::Ended { .. } | Phase::Over => phase,
    }
}

/// Why nothing more comes of a flow that came to its own end.
pub(super) const HAD_ITS_ANSWER: &str = "the authorization has had its answer";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn flow(phase: Phase) -> Flow {
        let text = serde_json::json!({
            "id": "flo_01jd7000000000000000000001", "provider": "ledger", "connection": null, "kind": "browser",
            "owner": { "kind": "workspace" }, "by": "usr_01jd7000000000000000000001", "by_name": "alice",
            "began_at": "2026-11-29T00:00:00Z", "ends_at": "2026-11-29T00:10:00Z", "state_digest": "ab",
            "phase": phase,
        });
        serde_json::from_value(text).unwrap()
    }

    fn given_up() -> FlowEnd {
        let name = "alice".to_owned();
        FlowEnd::Person { name }
    }

    fn phases() -> [Phase; 4] {
        let ended = Phase::Ended { end: given_up() };
        [Phase::Open, Phase::Exchanging, ended, Phase::Over]
    }

    fn events() -> [FlowEvent; 7] {
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let opened = FlowEvent::Opened {
            state_digest: Some("cd".to_owned()),
            ends_at: at,
        };
        [
            opened,
            FlowEvent::CodeCame,
            FlowEvent::Issued,
            FlowEvent::Failed,
            FlowEvent::Ended(FlowEnd::Stopped),
            FlowEvent::CodeCameLate,
            FlowEvent::LinkOver { at },
        ]
    }

    /// Every event in every phase: where it then stands, and what is done.
    #[test]
    fn every_event_in_every_phase() {
        let mut table = String::new();
        for phase in phases() {
            for event in events() {
                let name = |phase: &Phase| match phase {
                    Phase::Open => "open",
                    Phase::Exchanging => "exchanging",
                    Phase::Ended {
                        end: FlowEnd::Stopped,
                    } => "ended now",
                    Phase::Ended { .. } => "ended",
                    Phase::Over => "over",
                };
                let what = format!("{event:?}");
                let what = what.split([' ', '(']).next().unwrap_or_default();
                let then = match flow(phase.clone()).after(event) {
                    Ok((after, effect)) => format!("{} {effect:?}", name(&after.phase)),
                    Err(refusal) => format!("refused: {refusal}"),
                };
                table.push_str(&format!("{} {what}: {then}\n", name(&phase)));
            }
        }
        let expected = "\
open Opened: open Nothing
open CodeCame: exchanging Exchange
open Issued: over Keep
open Failed: over Forget
open Ended: ended now Forget
open CodeCameLate: open Nothing
open LinkOver: open Nothing
exchanging Opened: exchanging Nothing
exchanging CodeCame: refused: the authorization has had its answer
exchanging Issued: over Keep
exchanging Failed: over Forget
exchanging Ended: ended now Forget
exchanging CodeCameLate: exchanging Nothing
exchanging LinkOver: exchanging Nothing
ended Opened: ended Nothing
ended CodeCame: refused: the authorization was given up by alice
ended Issued: ended GiveBack
ended Failed: ended Nothing
ended Ended: ended Nothing
ended CodeCameLate: ended Nothing
ended LinkOver: ended Nothing
over Opened: over Nothing
over CodeCame: refused: the authorization has had its answer
over Issued: over GiveBack
over Failed: over Nothing
over Ended: over Nothing
over CodeCameLate: over Nothing
over LinkOver: over Nothing
";
        assert_eq!(table, expected);
    }

    #[test]
    fn a_device_link_may_be_approved_until_the_vendor_ends_it_or_says_otherwise() {
        let now = Timestamp::from_second(1_795_910_100).unwrap();
        let link = |phase| Flow {
            kind: crate::domain::flow::FlowKind::Device,
            ends_at: now + std::time::Duration::from_secs(60),
            ..flow(phase)
        };
        let [open, exchanging, ended, over] = phases();
        for phase in [open, exchanging, over] {
            assert!(!link(phase).may_be_approved(now));
        }
        let ended = link(ended);
        assert!(ended.may_be_approved(now));
        assert!(!ended.may_be_approved(ended.ends_at));
        let (ended, _) = ended.after(FlowEvent::LinkOver { at: now }).unwrap();
        assert!(!ended.may_be_approved(now));
    }

    proptest! {
        /// Whatever happens in whatever order: one code is exchanged, tokens are kept once and never after an end, and
        /// what somebody ended is ended by that one.
        #[test]
        fn tokens_are_kept_once_and_never_after_the_end(
            events in proptest::collection::vec(proptest::sample::select(events().to_vec()), 1..16)
        ) {
            let mut flow = flow(Phase::Open);
            let (mut exchanged, mut kept) = (0, 0);
            for event in events {
                let was_open = flow.is_open();
                let ended_by = flow.ended_by().cloned();
                let Ok((after, effect)) = flow.clone().after(event) else {
                    prop_assert!(flow.phase != Phase::Open);
                    continue;
                };
                exchanged += u8::from(effect == FlowEffect::Exchange);
                kept += u8::from(effect == FlowEffect::Keep);
                prop_assert!(effect != FlowEffect::Keep || was_open);
                prop_assert!(was_open || !after.is_open());
                prop_assert!(ended_by.is_none() || after.ended_by() == ended_by.as_ref());
                flow = after;
            }
            prop_assert!(exchanged <= 1 && kept <= 1);
        }
    }
}
