//! What a state of the model holds: of each row of the store what decides something, what is in memory and dies with the
//! process, and what only the vendor knows. The rows themselves are made of it by `rows`, whenever a rule is asked.

use std::rc::Rc;

use tagout::domain::connection::Status;
use tagout::domain::credential::CredentialState;
use tagout::domain::disconnect::log::{Step, StepState};
use tagout::domain::trial::Outcome;

/// The two connections: of one account at one provider, so that they share what the vendor granted; of two owners.
pub(crate) const BOTH: [usize; 2] = [0, 1];

/// A state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) connections: [Connection; 2],
    /// The rows of secrets, in the order in which they were issued.
    pub(crate) rows: Vec<Row>,
    /// What the vendor has issued; a row names a secret by its place here.
    pub(crate) secrets: Vec<Secret>,
    /// Calls that may issue, and whose answer is not on the disk.
    pub(crate) intents: Vec<Intent>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) key: Option<Key>,
    pub(crate) holds: Vec<Hold>,
    pub(crate) given_back: Vec<GivenBack>,
    pub(crate) is_tagged: bool,
    pub(crate) wipe: Wipe,
    pub(crate) left: Left,
}

/// A connection, and what is under way for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Connection {
    pub(crate) status: Status,
    pub(crate) generation: u32,
    /// Whether records of it are here.
    pub(crate) has_records: bool,
    pub(crate) is_job_on: bool,
    /// Memory: who holds its lock.
    pub(crate) lock: Option<Holder>,
    pub(crate) refresh: Option<Refresh>,
    pub(crate) read: Option<Read>,
    pub(crate) pull: Option<Pull>,
    /// Memory: an event of the vendor was read; whether it was to be taken then.
    pub(crate) event: Option<bool>,
    /// The disconnect that is under way.
    pub(crate) run: Option<Rc<Run>>,
}

/// Who holds the lock of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    Flow(usize),
    Refresh,
    Run,
    Hold(usize),
}

/// A secret as the store has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    pub(crate) of: usize,
    pub(crate) generation: u32,
    pub(crate) state: CredentialState,
    pub(crate) secret: usize,
    /// Whether the key slot can still be read.
    pub(crate) is_sealed: bool,
}

/// A secret as the vendor has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Secret {
    pub(crate) is_alive: bool,
    /// The connection whose disconnect, or hold, ended it.
    pub(crate) ended_by: Option<usize>,
    /// Whether a run or a hold has said that it may live on.
    pub(crate) is_exposed: bool,
}

/// That a call may issue something, written before it is made. Without an answer it is listed as a token that nobody has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Intent {
    /// None where it stands under the id that a new connection would have.
    pub(crate) of: Option<usize>,
    pub(crate) secret: Option<usize>,
    pub(crate) by: Issuer,
}

/// Whose call it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Issuer {
    Flow(usize),
    Refresh(usize),
    /// The process that made it is gone.
    Nobody,
}

/// An authorization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Flow {
    /// The connection that comes of it: it was named, or the account turns out to be its.
    pub(crate) of: usize,
    pub(crate) is_named: bool,
    pub(crate) phase: Phase,
    /// Memory: how far it is.
    pub(crate) stage: Stage,
    /// Whether a disconnect of its connection has begun since it began.
    pub(crate) is_older: bool,
}

/// The row of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    Open,
    Exchanging,
    Ended,
    Over,
}

/// How far an authorization is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// A person decides at the vendor.
    Waits,
    /// The code has come, and the lock is held.
    Came,
    /// The vendor is asked for tokens.
    Asks,
    /// It has answered.
    Issued {
        secret: usize,
    },
    /// Its account is not being disconnected. Who does not get the lock of its connection at once lets calls pass meanwhile.
    Known {
        secret: usize,
    },
    /// The connection was looked at.
    Looked {
        secret: usize,
        seen: Seen,
    },
    /// What was issued is not kept.
    GivesBack {
        secret: usize,
    },
    Over,
}

