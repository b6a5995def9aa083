//! What requests need of the table of roles. Each request says it beside its fields; the server's gate, which knows whose things
//! are, decides about it before anything else is looked up or done.

use super::Problem;
use crate::domain::id::{
    ConfigId, DependentId, FlowId, FollowUpId, RunId, WalkthroughId, WebhookId,
};
use crate::domain::provider::OwnerScope;
use crate::domain::user::{Permission, Role};

/// What decides about the rights that a request needs.
pub trait Gate {
    /// Takes down one right that is needed. `action` is what stands in the record when it is refused.
    ///
    /// # Errors
    /// When what the request names is not there.
    fn need(&mut self, action: &'static str, right: Right<'_>) -> Result<(), Problem>;
}

/// A right, by what it is about. A name that is given mutably becomes the id that was decided about.
pub enum Right<'r> {
    /// To look. Whoever may not see a single thing is told that there is none.
    Look,
    /// To manage the connection of this name.
    Manage(&'r mut String),
    /// To read the token of the connection of this name.
    ReadToken(&'r mut String),
    /// To manage the connection that this belongs to.
    OfConnection(Belonging<'r>),
    /// To connect a provider, or a connection of it again.
    Authorize(Authorized<'r>),
    /// To go on with an authorization that the caller began.
    OwnFlow(&'r FlowId),
    /// To end an authorization.
    Flow(&'r FlowId),
    /// To take connections out of service, and those that would lose their tokens with them.
    Disconnect(Disconnected<'r>),
    /// To go on with a run, which may end the tokens of other connections too.
    Resume(&'r RunId),
    /// What is done to a walkthrough.
    Walkthrough(&'r WalkthroughId, WalkRight),
    /// To begin a draft of a walkthrough of one's own.
    NewDraft,
    /// To manage what belongs to the organisation.
    Workspace(Subject<'r>),
    /// To change settings.
    Settings(Subject<'r>),
    /// To change where tokens are sent.
    Direct(Subject<'r>),
    /// To do what cannot be undone.
    Irreversible(Subject<'r>),
    /// To change a user.
    User(UserChange<'r>),
}

/// Something that belongs to a connection.
pub enum Belonging<'r> {
    /// A job, by its id or the beginning of it.
    Job(&'r mut String),
    FollowUp(&'r FollowUpId),
    /// An endpoint for a vendor's events.
    Endpoint(&'r WebhookId),
    /// A channel, routing rule or mapping.
    Config(&'r ConfigId),
    Record(Stored<'r>),
    Reference(Stored<'r>),
}

/// Something that is looked for by our name for it, and then known by its place in the store.
pub struct Stored<'r> {
    pub name: &'r str,
    pub found: &'r mut Option<String>,
}

/// What is to be connected.
pub struct Authorized<'r> {
    /// The catalog's id.
    pub provider: &'r str,
    /// The connection that is authorized again, by name.
    pub connection: &'r mut Option<String>,
    /// Whose it will be; none for the provider file's word.
    pub scope: Option<OwnerScope>,
}

/// What is to be disconnected.
pub struct Disconnected<'r> {
    /// The connections, by name.
    pub names: Vec<&'r mut String>,
    pub beyond: Beyond,
}

/// What a disconnect was asked to do beyond the tokens of its own connections.
#[derive(Clone, Copy)]
pub struct Beyond {
    /// Make calls that end every token of a grant.
    pub wider: bool,
    /// Uninstall the app.
    pub uninstall: bool,
}

/// What is done to a walkthrough.
#[derive(Clone, Copy)]
pub enum WalkRight {
    /// It is changed while it is a draft, which is its owner's.
    Draft,
    /// It is stopped or closed: every connection that it takes along is managed.
    Manage,
    /// It disconnects every connection that it takes along, and those that would lose their tokens with them.
    Disconnect,
    /// It ends authorizations that are open, and with its tag those to come.
    EndAuthorizations,
    /// It is thrown away as a draft; or closed, which stands in the record under the other action.
    Discard { closes: &'static str },
}

/// What an action is about, beside connections.
#[derive(Clone, Copy)]
pub enum Subject<'r> {
    /// A provider of the catalog.
    Provider(&'r str),
    /// A dependent that somebody declared.
    Dependent(&'r DependentId),
    /// What the record files under nothing else.
    Named(&'r str),
}

/// A change of a user.
pub enum UserChange<'r> {
    /// One more, with this role.
    Add(&'r str, Role),
    /// What gives nothing.
    Edit(&'r str),
    /// A permission is given; for single connections, by name, it has to be held for each of them.
    Grant {
        name: &'r str,
        permission: Permission,
        connections: &'r mut [String],
    },
    /// What somebody holds stays in service when they leave.
    LeaveBehind(&'r str),
}
