//! What has to pass while a token is refused.

use super::TokenOnTrial;
use super::control_token::{self, ControlQuestion, ControlToken};
use crate::domain::connection::{Connection, Status};
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::disconnect::log::{self, Record};
use crate::domain::disconnect::run::Run;
use crate::domain::provider::{Blast, ProbeControl, ProviderFile, Question};
use crate::domain::trial::{Answer, Control, ControlAnswer, Verdict};
use crate::server::vendor::{AskedToken, VendorSession};
use crate::server::{Server, grants};
use crate::store::StoreError;
use crate::vault::ToAsk;

/// How many other connections are tried for a token that passes.
const CANDIDATES: usize = 3;

/// Among how many connections in service these are looked for.
const LOOKED_AT: usize = 50;

/// What has to pass beside a token on trial.
pub(super) enum ControlSource {
    /// Another token.
    Token(Box<ControlToken>),
    /// The file's `[control]`, about this connection.
    File(Box<Connection>),
    /// The question itself, with a secret that is not ours: who looks at the secret first refuses that in another way.
    Client(Box<WrongSecret>),
}

/// The question about the token on trial, asked by somebody who does not know our secret.
pub(super) struct WrongSecret {
    connection: Connection,
    kind: TokenKind,
    secret: ToAsk,
}

impl WrongSecret {
    /// Passes where the answer is neither a yes nor how a dead token is refused.
    async fn ask(&self, vendor: &VendorSession) -> Option<ControlAnswer> {
        let token = AskedToken {
            kind: self.kind,
            secret: &self.secret,
        };
        let told = vendor.ask_as_a_stranger(&self.connection, token).await?;
        let is_refused = told.status.is_some_and(|it| (400..500).contains(&it));
        let verdict = match (told.verdict, is_refused) {
            (Verdict::Unknown, true) => Verdict::Alive,
            (Verdict::Unknown, false) => Verdict::Unknown,
            (Verdict::Alive | Verdict::Dead, _) => Verdict::Dead,
            (Verdict::NotAskable, _) => return None,
        };
        Some(ControlAnswer {
            control: Control::Client,
            answer: Answer { verdict, ..told },
        })
    }
}

impl ControlSource {
    /// Whether this answer tells that whoever refuses the token on trial may refuse everybody. A token of the same connection
    /// or account may have ended with it; a read that the vendor does not offer says nothing.
    fn counts_against(&self, answer: Verdict) -> bool {
        match self {
            Self::Token(beside) => {
                // What never passed is refused for reasons of its own.
                beside.is_of_other_account
                    && beside.has_passed
                    && matches!(answer, Verdict::Dead | Verdict::Unknown)
            }
            Self::File(_) | Self::Client(_) => answer == Verdict::Dead,
        }
    }

    /// Asks it; none where it cannot be asked, or where a disconnect or a refresh of ours may have ended it meanwhile: its
    /// refusal tells of nobody else.
    pub(super) async fn ask(
        &self,
        server: &Server,
        vendor: &VendorSession,
    ) -> Result<Option<ControlAnswer>, StoreError> {
        let Some(told) = self.put(vendor).await else {
            return Ok(None);
        };
        let is_over = match self {
            Self::Token(beside) if told.answer.verdict != Verdict::Alive => {
                beside.is_ended_by_us(server)?
            }
            Self::Token(_) | Self::File(_) | Self::Client(_) => false,
        };
        Ok((!is_over).then_some(told))
    }

    async fn put(&self, vendor: &VendorSession) -> Option<ControlAnswer> {
        match self {
            Self::Token(beside) => beside.ask(vendor).await,
            Self::File(connection) => Some(ControlAnswer {
                control: Control::File,
                answer: vendor.ask_control(connection).await?,
            }),
            Self::Client(stranger) => stranger.ask(vendor).await,
        }
    }
}

/// What stands beside a token on trial.
pub(super) struct ControlState {
    /// What is asked.
    pub(super) source: ControlSource,
    /// What it was answered at first.
    pub(super) first: ControlAnswer,
}

impl ControlState {
    /// Whether it passed, so that it is a control. One that was refused is asked on all the same: as long as it is, a refusal
    /// of the token on trial may be a refusal of everybody.
    pub(super) fn passed(&self) -> bool {
        self.first.answer.verdict == Verdict::Alive
    }
}

/// The first of these that passes; where none does, the first whose refusal counts against every other refusal.
pub(super) async fn first(
    server: &Server,
    vendor: &VendorSession,
    candidates: Vec<ControlSource>,
) -> Result<Option<ControlState>, StoreError> {
    let mut refused = None;
    for source in candidates {
        // Where another account's token is refused, that our secret is looked at says no more than that.
        if refused.is_some() && matches!(source, ControlSource::Client(_)) {
            continue;
        }
        let Some(first) = source.ask(server, vendor).await? else {
            continue;
        };
        let stand = ControlState { source, first };
        if stand.passed() {
            return Ok(Some(stand));
        }
        let counts = stand.source.counts_against(stand.first.answer.verdict);
        if counts && refused.is_none() {
            refused = Some(stand);
        }
    }
    Ok(refused)
}

