//! Everything the sandbox knows, and the levers that the control API and tests pull.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::Deserialize;

use super::accounts::{Account, account};
use super::app_key::AppKey;
use super::authorize::Code;
use super::call::Call;
use super::calls::CallLog;
use super::clients::{Client, ClientAuth, authenticate};
use super::device::{self, Decision, Waiting};
use super::faults::{Fault, Faults};
use super::mint::Mint;
use super::settings::{Settings, SettingsChange};
use super::tokens::{Grant, KilledBy, Token, TokenBook, TokenKind, TokenView, fingerprint};
use super::vendor::Vendor;

/// Items of an entity that were changed after the fact.
#[derive(Clone, PartialEq)]
pub(super) struct Touch {
    pub(super) entity: String,
    pub(super) count: usize,
    pub(super) at: Timestamp,
}

/// Where an account has let an app in.
#[derive(Clone, PartialEq)]
pub(super) struct Installation {
    pub(super) id: u64,
    /// The grant under which its tokens are.
    pub(super) grant: u64,
    pub(super) account: &'static Account,
    pub(super) client_id: String,
    pub(super) installed_at: Timestamp,
    pub(super) suspended_at: Option<Timestamp>,
}

/// One vendor. It is copied for every call: a call that must not act works on a copy that is thrown away, and a call
/// has acted exactly if its copy differs.
#[derive(Clone, PartialEq)]
pub(super) struct VendorState {
    pub(super) vendor: Vendor,
    /// `http://HOST:PORT`.
    pub(super) origin: String,
    /// `http://HOST:PORT/VENDOR`.
    pub(super) base: String,
    pub(super) mint: Mint,
    pub(super) clients: Vec<Client>,
    pub(super) codes: Vec<Code>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) tokens: TokenBook,
    pub(super) settings: Settings,
    pub(super) touched: Vec<Touch>,
    /// Channels that an account's bot has joined.
    pub(super) joined: BTreeSet<(String, String)>,
    /// What the signatures of an app are held against, by its client's id.
    pub(super) app_keys: BTreeMap<String, AppKey>,
    pub(super) installations: Vec<Installation>,
}

impl VendorState {
    fn new(vendor: Vendor, base: &str, mint: Mint) -> Self {
        Self {
            vendor,
            origin: base.to_owned(),
            base: format!("{base}/{vendor}"),
            mint,
            clients: vendor
                .profile()
                .apps
                .iter()
                .map(|app| Client::of_provider(app.provider))
                .collect(),
            codes: Vec::new(),
            waiting: Vec::new(),
            tokens: TokenBook::default(),
            settings: vendor.settings(),
            touched: Vec::new(),
            joined: BTreeSet::new(),
            app_keys: BTreeMap::new(),
            installations: Vec::new(),
        }
    }

    /// Issues a token under a grant, in the vendor's own spelling.
    pub(super) fn issue(&mut self, grant: u64, kind: TokenKind) -> String {
        let ttl = if kind.is_refresh() || kind == TokenKind::ApiKey {
            None
        } else {
            self.settings.access_ttl.seconds()
        };
        self.issue_for(grant, kind, ttl)
    }

    /// The access token that the grant's account has given its client already, where the vendor issues that again; else a
    /// fresh one.
    pub(super) fn issue_first(&mut self, grant: u64) -> String {
        let known = self.tokens.access_of_the_same(grant);
        match known.filter(|_| self.settings.reissues) {
            Some(value) => value.to_owned(),
            None => self.issue(grant, TokenKind::Access),
        }
    }

    /// The same, for so many seconds; for ever without.
    pub(super) fn issue_for(&mut self, grant: u64, kind: TokenKind, ttl: Option<u64>) -> String {
        let value = self.vendor.spell(kind, &self.mint, ttl.is_some());
        self.tokens.enter(grant, kind, value.clone(), ttl);
        value
    }

    /// The live access token that authenticates a call.
    pub(super) fn bearer(&self, call: &Call) -> Option<&Token> {
        let token = self.tokens.live(call.bearer()?)?;
        (token.kind == TokenKind::Access).then_some(token)
    }

    /// The client that makes a call, if it proves who it is.
    pub(super) fn authenticated(&self, call: &Call, how: ClientAuth) -> Option<String> {
        authenticate(&self.clients, call, how).map(|client| client.client_id.clone())
    }

    pub(super) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.client_id == id)
    }
}

/// Which tokens a person ends at the vendor.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Victim {
    /// All of an account.
    Account(String),
    /// The one with this fingerprint.
    Fingerprint(String),
}

/// The vendors, the record of calls, and the faults to come.
pub struct SandboxState {
    base_url: String,
    calls: Arc<CallLog>,
    pub(super) faults: Faults,
    pub(super) mint: Mint,
    /// In the order of [`Vendor::ALL`].
    vendors: [Mutex<VendorState>; Vendor::ALL.len()],
}

