//! Taking over a grant that another tool was given: our client trades its refresh token in, and whose account it is has to be
//! what is meant before it is kept.
//!
//! With an access token that tells whose it is, nothing is changed at the vendor before. Otherwise only what our client is issued
//! tells; where that replaces the refresh token, the account has to be named beforehand, so that nobody is waited for with a grant
//! that is nowhere else. What is not kept is given back, and the grant of the other tool is not ended with it.

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::brought::{Adopted, Brought, MeantAccount, Passed};
use super::finish::{self, IssuedTokens, NotStarted};
use super::flow::{FlowContext, LASTS};
use super::flows::Came;
use super::not_exchanged::NotExchanged;
use super::{account, cancel, persist};
use crate::domain::connection::{Account, Connection};
use crate::domain::credential::{IssuingCall, TokenKind};
use crate::domain::provider::RefreshKind;
use crate::domain::trial::Verdict;
use crate::providers::{CallContext, IdentityError, TokenSet};
use crate::server::gate::current::still_manages;
use crate::server::{clock_and_ids, grants, tokens};
use crate::store::facts::IssueIntent;
use crate::vault::ToAsk;
use crate::wire::view::FlowState;
use crate::wire::{Code, Problem};

/// So often a vendor is asked whose what it has issued is.
const LOOKS: u32 = 4;

/// Where a person looks at the account.
struct Confirmation<'a> {
    account: &'a Account,
    is_traded_in: bool,
    is_rotating: bool,
}

impl FlowContext {
    /// Asks whose it is and whether it is meant, trades it in, and keeps what comes of it.
    pub(super) async fn adopt(self, mut brought: Brought, mut answers: mpsc::Receiver<Came>) {
        let seen = match self.look_first(&brought, &mut answers).await {
            Ok(seen) => seen,
            Err(problem) => return finish::failed(&self, None, problem).await,
        };
        self.asked_about(&mut brought).await;
        let intent = self.intent(IssuingCall::Adopt);
        let set = match self.trade_in(&brought, &intent).await {
            Ok(set) => set,
            Err(why) => return finish::nothing_came(&self, &intent, why).await,
        };
        let issued_at = clock_and_ids::now();
        let kept = async {
            // There may be nothing else any more of the grant, so that a passing fault of the vendor does not end it.
            let named = account::of_issued(&self, &set, LOOKS).await?;
            match &seen {
                Some(seen) => is_of(seen, &named.0)?,
                None => {
                    let confirmation = Confirmation {
                        account: &named.0,
                        is_traded_in: true,
                        is_rotating: self.is_rotating() || set.first.refresh.is_some(),
                    };
                    self.is_meant(&brought, confirmation, &mut answers).await?;
                }
            }
            let adopted = Adopted {
                brought: &brought,
                named: &named,
                issued_at,
            };
            self.keep_adopted(adopted, &intent, &set).await
        };
        if let Err(problem) = kept.await {
            answers.close();
            finish::not_kept(&self, &intent, &set, problem).await;
        }
    }

    /// Whose it is, by the access token that was brought. None where there is none, or where it does not tell: some vendors name the
    /// account, or the address to ask at, with what they issue and nowhere else.
    async fn look_first(
        &self,
        brought: &Brought,
        answers: &mut mpsc::Receiver<Came>,
    ) -> Result<Option<Account>, Problem> {
        let Some(account) = self.named_by_access(brought).await? else {
            let is_waited_for = brought.meant == MeantAccount::Asked && self.is_rotating();
            return match is_waited_for {
                true => Err(self.not_adopted(
                    "whose account it is can only be told once its refresh token was replaced",
                    "bring an access token where the provider tells by one, or say whose it is with --account",
                )),
                false => Ok(None),
            };
        };
        let confirmation = Confirmation {
            account: &account,
            is_traded_in: false,
            is_rotating: self.is_rotating(),
        };
        self.is_meant(brought, confirmation, answers).await?;
        Ok(Some(account))
    }

    async fn named_by_access(&self, brought: &Brought) -> Result<Option<Account>, Problem> {
        let Some(access) = &brought.access else {
            return Ok(None);
        };
        let endpoints = self.vendor.endpoints()?;
        let context = CallContext::new(&self.vendor.app, endpoints);
        let context = context.with_token(&access.secret);
        let hint = "nothing was changed at the provider; bring an access token that works, or none";
        match self.server.vendors.identify(&context, None).await {
            Ok(known) => Ok(Some(Account {
                label: crate::domain::display_text::clean(&known.label),
                id: known.id,
            })),
            // OpenID Connect's endpoint has said nothing, although there is one.
            Err(IdentityError::NotDescribed) if endpoints.userinfo.is_some() => {
                Err(self.not_adopted("the provider does not say whose the access token is", hint))
            }
            Err(IdentityError::NotDescribed | IdentityError::Setup(_) | IdentityError::NoId(_)) => {
                Ok(None)
            }
            Err(error) => {
                let why = format!("whose account it is could not be asked: {error}");
                Err(self.not_adopted(&self.vendor.app.hide(&why), hint))
            }
        }
    }