/// A key that is tried at the vendor before it is kept. It has no flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) of: usize,
    pub(crate) stage: KeyStage,
    pub(crate) phase: Phase,
    pub(crate) is_older: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum KeyStage {
    /// The vendor is asked.
    Asks,
    /// It has answered, and the connection was looked at.
    Looked(Seen),
}

/// How a connection stood when it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Seen {
    pub(crate) generation: u32,
    /// Whether it has not changed since.
    pub(crate) is_current: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Refresh {
    pub(crate) generation: u32,
    pub(crate) replaces: usize,
    /// What the vendor has answered.
    pub(crate) secret: Option<usize>,
}

/// Somebody reads a token: it was found in use, and has not left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Read {
    pub(crate) generation: u32,
    pub(crate) row: usize,
}

/// An execution of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Pull {
    pub(crate) generation: u32,
    /// Its row.
    pub(crate) is_live: bool,
    /// Memory: how far it is.
    pub(crate) stage: PullStage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum PullStage {
    /// It has begun, and has no token yet.
    Begun,
    /// It has a token, and waits for the page.
    Asks,
    /// The page is here, and not on the disk.
    HasPage,
    /// It is on the disk.
    Kept,
}

/// A disconnect: its records, and who drives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Run {
    /// The calls that the plan showed, each with the row that it is about.
    pub(crate) planned: Vec<Call>,
    /// Whether what the plan rests on is as it was.
    pub(crate) is_as_planned: bool,
    pub(crate) log: Vec<Record>,
    /// Memory: whether somebody drives it.
    pub(crate) is_driven: bool,
    /// Memory: a call is made, and its answer is not written; whether nothing is issued meanwhile.
    pub(crate) calling: Option<bool>,
    /// Memory: what the tokens answered, not on the disk yet.
    pub(crate) answers: Vec<(usize, bool)>,
    /// Memory: how far the destruction of secrets is.
    pub(crate) slots: Slots,
    /// Memory: half of a move into a hold is done.
    pub(crate) has_half_moved: bool,
}

/// How far the destruction of secrets is, in one pass over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Slots {
    /// Each secret is looked at.
    Whole,
    /// Those that are being destroyed are overwritten.
    Overwritten,
    /// That is on the disk.
    Gone,
}

/// What a disconnect keeps sealed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Keeping {
    Proof,
    Retry,
    #[default]
    Nothing,
}

/// A call of the recipe, about one row of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Call {
    pub(crate) at: usize,
    pub(crate) about: usize,
    pub(crate) kills: Vec<usize>,
}

/// A record of a run. A token is named by the row of its secret; a token that nobody has seen by its intent, beyond the rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Record {
    Step(Step, StepState),
    Tokens(Vec<usize>),
    Asked {
        alive: Vec<(usize, bool)>,
        calls: Vec<Call>,
    },
    Called(usize, Answer),
    Judged {
        row: usize,
        outcome: Outcome,
        is_under_way: bool,
    },
    Destroying(usize),
    Destroyed(usize),
    Held(usize),
    HoldEnded(usize, Outcome),
}

/// What a call was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    Accepted,
    Unreachable,
    /// It was not made: another connection in service would lose its token.
    NotMade,
}

/// A token that is kept sealed after its disconnect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Hold {
    pub(crate) of: usize,
    pub(crate) generation: u32,
    pub(crate) keeping: Keeping,
    pub(crate) row: usize,
    pub(crate) secret: usize,
    pub(crate) state: HoldState,
    pub(crate) is_sealed: bool,
    /// The time for which it is kept is over.
    pub(crate) is_late: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum HoldState {
    Waiting,
    Ending,
    Ended,
}

/// Tokens that nobody keeps, under a connection of their own that is disconnected at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct GivenBack {
    pub(crate) secret: usize,
    pub(crate) stage: BackStage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum BackStage {
    Listed,
    /// Nobody uses the same token, as far as was seen; the call is about to be made.
    Calls,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Wipe {
    None,
    Removes,
    Closes,
    Over,
}

/// How often each of these may still happen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Left {
    pub(crate) flows: u8,
    pub(crate) keys: u8,
    pub(crate) disconnects: u8,
    pub(crate) refreshes: u8,
    pub(crate) reads: u8,
    pub(crate) pulls: u8,
    pub(crate) events: u8,
    pub(crate) wipes: u8,
    pub(crate) tags: u8,
    pub(crate) outages: u8,
    pub(crate) crashes: u8,
    /// What disconnects keep sealed.
    pub(crate) keeping: Keeping,
    /// Whether the vendor issues the token that lives to whoever authorizes again.
    pub(crate) issues_again: bool,
}

