//! Taking over a grant that another tool was given: our client trades its refresh token in, and a person looks at whose
//! account it is before it is kept.
//!
//! With an access token the person looks first, and nothing is changed at the vendor before. Without one only a token that
//! our client was issued tells whose it is; if it is not kept it is given back, and the refresh token is not touched again.

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::finish::{self, Adopted, IssuedTokens, NotExchanged, NotStarted};
use super::flow::{FlowContext, LASTS};
use super::flows::Came;
use super::give_back::give_back;
use super::{account, cancel, persist};
use crate::domain::connection::{Account, Connection};
use crate::domain::credential::{Credential, CredentialState, IssuingCall, TokenKind};
use crate::domain::provider::{Lifetime, Question, RefreshKind};
use crate::domain::saturating_time::saturating_later;
use crate::domain::trial::Verdict;
use crate::providers::{CallContext, TokenSet};
use crate::server::tokens::seal::{Issue, Unsealed, seal_row};
use crate::server::vendor::sealed_away;
use crate::server::{clock_and_ids, tokens};
use crate::store::facts::IssueIntent;
use crate::vault::ToAsk;
use crate::wire::view::FlowState;
use crate::wire::{Code, Problem};

/// What was brought along.
pub(super) struct Brought {
    /// The refresh token of the other tool.
    pub refresh: BroughtToken,
    /// An access token that it has.
    pub access: Option<BroughtToken>,
    /// When it came here.
    pub at: Timestamp,
}

/// A token of the other tool.
pub(super) struct BroughtToken {
    pub secret: SecretString,
    /// The question on which the vendor accepted it here, and where that was asked: its death can be proven afterwards.
    passed: Option<(Question, String)>,
}

impl BroughtToken {
    /// One that nobody has been asked about.
    pub(super) fn new(secret: SecretString) -> Self {
        Self {
            secret,
            passed: None,
        }
    }
}

impl FlowContext {
    /// Asks whose it is and whether it is meant, trades it in, and keeps what comes of it.
    pub(super) async fn adopt(self, mut brought: Brought, mut answers: mpsc::Receiver<Came>) {
        let looked_at = match self.look_first(&brought, &mut answers).await {
            Ok(account) => account,
            Err(problem) => return finish::failed(&self, None, problem).await,
        };
        self.asked_about(&mut brought).await;
        let intent = IssueIntent {
            credential: clock_and_ids::credential(),
            connection: self.held(),
            generation: 0,
            call: IssuingCall::Adopt,
            at: clock_and_ids::now(),
            lost: false,
        };
        let set = match self.trade_in(&brought, &intent).await {
            Ok(set) => set,
            Err(NotExchanged::Lost(problem)) => {
                finish::lost(&self, &intent).await;
                return finish::failed(&self, None, problem).await;
            }
            Err(NotExchanged::NothingIssued(problem)) => {
                return finish::failed(&self, Some(&intent), problem).await;
            }
        };
        if let Err(problem) = self
            .keep_adopted(&brought, &intent, &set, looked_at, &mut answers)
            .await
        {
            give_back(&self, &intent, &set, &problem.message).await;
            finish::failed(&self, None, problem).await;
        }
    }

    /// Whose it is, by the access token that was brought: the refresh token is traded in after the answer alone. None where there
    /// is no access token, or where the vendor says whose it is with what it issues and nowhere else.
    async fn look_first(
        &self,
        brought: &Brought,
        answers: &mut mpsc::Receiver<Came>,
    ) -> Result<Option<Account>, Problem> {
        let identity = &self.vendor.file().auth.identity;
        let Some(access) = brought
            .access
            .as_ref()
            .filter(|_| identity.as_ref().is_none_or(|it| it.url.is_some()))
        else {
            return Ok(None);
        };
        let context = CallContext::new(&self.vendor.app, self.vendor.endpoints()?);
        let context = context.with_token(&access.secret);
        let asked = account::whose(&self.vendor, &context, &self.server, None).await;
        let (account, _) = asked.map_err(|problem| Problem {
            hint: "nothing was changed at the provider; bring an access token that works, or none: then the refresh token is traded in before the account is known".to_owned(),
            ..problem
        })?;
        if account.id.is_empty() {
            return Ok(None);
        }
        self.confirmed(&account, false, answers).await?;
        Ok(Some(account))
    }

    /// Waits until whoever began it has looked at the account.
    async fn confirmed(
        &self,
        account: &Account,
        is_traded_in: bool,
        answers: &mut mpsc::Receiver<Came>,
    ) -> Result<(), Problem> {
        self.set(FlowState::Confirm {
            account: account.clone(),
            is_traded_in,
            is_rotating: self.vendor.file().auth.refresh == RefreshKind::Rotating,
        });
        let not_kept = |why: &str| Err(Problem::new(Code::Failed, why, "start again"));
        tokio::select! {
            biased;
            () = self.server.stop.cancelled() => not_kept("the server stopped before anybody confirmed the account"),
            () = self.ended.cancelled() => Err(cancel::how(&self.server, &self.id)),
            came = timeout(LASTS, answers.recv()) => match came {
                Ok(Some(Came::Confirmed)) => Ok(()),
                Ok(Some(Came::Back(_))) => not_kept("something else came than the word that the account is meant"),
                Ok(None) | Err(_) => not_kept("nobody confirmed the account within ten minutes"),
            },
        }
    }