    /// Whether the account is the one that is meant; whoever has to look at it is waited for.
    async fn is_meant(
        &self,
        brought: &Brought,
        confirmation: Confirmation<'_>,
        answers: &mut mpsc::Receiver<Came>,
    ) -> Result<(), Problem> {
        let account = confirmation.account;
        match &brought.meant {
            MeantAccount::Any => Ok(()),
            MeantAccount::This(named) if *named == account.id || *named == account.label => Ok(()),
            MeantAccount::This(named) => Err(Problem::new(
                Code::Conflict,
                format!("the account is {}, and not {named}", account.shown()),
                "bring a token of the account that is meant",
            )),
            MeantAccount::Asked => self.confirmed(confirmation, answers).await,
        }
    }

    async fn confirmed(
        &self,
        confirmation: Confirmation<'_>,
        answers: &mut mpsc::Receiver<Came>,
    ) -> Result<(), Problem> {
        // What was asked before may have taken its time.
        self.opened(None, LASTS).await?;
        self.set(FlowState::Confirm {
            account: confirmation.account.clone(),
            is_traded_in: confirmation.is_traded_in,
            is_rotating: confirmation.is_rotating,
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
        let nobody = self.nobody();
        let refresh = Some((TokenKind::Refresh, &mut brought.refresh));
        let access = brought.access.as_mut().map(|it| (TokenKind::Access, it));
        for (kind, token) in refresh.into_iter().chain(access) {
            let secret = ToAsk::of(token.secret.clone());
            let asked = self.vendor.ask(&nobody, kind, &secret, None).await;
            if let (Verdict::Alive, Some(question)) = (asked.verdict, asked.question) {
                token.passed = Some(Passed {
                    question,
                    endpoint: asked.endpoint,
                    at: self.vendor.as_of,
                });
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
        let (app, token) = (&self.vendor.app, &brought.refresh.secret);
        let refreshed = self.server.vendors.refresh(app, endpoints, token);
        let hint = "check that the token was issued to the client that is configured here";
        let mut set = tokens::in_flight(Instant::now(), refreshed)
            .await
            .map_err(|error| NotExchanged::of(&self.vendor.file().name, error, hint))?;
        set.first.refresh = set.first.refresh.filter(|it| !brought.refresh.is(it));
        Ok(set)
    }

    async fn keep_adopted(
        &self,
        adopted: Adopted<'_>,
        intent: &IssueIntent,
        set: &TokenSet,
    ) -> Result<(), Problem> {
        let Some(_one_at_a_time) = self.turn(&intent.connection).await else {
            return Err(cancel::how(&self.server, &self.id));
        };
        self.set(FlowState::Exchanging);
        let issuing = self.server.grants.issuing(self.vendor.file()).await;
        // Somebody may have been waited for since it was traded in.
        still_manages(&self.server, &self.caller, &self.purpose.owner)?;
        finish::same_registration(self)?;
        let secret = ToAsk::of(set.first.access.clone());
        let (kind, nobody) = (TokenKind::Access, self.nobody());
        let asked = self.vendor.ask(&nobody, kind, &secret, None).await;
        if asked.verdict == Verdict::Dead && grants::is_of_the_token(&asked) {
            let hint = "start again; somebody may have ended the grant meanwhile";
            return Err(self.not_adopted("what was issued is not accepted any more", hint));
        }
        let issued = IssuedTokens {
            set,
            intent,
            nonce: None,
            adopted: Some(adopted),
        };
        finish::kept(self, issued, issuing).await
    }

    /// The connection that it may become, as far as a question wants to know.
    fn nobody(&self) -> Connection {
        let file = self.vendor.file();
        persist::fresh(&self.server, &self.purpose, None, Account::default(), file)
    }

    fn is_rotating(&self) -> bool {
        self.vendor.file().auth.refresh == RefreshKind::Rotating
    }

    fn not_adopted(&self, why: &str, hint: &str) -> Problem {
        let name = &self.vendor.file().name;
        Problem::new(
            Code::Failed,
            format!("taking a grant of {name} over failed: {why}"),
            hint,
        )
    }
}

/// The account of what was issued is the one that was looked at.
fn is_of(seen: &Account, account: &Account) -> Result<(), Problem> {
    if seen.id == account.id {
        return Ok(());
    }
    Err(Problem::new(
        Code::Conflict,
        format!(
            "the access token is of {}, and the refresh token of {}",
            seen.shown(),
            account.shown()
        ),
        "bring tokens of one account",
    ))
}
