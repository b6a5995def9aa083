//! Whether an app that was to be uninstalled is: the vendor's yes is no proof of this either (B1).

use super::log::{self, Intent, Record};
use crate::domain::id::CredentialId;
use crate::domain::provider::{Call, CallKind};
use crate::domain::trial::CallVerdict;

/// Whether an uninstalling call of a recipe is seen to have worked: the vendor said so, every token that it ends is proven
/// dead, and one of them by nothing else.
#[must_use]
pub fn is_proven(log: &[Record], calls: &[Call]) -> bool {
    let Some((_, intents)) = log::asked(log) else {
        return false;
    };
    intents.iter().enumerate().any(|(at, intent)| {
        let call = calls.get(intent.call);
        let is_uninstall = call.is_some_and(|call| call.kind == CallKind::Uninstall);
        let said = matches!(
            verdict(log, at),
            Some(CallVerdict::Accepted | CallVerdict::Gone)
        );
        let is_dead = |id| log::judged(log, id).is_some_and(|(_, outcome, _)| outcome.proven());
        let by_nothing_else = |id| !ended_otherwise(log, intents, at, id);
        is_uninstall
            && said
            && intent.kills.iter().all(is_dead)
            && intent.kills.iter().any(by_nothing_else)
    })
}

/// Whether another call may have been what ended a token: one that says it found the token gone was not.
fn ended_otherwise(
    log: &[Record],
    intents: &[Intent],
    uninstall: usize,
    id: &CredentialId,
) -> bool {
    intents.iter().enumerate().any(|(at, intent)| {
        let acted = matches!(
            verdict(log, at),
            Some(CallVerdict::Accepted | CallVerdict::Lost)
        );
        at != uninstall && acted && intent.kills.contains(id)
    })
}

fn verdict(log: &[Record], intent: usize) -> Option<CallVerdict> {
    log::called(log, intent).map(|answer| answer.verdict)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::disconnect::log::LoggedEvent;
    use crate::domain::provider::ProviderFile;
    use crate::domain::trial::{Answer, CallAnswer, Outcome, Residual, Verdict};

    /// Uninstalls, then revokes its one token by itself.
    const FILE: &str = r#"
        id = "acme"
        name = "Acme"
        category = "chat"
        auth = { kind = "oauth2", authorize = "https://acme.example/a", token = "https://acme.example/t" }

        [[disconnect]]
        kind = "uninstall"
        token = "access"
        method = "POST"
        url = "https://acme.example/uninstall"
        kills = ["access"]
        optional = true

        [[disconnect]]
        kind = "revoke"
        token = "access"
        method = "POST"
        url = "https://acme.example/revoke"
    "#;

    fn proven(uninstalled: CallVerdict, revoked: CallVerdict, outcome: Outcome) -> bool {
        let token: CredentialId = "cre_01jd7000000000000000000001".parse().unwrap();
        let intent = |call| Intent {
            call,
            token: Some(token.clone()),
            kills: vec![token.clone()],
        };
        let call = |intent, verdict| LoggedEvent::Called {
            intent,
            answer: CallAnswer {
                verdict,
                method: "POST".to_owned(),
                endpoint: String::new(),
                status: Some(200),
                request_id: None,
                reason: String::new(),
                at: Timestamp::UNIX_EPOCH,
                not_before: None,
            },
        };
        let after = Answer {
            verdict: Verdict::Dead,
            question: None,
            endpoint: String::new(),
            status: Some(401),
            reason: String::new(),
            at: Timestamp::UNIX_EPOCH,
            refusal: None,
        };
        let what = [
            LoggedEvent::Asked {
                answers: Vec::new(),
                intents: vec![intent(0), intent(1)],
            },
            call(0, uninstalled),
            call(1, revoked),
            LoggedEvent::Judged {
                credential: token.clone(),
                after,
                outcome,
                residual: Residual::None,
                proof: Default::default(),
            },
        ];
        let at = Timestamp::UNIX_EPOCH;
        let log = what.map(|what| Record { at, what });
        let file: ProviderFile = toml::from_str(FILE).unwrap();
        is_proven(&log, &file.calls())
    }

    #[test]
    fn a_yes_counts_when_the_token_died_of_it_and_of_nothing_else() {
        use CallVerdict::{Accepted, Gone, Lost, Rejected};
        let dead = Outcome::VerifiedDead;
        assert!(
            proven(Accepted, Gone, dead),
            "the call after it found it gone"
        );
        assert!(proven(Accepted, Rejected, dead));
        assert!(
            !proven(Accepted, Accepted, dead),
            "the other call may have ended it"
        );
        assert!(!proven(Accepted, Lost, dead));
        assert!(!proven(Rejected, Gone, dead));
        assert!(!proven(Accepted, Gone, Outcome::StillAlive));
    }
}
