//! What the vendor says of a held token, and when that can be believed.

use secrecy::SecretString;

use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::disconnect::judge::{Answer, CallVerdict, Verdict};
use crate::domain::disconnect::log::{self, Happened};
use crate::domain::hold::Hold;
use crate::domain::provider::Question;
use crate::server::disconnect::{StepError, gone_as};
use crate::server::vendor::{Vendor, not_askable, registration};
use crate::server::{Server, mint};
use crate::store::StoreError;

/// The question that was asked before the first call; without one, whatever can be asked now.
pub(super) async fn ask(
    server: &Server,
    hold: &Hold,
    vendor: &Vendor,
    of_then: &Connection,
    secret: &SecretString,
) -> Result<Answer, StepError> {
    let (kind, passed) = (hold.token.kind, hold.token.passed_by);
    let question = hold.before.question;
    let mut answer = vendor
        .ask_again(of_then, (kind, secret), question, passed)
        .await;
    if answer.verdict == Verdict::Alive {
        catch(server, hold, hold.before.question, &answer).await?;
    }
    if answer.verdict == Verdict::Dead && is_lie(server, hold, vendor, &answer).await? {
        answer.verdict = Verdict::Unknown;
        "it says the same of another token that still works".clone_into(&mut answer.reason);
    }
    Ok(answer)
}

/// Whether the same question calls an access token of the same run dead that still works. A run judges its access tokens
/// before its refresh tokens to find that out; holds come in any order, so that here the access tokens are asked.
async fn is_lie(
    server: &Server,
    hold: &Hold,
    vendor: &Vendor,
    answer: &Answer,
) -> Result<bool, StepError> {
    let Some(question) = answer.question else {
        return Ok(false);
    };
    let caught = || -> Result<bool, StoreError> {
        let log = server.store.run_log(&hold.run)?;
        Ok(log::is_caught_lying(&log, Some(question)))
    };
    // An access token's own question has asked for it already.
    let witnesses = match hold.token.kind {
        TokenKind::Access => Vec::new(),
        _ => server.store.holds_of(&hold.connection)?,
    };
    for other in witnesses {
        let is_witness =
            other.run == hold.run && other.is_waiting() && other.token.kind == TokenKind::Access;
        if is_witness && !caught()? {
            let of_then = as_it_was(server, &other)?;
            let secret = server
                .vault
                .open_for_revocation(&other.sealed, other.token.credential.as_str())?;
            let whose = (other.token.kind, &secret);
            let seen = vendor.ask_again(&of_then, whose, Some(question), None);
            let seen = seen.await;
            if seen.verdict == Verdict::Alive {
                catch(server, &other, Some(question), &seen).await?;
            }
        }
    }
    Ok(caught()?)
}

/// Remembers that a question was caught: this token works, and only another question said so. The token may have expired
/// by the time that this counts.
async fn catch(
    server: &Server,
    hold: &Hold,
    asked: Option<Question>,
    seen: &Answer,
) -> Result<(), StoreError> {
    let Some(question) = asked.filter(|it| Some(*it) != seen.question) else {
        return Ok(());
    };
    if log::is_caught_lying(&server.store.run_log(&hold.run)?, Some(question)) {
        return Ok(());
    }
    let caught = Happened::Caught {
        question,
        credential: hold.token.credential.clone(),
    };
    server
        .store
        .recorded(&hold.run, mint::now(), vec![caught], None)
        .await
}

/// The connection with the account and values of the token's time.
pub(super) fn as_it_was(server: &Server, hold: &Hold) -> Result<Connection, StoreError> {
    Ok(Connection {
        account: hold.account.clone(),
        fields: hold.fields.clone(),
        ..server.store.connection(&hold.connection)?
    })
}

/// What was answered to another registration of ours proves nothing about what is answered to this one.
pub(super) fn distrust(server: &Server, hold: &mut Hold) -> Result<(), StoreError> {
    let registration = registration(server, &hold.provider)?;
    // The run has looked at when it passed, once, at its beginning.
    if !registration.stood_since(server.store.run(&hold.run)?.started_at) {
        hold.token.passed_by = None;
    }
    if !registration.stood_since(hold.before.at) {
        hold.before = not_askable("our registration has changed since it was asked");
    }
    let row = format!("{}/{}", hold.connection, hold.token.credential);
    let issued = server.store.get::<Credential>(&row)?;
    if issued.is_some_and(|row| !registration.stood_since(row.issued_at)) {
        gone_as(CallVerdict::Rejected, &mut hold.calls);
    }
    Ok(())
}