impl SandboxState {
    pub(super) fn new(base_url: String) -> Result<Self, getrandom::Error> {
        let mint = Mint::new()?;
        let vendor = |vendor| Mutex::new(VendorState::new(vendor, &base_url, mint.clone()));
        Ok(Self {
            calls: Arc::new(CallLog::new()),
            faults: Faults::default(),
            vendors: Vendor::ALL.map(vendor),
            mint,
            base_url,
        })
    }

    /// `http://HOST:PORT`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What was called.
    pub fn log(&self) -> Arc<CallLog> {
        Arc::clone(&self.calls)
    }

    /// Puts a fault in the way of the calls to come.
    pub fn inject(&self, fault: Fault) {
        self.faults.add(fault);
    }

    /// Forgets all faults.
    pub fn clear_faults(&self) {
        self.faults.clear();
    }

    /// The faults that are still to come.
    pub fn faults(&self) -> Vec<Fault> {
        self.faults.all()
    }

    /// How a vendor behaves now.
    pub fn settings(&self, vendor: Vendor) -> Settings {
        self.vendor(vendor).settings.clone()
    }

    /// Changes how a vendor behaves from the next call on.
    pub fn configure(&self, vendor: Vendor, change: SettingsChange) -> Settings {
        let settings = &mut self.vendor(vendor).settings;
        settings.change(change);
        settings.clone()
    }

    /// Every token that a vendor has issued, oldest first.
    pub fn tokens(&self, vendor: Vendor) -> Vec<TokenView> {
        self.vendor(vendor).tokens.views()
    }

    /// Ends tokens as a person does in the vendor's own pages; how many were alive.
    pub fn kill(&self, vendor: Vendor, victim: &Victim) -> usize {
        let mut state = self.vendor(vendor);
        if let Victim::Account(login) = victim {
            // An app that is removed takes its bot out of the channels.
            state.joined.retain(|(account, _)| account != login);
            state
                .installations
                .retain(|installation| installation.account.login != login);
        }
        state.tokens.kill(KilledBy::Person, |token| match victim {
            Victim::Account(login) => token.account == *login,
            Victim::Fingerprint(print) => fingerprint(&token.value) == *print,
        })
    }

    /// Answers a waiting device in the person's place, a denial without an account; false when no such device waits or
    /// no such account exists.
    pub fn decide_device(&self, vendor: Vendor, user_code: &str, login: Option<&str>) -> bool {
        let decision = match login.map(account) {
            None => Decision::Denied,
            Some(Some(account)) => Decision::Allowed(account),
            Some(None) => return false,
        };
        device::decide(&mut self.vendor(vendor), user_code, decision)
    }

    /// Registers a further app, or replaces the one of that id.
    pub fn register(&self, vendor: Vendor, client: Client) {
        let clients = &mut self.vendor(vendor).clients;
        match clients
            .iter_mut()
            .find(|known| known.client_id == client.client_id)
        {
            Some(known) => *known = client,
            None => clients.push(client),
        }
    }

    /// Registers the public key of an app, as the vendor has it when a person made a key pair in its pages; false for
    /// an app that is not registered, and for what is no RSA public key in PEM.
    pub fn register_app_key(&self, vendor: Vendor, client_id: &str, public_key: &str) -> bool {
        let mut state = self.vendor(vendor);
        let Some(key) = AppKey::from_pem(public_key).filter(|_| state.client(client_id).is_some())
        else {
            return false;
        };
        state.app_keys.insert(client_id.to_owned(), key);
        true
    }

    /// Makes an API key as a person does in the vendor's own pages; none for an account that does not exist.
    pub fn mint_api_key(&self, vendor: Vendor, login: &str) -> Option<String> {
        let account = account(login)?.login.to_owned();
        let mut state = self.vendor(vendor);
        let grant = Grant {
            account,
            client_id: String::new(),
            scope: Vec::new(),
            user_scope: Vec::new(),
            offline: false,
            nonce: None,
        };
        let grant = state.tokens.open(grant);
        Some(state.issue(grant, TokenKind::ApiKey))
    }

    /// Lets an account's bot into a channel, as somebody who is in it does by inviting it.
    pub fn invite(&self, vendor: Vendor, login: &str, channel: &str) {
        let joined = &mut self.vendor(vendor).joined;
        joined.insert((login.to_owned(), channel.to_owned()));
    }

    /// Changes the first `count` items of an entity now, as people at work do.
    pub fn touch(&self, vendor: Vendor, entity: &str, count: usize) {
        let touched = &mut self.vendor(vendor).touched;
        touched.retain(|touch| touch.entity != entity);
        touched.push(Touch {
            entity: entity.to_owned(),
            count,
            at: Timestamp::now(),
        });
    }

    pub(super) fn vendor(&self, vendor: Vendor) -> MutexGuard<'_, VendorState> {
        #[expect(
            clippy::indexing_slicing,
            reason = "there is one for every vendor, and a test holds their order"
        )]
        let state = &self.vendors[vendor as usize];
        state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
