//! What has to pass while a token is refused.

use secrecy::SecretString;
use url::Url;

use super::Subject;
use crate::domain::connection::{Connection, Status};
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::disconnect::log::{self, Record};
use crate::domain::disconnect::run::Run;
use crate::domain::id::CredentialId;
use crate::domain::provider::{Blast, ProbeControl, ProviderFile, Question};
use crate::domain::trial::{Answer, Control, ControlAnswer, Verdict};
use crate::providers::outlives_its_issuers_word;
use crate::server::vendor::{Token, Vendor};
use crate::server::{Server, grants, mint};
use crate::store::StoreError;

/// How many other connections are tried for a token that passes.
const CANDIDATES: usize = 3;

/// What has to pass beside a token on trial.
pub(super) enum Source {
    /// Another token.
    Token(Box<Beside>),
    /// The file's `[control]`, about this connection.
    File(Box<Connection>),
    /// The question itself, with a secret that is not ours: who looks at the secret first refuses that in another way.
    Client(Box<WrongSecret>),
}

/// The question about the token on trial, asked by somebody who does not know our secret.
pub(super) struct WrongSecret {
    connection: Connection,
    kind: TokenKind,
    secret: SecretString,
}

impl WrongSecret {
    /// Passes where the answer is neither a yes nor how a dead token is refused.
    async fn ask(&self, vendor: &Vendor) -> Option<ControlAnswer> {
        let token = Token {
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

impl Source {
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
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) async fn ask(
        &self,
        server: &Server,
        vendor: &Vendor,
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

    async fn put(&self, vendor: &Vendor) -> Option<ControlAnswer> {
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

/// A token that has to pass beside one on trial.
pub(super) struct Beside {
    control: Control,
    kind: TokenKind,
    credential: CredentialId,
    connection: Connection,
    is_of_other_account: bool,
    /// Whether it is on record as having passed a question.
    has_passed: bool,
    secret: SecretString,
    question: Question,
    origin: String,
}

impl Beside {
    /// Whether we have ended it since: its connection, which was in use when it was chosen, is being disconnected or was, which
    /// is on record before the first call, or a refresh has replaced it.
    fn is_ended_by_us(&self, server: &Server) -> Result<bool, StoreError> {
        if self.connection.status != Status::Connected {
            return Ok(false);
        }
        let now = server.store.connection(&self.connection.id)?;
        let is_out = matches!(now.status, Status::Disconnecting | Status::Revoked);
        let key = format!("{}/{}", self.connection.id, self.credential);
        let row = server.store.get::<Credential>(&key)?;
        let is_replaced = row.is_none_or(|row| !row.is_active());
        Ok(is_out || is_replaced || now.generation != self.connection.generation)
    }

    /// Asks it by the question, or at the origin, of the token on trial; none where it cannot be asked so.
    async fn ask(&self, vendor: &Vendor) -> Option<ControlAnswer> {
        let token = Token {
            kind: self.kind,
            secret: &self.secret,
        };
        let told = vendor.ask_each(&self.connection, token).await;
        let fits = |question| question == Some(self.question) || self.question == Question::Refresh;
        let at_origin = |endpoint: &str| self.origin.is_empty() || origin(endpoint) == self.origin;
        let mut fitting = told
            .into_iter()
            .filter(|answer| fits(answer.question) && at_origin(&answer.endpoint));
        let first = fitting.next()?;
        // Of several questions at the same origin one that passes is enough.
        let answer = match first.verdict {
            Verdict::Alive => first,
            _ => fitting
                .find(|it| it.verdict == Verdict::Alive)
                .unwrap_or(first),
        };
        Some(ControlAnswer {
            control: self.control.clone(),
            answer,
        })
    }
}

/// What stands beside a token on trial.
pub(super) struct Stand {
    /// What is asked.
    pub(super) source: Source,
    /// What it was answered at first.
    pub(super) first: ControlAnswer,
}

impl Stand {
    /// Whether it passed, so that it is a control. One that was refused is asked on all the same: as long as it is, a refusal
    /// of the token on trial may be a refusal of everybody.
    pub(super) fn passed(&self) -> bool {
        self.first.answer.verdict == Verdict::Alive
    }
}

/// The first of these that passes; where none does, the first whose refusal counts against every other refusal.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn first(
    server: &Server,
    vendor: &Vendor,
    candidates: Vec<Source>,
) -> Result<Option<Stand>, StoreError> {
    let mut refused = None;
    for source in candidates {
        // Where another account's token is refused, that our secret is looked at says no more than that.
        if refused.is_some() && matches!(source, Source::Client(_)) {
            continue;
        }
        let Some(first) = source.ask(server, vendor).await? else {
            continue;
        };
        let stand = Stand { source, first };
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
///
/// # Errors
/// When the store cannot be read.
pub(super) fn candidates(
    server: &Server,
    run: &Run,
    log: &[Record],
    subject: &Subject,
) -> Result<Vec<Source>, StoreError> {
    let mut found = Vec::new();
    let file = server.provider(&run.provider);
    // Whoever refuses our client refuses this read for it.
    let may_pass = !log::refuses_our_client(log);
    if may_pass && file.as_deref().is_some_and(|file| file.control.is_some()) {
        let connection = Box::new(subject.connection.clone());
        found.push(Source::File(connection));
    }
    let Some(wanted) = Wanted::of(log, subject) else {
        return Ok(found);
    };
    let narrower = narrower(server, log, subject, &wanted)?;
    found.extend(narrower.map(|it| Source::Token(Box::new(it))));
    let Some(file) = file else {
        return Ok(found);
    };
    let stranger = wrong_secret(&file, subject, &wanted);
    let is_wide = grants::widest(&file, true) >= Blast::Grant;
    let busy = busy_accounts(server, run)?;
    let mut tried = 0;
    for other in server.store.connections_of(&run.provider) {
        let other = other?;
        let is_reachable = is_wide && busy.contains(&other.account.id);
        if other.id == run.connection || other.status != Status::Connected || is_reachable {
            continue;
        }
        let beside = of(server, &other, subject, &wanted)?;
        found.extend(beside.map(|it| Source::Token(Box::new(it))));
        tried += 1;
        if tried == CANDIDATES {
            break;
        }
    }
    found.extend(stranger);
    Ok(found)
}

/// What the provider file says has to pass while a token in use is refused, and what it is answered now: its `[control]`,
/// else the question itself with a secret that is not ours. None where the file has neither, or it cannot be asked.
pub(in crate::server) async fn beside_token_in_use(
    vendor: &Vendor,
    connection: &Connection,
    token: Token<'_>,
    refused: &Answer,
) -> Option<Verdict> {
    let file = vendor.file();
    let source = if file.control.is_some() {
        Source::File(Box::new(connection.clone()))
    } else if refused.question == Some(Question::Probe) && looks_at_our_secret(file) {
        Source::Client(Box::new(WrongSecret {
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
fn wrong_secret(file: &ProviderFile, subject: &Subject, wanted: &Wanted) -> Option<Source> {
    if !looks_at_our_secret(file) || wanted.question != Question::Probe {
        return None;
    }
    Some(Source::Client(Box::new(WrongSecret {
        connection: subject.connection.clone(),
        kind: subject.token.kind,
        secret: subject.secret.clone()?,
    })))
}

/// The question that a control has to pass, and where.
struct Wanted {
    question: Question,
    origin: String,
}

impl Wanted {
    fn of(log: &[Record], subject: &Subject) -> Option<Self> {
        let before = log::before(log, &subject.token.credential);
        let asked = before.and_then(|answer| Some((answer.question?, answer.endpoint.as_str())));
        let on_record = subject.token.passed_by;
        let on_record = on_record.map(|question| (question, subject.token.passed_where.as_str()));
        let by_issue = (Question::Refresh, "");
        let (question, endpoint) = asked
            .or(on_record)
            .or_else(|| (subject.token.kind == TokenKind::Refresh).then_some(by_issue))?;
        Some(Self {
            question,
            origin: origin(endpoint),
        })
    }
}

/// The accounts of connections whose disconnect is under way at this provider: their calls may reach further than they.
fn busy_accounts(server: &Server, run: &Run) -> Result<Vec<String>, StoreError> {
    let mut busy = vec![server.store.connection(&run.connection)?.account.id];
    for id in server.store.open_runs()? {
        let other = server.store.run(&id)?;
        busy.push(server.store.connection(&other.connection)?.account.id);
    }
    Ok(busy)
}

/// A token of the same connection that no call of the run ends, and that stands beside a refresh token.
fn narrower(
    server: &Server,
    log: &[Record],
    subject: &Subject,
    wanted: &Wanted,
) -> Result<Option<Beside>, StoreError> {
    if subject.token.kind != TokenKind::Refresh {
        return Ok(None);
    }
    let intents = log::asked(log)
        .map(|(_, intents)| intents)
        .unwrap_or_default();
    let tokens = log::tokens(log).unwrap_or_default();
    let spared = tokens.iter().find(|token| {
        let lived = log::before(log, &token.credential);
        token.kind == TokenKind::Access
            && token.label == subject.token.label
            && lived.is_some_and(|answer| answer.verdict == Verdict::Alive)
            && !intents
                .iter()
                .any(|it| it.kills.contains(&token.credential))
    });
    let Some(spared) = spared else {
        return Ok(None);
    };
    let key = format!("{}/{}", subject.connection.id, spared.credential);
    let row = server.store.get::<Credential>(&key)?;
    let Some(secret) = row.as_ref().and_then(|row| opened(server, row)) else {
        return Ok(None);
    };
    Ok(Some(Beside {
        control: Control::Narrower {
            fingerprint: spared.fingerprint.clone(),
        },
        kind: TokenKind::Access,
        credential: spared.credential.clone(),
        connection: subject.connection.clone(),
        is_of_other_account: false,
        has_passed: true,
        secret,
        question: Question::Refresh,
        origin: wanted.origin.clone(),
    }))
}

/// The newest token of another connection that can stand beside the one on trial.
fn of(
    server: &Server,
    other: &Connection,
    subject: &Subject,
    wanted: &Wanted,
) -> Result<Option<Beside>, StoreError> {
    // A refresh token that only its issue shows alive cannot be used without being spent: an access token stands in.
    let kind = match (subject.token.kind, wanted.question) {
        (TokenKind::Refresh, Question::Refresh) => TokenKind::Access,
        (kind, _) => kind,
    };
    let now = mint::now();
    let all = server.store.credentials_of(&other.id)?;
    let newest = all.iter().rfind(|row| {
        row.kind == kind && row.is_active() && row.expires_at.is_none_or(|at| at > now)
    });
    let Some(row) = newest else {
        return Ok(None);
    };
    let Some(secret) = opened(server, row) else {
        return Ok(None);
    };
    let own = subject.secret.as_ref();
    let is_signed = |secret: &SecretString| outlives_its_issuers_word(secret);
    if own.is_some_and(|own| kind == subject.token.kind && is_signed(own) != is_signed(&secret)) {
        return Ok(None);
    }
    let (mine, theirs) = (&subject.connection.fields, &other.fields);
    let accounts = (&subject.connection.account.id, &other.account.id);
    Ok(Some(Beside {
        control: Control::Token {
            fingerprint: row.fingerprint.clone(),
            token: kind,
            is_of_other_tenant: !mine.is_empty() && !theirs.is_empty() && mine != theirs,
        },
        kind,
        credential: row.id.clone(),
        connection: other.clone(),
        is_of_other_account: !accounts.0.is_empty()
            && !accounts.1.is_empty()
            && accounts.0 != accounts.1,
        has_passed: row.passed_by.is_some(),
        secret,
        question: wanted.question,
        origin: wanted.origin.clone(),
    }))
}

fn opened(server: &Server, row: &Credential) -> Option<SecretString> {
    let sealed = row.sealed.as_ref()?;
    server
        .vault
        .open_for_revocation(sealed, row.id.as_str())
        .ok()
}

/// Scheme, host and port of a URL; empty for what is none.
fn origin(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    parsed.map_or_else(String::new, |url| url.origin().ascii_serialization())
}