impl World {
    /// Both connections in service, each with one token.
    pub(crate) fn new(left: Left) -> Self {
        let secrets = if left.issues_again { 1 } else { 2 };
        let row = |of: usize| Row {
            of,
            generation: 1,
            state: CredentialState::Active,
            secret: of.min(secrets - 1),
            is_sealed: true,
        };
        let alive = Secret {
            is_alive: true,
            ended_by: None,
            is_exposed: false,
        };
        Self {
            connections: [Connection::new(), Connection::new()],
            rows: BOTH.map(row).to_vec(),
            secrets: vec![alive; secrets],
            intents: Vec::new(),
            flows: Vec::new(),
            key: None,
            holds: Vec::new(),
            given_back: Vec::new(),
            is_tagged: false,
            wipe: Wipe::None,
            left,
        }
    }

    /// This connection has a token that the other one does not have.
    pub(crate) fn has_its_own(&mut self, of: usize) {
        let secret = self.secrets.len();
        self.secrets.push(self.secrets[0]);
        for row in self.rows.iter_mut().filter(|row| row.of == of) {
            row.secret = secret;
        }
    }

    /// A disconnect of this connection has ended before.
    pub(crate) fn is_out_of_service(&mut self, of: usize) {
        let now = &mut self.connections[of];
        (now.status, now.is_job_on) = (Status::Revoked, false);
        for row in self.rows.iter_mut().filter(|row| row.of == of) {
            (row.state, row.is_sealed) = (CredentialState::Destroyed, false);
            // What the other connection uses, too, was not called for.
            self.secrets[row.secret].is_alive &= self.left.issues_again;
        }
    }

    /// Whether a grant is being issued: no call that ends one is made meanwhile. Who waits for a lock lets calls pass.
    pub(crate) fn is_issuing(&self) -> bool {
        let mut flows = self.flows.iter().enumerate();
        flows.any(|(place, flow)| match flow.stage {
            Stage::Asks | Stage::Issued { .. } | Stage::Looked { .. } => true,
            Stage::Known { .. } => self.has_its_lock(place),
            Stage::Waits | Stage::Came | Stage::GivesBack { .. } | Stage::Over => false,
        })
    }

    /// Whether a secret has been issued to an authorization that may keep it, and that no call passes.
    pub(crate) fn is_being_issued(&self, secret: usize) -> bool {
        let mut flows = self.flows.iter().enumerate();
        flows.any(|(place, flow)| match flow.stage {
            Stage::Issued { secret: own } | Stage::Looked { secret: own, .. } => own == secret,
            Stage::Known { secret: own } => own == secret && self.has_its_lock(place),
            Stage::Waits | Stage::Came | Stage::Asks | Stage::GivesBack { .. } | Stage::Over => {
                false
            }
        })
    }

    /// Whether an authorization holds the lock of the connection that it continues.
    pub(crate) fn has_its_lock(&self, place: usize) -> bool {
        let of = self.flows[place].of;
        self.connections[of].lock == Some(Holder::Flow(place))
    }

    /// Whether a connection in service uses a secret.
    pub(crate) fn is_used(&self, secret: usize, but: Option<usize>) -> bool {
        self.rows.iter().any(|row| {
            Some(row.of) != but
                && row.secret == secret
                && row.state == CredentialState::Active
                && self.connections[row.of].status.in_service()
        })
    }
}

impl Connection {
    fn new() -> Self {
        Self {
            status: Status::Connected,
            generation: 1,
            has_records: true,
            is_job_on: true,
            lock: None,
            refresh: None,
            read: None,
            pull: None,
            event: None,
            run: None,
        }
    }
}