/// What may have to pass beside a token on trial: the file's `[control]`, a token that no call of the run ends, and tokens of
/// other connections that no call of a run under way can reach.
pub(super) fn candidates(
    server: &Server,
    run: &Run,
    log: &[Record],
    subject: &TokenOnTrial,
) -> Result<Vec<ControlSource>, StoreError> {
    let mut found = Vec::new();
    let file = server.provider(&run.provider);
    // Whoever refuses our client refuses this read for it.
    let may_pass = !log::refuses_our_client(log);
    if may_pass && file.as_deref().is_some_and(|file| file.control.is_some()) {
        let connection = Box::new(subject.connection.clone());
        found.push(ControlSource::File(connection));
    }
    let Some(wanted) = ControlQuestion::of(log, subject) else {
        return Ok(found);
    };
    let narrower = control_token::narrower(server, log, subject, &wanted)?;
    found.extend(narrower.map(|it| ControlSource::Token(Box::new(it))));
    let Some(file) = file else {
        return Ok(found);
    };
    let stranger = wrong_secret(&file, subject, &wanted);
    let is_wide = grants::widest(&file, true) >= Blast::Grant;
    let busy = busy_accounts(server, run)?;
    let may_control = |other: &Connection| {
        let is_reachable = is_wide && busy.contains(&other.account.id);
        other.id != run.connection && other.status == Status::Connected && !is_reachable
    };
    let of = |other: &Connection| control_token::of(server, other, subject, &wanted);
    for beside in tokens_of_others(server, &run.provider, may_control, of)? {
        found.push(ControlSource::Token(Box::new(beside)));
    }
    found.extend(stranger);
    Ok(found)
}

/// Tokens of other connections of a provider: of those that go last in a walkthrough where one of these has a token that can
/// stand beside, for what is queued there may be ended by us in a moment.
fn tokens_of_others(
    server: &Server,
    provider: &str,
    may_control: impl Fn(&Connection) -> bool,
    of: impl Fn(&Connection) -> Result<Option<ControlToken>, StoreError>,
) -> Result<Vec<ControlToken>, StoreError> {
    let mut found = Vec::new();
    for id in server.walks.kept_last() {
        let kept = server.store.connection(&id)?;
        if kept.provider == provider && may_control(&kept) && found.len() < CANDIDATES {
            found.extend(of(&kept)?);
        }
    }
    if !found.is_empty() {
        return Ok(found);
    }
    for other in server
        .store
        .unhindered_connections_of(provider)
        .take(LOOKED_AT)
    {
        let other = other?;
        if may_control(&other) {
            found.extend(of(&other)?);
        }
        if found.len() == CANDIDATES {
            break;
        }
    }
    Ok(found)
}

/// What the provider file says has to pass while a token in use is refused, and what it is answered now: its `[control]`,
/// else the question itself with a secret that is not ours. None where the file has neither, or it cannot be asked.
pub(in crate::server) async fn beside_token_in_use(
    vendor: &VendorSession,
    connection: &Connection,
    token: AskedToken<'_>,
    refused: &Answer,
) -> Option<Verdict> {
    let file = vendor.file();
    let source = if file.control.is_some() {
        ControlSource::File(Box::new(connection.clone()))
    } else if refused.question == Some(Question::Probe) && looks_at_our_secret(file) {
        ControlSource::Client(Box::new(WrongSecret {
            connection: connection.clone(),
            kind: token.kind,
            secret: token.secret.clone(),
        }))
    } else {
        return None;
    };
    Some(source.put(vendor).await?.answer.verdict)
}

/// Whether the file says that its question looks at our authentication first.
fn looks_at_our_secret(file: &ProviderFile) -> bool {
    let probe = file.probe.as_ref();
    probe.is_some_and(|probe| probe.control == Some(ProbeControl::Client))
}

/// Our own authentication, where the file says that its question looks at it first.
fn wrong_secret(
    file: &ProviderFile,
    subject: &TokenOnTrial,
    wanted: &ControlQuestion,
) -> Option<ControlSource> {
    if !looks_at_our_secret(file) || wanted.question != Question::Probe {
        return None;
    }
    Some(ControlSource::Client(Box::new(WrongSecret {
        connection: subject.connection.clone(),
        kind: subject.token.kind,
        secret: subject.secret.as_ref()?.to_ask().clone(),
    })))
}

/// The accounts of connections whose disconnect is under way at this provider: their calls may reach further than they.
fn busy_accounts(server: &Server, run: &Run) -> Result<Vec<String>, StoreError> {
    let mut connections = vec![run.connection.clone()];
    for id in server.store.open_runs()? {
        connections.push(server.store.run(&id)?.connection);
    }
    let mut busy = Vec::new();
    for id in connections {
        busy.push(server.store.connection(&id)?.account.id);
        // Tokens that the connection has since it was of another account are ended with its own.
        let rows = server.store.credentials_of(&id)?.into_iter();
        busy.extend(
            rows.filter(Credential::may_live)
                .filter_map(|row| row.account),
        );
    }
    Ok(busy)
}