    /// Asks about each once. The refresh token may be replaced right after, and is proven dead only if it was seen to live.
    async fn asked_about(&self, brought: &mut Brought) {
        let nobody = persist::fresh(
            &self.server,
            &self.purpose,
            None,
            Account::default(),
            self.vendor.file(),
        );
        let refresh = Some((TokenKind::Refresh, &mut brought.refresh));
        let access = brought.access.as_mut().map(|it| (TokenKind::Access, it));
        for (kind, token) in refresh.into_iter().chain(access) {
            let secret = ToAsk::of(token.secret.clone());
            let asked = self.vendor.ask(&nobody, kind, &secret, None).await;
            if let (Verdict::Alive, Some(question)) = (asked.verdict, asked.question) {
                token.passed = Some((question, asked.endpoint));
            }
        }
    }

    /// Has the vendor trade the refresh token in for our client. A refresh token in the answer that is the same again is left out:
    /// it was not issued now.
    async fn trade_in(
        &self,
        brought: &Brought,
        intent: &IssueIntent,
    ) -> Result<TokenSet, NotExchanged> {
        let Some(_one_at_a_time) = self.turn(&intent.connection).await else {
            let how = cancel::how(&self.server, &self.id);
            return Err(NotExchanged::NothingIssued(how));
        };
        let _issuing = self.server.grants.issuing(self.vendor.file()).await;
        finish::may_exchange(self, intent).await.map_err(|why| {
            NotExchanged::NothingIssued(match why {
                NotStarted::Ended => cancel::how(&self.server, &self.id),
                NotStarted::Refused(problem) => problem,
            })
        })?;
        self.set(FlowState::Exchanging);
        let endpoints = self.vendor.endpoints();
        let endpoints = endpoints.map_err(NotExchanged::NothingIssued)?;
        let refreshed =
            self.server
                .vendors
                .refresh(&self.vendor.app, endpoints, &brought.refresh.secret);
        let mut set = tokens::in_flight(Instant::now(), refreshed)
            .await
            .map_err(|error| {
                NotExchanged::of(
                    &self.vendor.file().name,
                    error,
                    "check that the token was issued to the client that is configured here",
                )
            })?;
        let again = set.first.refresh.as_ref().map(|it| it.expose_secret());
        if again == Some(brought.refresh.secret.expose_secret()) {
            set.first.refresh = None;
        }
        Ok(set)
    }

    async fn keep_adopted(
        &self,
        brought: &Brought,
        intent: &IssueIntent,
        set: &TokenSet,
        looked_at: Option<Account>,
        answers: &mut mpsc::Receiver<Came>,
    ) -> Result<(), Problem> {
        let shown = match looked_at {
            Some(account) => account,
            None => {
                let account = self.account_of(set).await?;
                self.confirmed(&account, true, answers).await?;
                account
            }
        };
        let Some(_one_at_a_time) = self.turn(&intent.connection).await else {
            return Err(cancel::how(&self.server, &self.id));
        };
        self.set(FlowState::Exchanging);
        let issuing = self.server.grants.issuing(self.vendor.file()).await;
        let issued = IssuedTokens {
            set,
            intent,
            nonce: None,
            adopted: Some(Adopted {
                brought,
                shown: &shown,
            }),
        };
        finish::kept(self, issued, issuing).await
    }

    async fn account_of(&self, set: &TokenSet) -> Result<Account, Problem> {
        let context = CallContext {
            fields: Some(&set.fields),
            ..CallContext::new(&self.vendor.app, self.vendor.endpoints()?)
        };
        let context = context.with_token(&set.first.access);
        let asked = account::whose(&self.vendor, &context, &self.server, Some(set)).await;
        asked.map(|(account, _)| account)
    }
}

/// The account is still the one that was looked at.
pub(super) fn is_as_shown(adopted: Adopted<'_>, account: &Account) -> Result<(), Problem> {
    if adopted.shown.id == account.id {
        return Ok(());
    }
    Err(Problem::new(
        Code::Conflict,
        format!(
            "the access token is of {}, and the refresh token of {}",
            adopted.shown.label, account.label
        ),
        "bring tokens of one account",
    ))
}

/// Seals what was brought, as issued before what came of it. A refresh token that is still in use is the one of that issue.
pub(super) fn sealed(
    flow: &FlowContext,
    adopted: Adopted<'_>,
    connection: &Connection,
    before: Issue<'_>,
    is_rotated: bool,
) -> Result<Vec<Credential>, Problem> {
    let brought = adopted.brought;
    let (earlier, now) = (
        Issue {
            at: brought.at,
            ..before
        },
        Issue {
            number: before.number + 1,
            ..before
        },
    );
    let seal = |kind, token: &BroughtToken, expires_at, issue, state| {
        let unsealed = Unsealed {
            kind,
            secret: &token.secret,
            expires_at,
        };
        let row = seal_row(&flow.server, connection, issue, unsealed);
        let passed = token.passed.clone();
        row.map(|row| Credential {
            passed_at: passed.as_ref().map(|_| brought.at),
            passed_where: passed
                .as_ref()
                .map_or_else(String::new, |(_, at)| at.clone()),
            passed_by: passed.map(|(question, _)| question),
            state,
            is_held_elsewhere: true,
            ..row
        })
    };
    let (issue, state) = match is_rotated {
        true => (earlier, CredentialState::Superseded),
        false => (now, CredentialState::Active),
    };
    let refresh = seal(TokenKind::Refresh, &brought.refresh, None, issue, state);
    // It was issued before now, so that it ends before one that is issued now.
    let lifetime = flow.vendor.file().auth.lifetime.as_ref();
    let ends = lifetime
        .and_then(Lifetime::duration)
        .map(|lasts| saturating_later(brought.at, lasts));
    let access = brought.access.as_ref().map(|access| {
        let state = CredentialState::Superseded;
        seal(TokenKind::Access, access, ends, earlier, state)
    });
    let rows = std::iter::once(refresh).chain(access);
    rows.collect::<Result<_, _>>()
        .map_err(|error| sealed_away(&error))
}
