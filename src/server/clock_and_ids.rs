//! New ids and the time: the one place of the server where randomness and the clock come in.

use jiff::Timestamp;
use ulid::Ulid;

use crate::domain::audit::Salt;
use crate::domain::id;

/// The time, to the millisecond: what a ULID can hold, and all that the record shows.
#[must_use]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

macro_rules! minted {
    ($($name:ident = $id:ident;)*) => {$(
        /// A new id of its kind.
        #[must_use]
        pub fn $name() -> id::$id {
            id::$id::new(ulid())
        }
    )*};
}

minted! {
    instance = InstanceId;
    connection = ConnectionId;
    credential = CredentialId;
    job = JobId;
    execution = ExecutionId;
    run = RunId;
    reference = ReferenceId;
    follow_up = FollowUpId;
    dependent = DependentId;
    user = UserId;
    webhook = WebhookId;
    audit = AuditId;
    app = AppId;
    subscription = SubscriptionId;
    config = ConfigId;
    flow = FlowId;
    hold = HoldId;
    walkthrough = WalkthroughId;
    wipe = WipeId;
    folder = FolderId;
}

/// What is hashed with an entry's detail. Without randomness from the system the detail is not hidden well by its hash, and
/// the entry is worth more.
#[must_use]
pub fn salt() -> Salt {
    let mut salt = [0; 16];
    if let Err(error) = getrandom::fill(&mut salt) {
        tracing::warn!(%error, "no randomness from the system for a salt");
    }
    Salt(salt)
}

/// A number by chance, for waits that are not to end together. Without randomness from the system it is the largest one.
#[must_use]
pub fn chance() -> u8 {
    let mut random = [u8::MAX];
    if let Err(error) = getrandom::fill(&mut random) {
        tracing::debug!(%error, "no randomness from the system for a wait");
    }
    let [random] = random;
    random
}

/// A ULID of now. Without randomness from the system the clock's nanoseconds take its place: an id has to be
/// unique, not secret.
fn ulid() -> Ulid {
    let now = Timestamp::now();
    let mut random = [0; 16];
    let random = match getrandom::fill(&mut random) {
        Ok(()) => u128::from_be_bytes(random),
        Err(error) => {
            tracing::warn!(%error, "no randomness from the system for an id");
            now.as_nanosecond().unsigned_abs()
        }
    };
    Ulid::from_parts(now.as_millisecond().unsigned_abs(), random)
}
