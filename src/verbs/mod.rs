//! What `tagout VERB` does: one file per verb, a request, then print the answer for a person or as JSON.

mod adopt;
mod audit;
mod backup;
mod channels;
mod compact;
mod config;
mod configs;
mod configure;
mod connect;
mod connections;
mod dependents;
mod disconnect;
mod doctor;
mod evidence;
mod executions;
mod exit;
mod explain;
mod flows;
mod follow_ups;
mod holds;
mod init;
pub(crate) mod input;
mod jobs;
mod json_array;
mod mappings;
mod names;
mod passphrase;
mod plan;
mod print;
mod progress;
mod providers;
mod purge;
mod records;
mod references;
mod reset_terminal;
mod restore;
mod routing;
mod runs;
mod session;
mod status;
mod stop;
mod subscriptions;
mod swap;
mod token;
mod users;
mod value_parsers;
mod walkthroughs;
mod webhooks;
mod whoami;

use clap::Subcommand;

pub use exit::{VerbError, not_understood};
pub use print::PrintStyle;
pub use session::{Manner, Session};
pub(crate) use session::{Pages, every, until};
pub(crate) use value_parsers::word;

/// The verbs that ask a server (some of them work without one).
#[derive(Debug, Subcommand)]
pub enum ServerVerb {
    /// Stop the server; what is under way is taken up at the next start
    Stop(stop::Arguments),
    /// How the server and the workspace are
    Status,
    /// Make the workspace (the first start does it too)
    Init(init::Arguments),
    /// The catalog, one provider in full, or changes to it
    Providers(providers::Arguments),
    /// What depends on a provider, and what the workspace declares to
    Dependents(dependents::Arguments),
    /// Connect an account of a provider
    Connect(connect::Arguments),
    /// Take over a grant that another tool was given
    Adopt(adopt::Arguments),
    /// Authorize a connection again
    Reconnect(connect::Again),
    /// Disconnect, then connect as another account, jobs as they were
    Swap(swap::Arguments),
    /// Rename a connection, or change its values
    Configure(configure::Arguments),
    /// Watched channels of a connection
    Channels(configs::Arguments<channels::Act>),
    /// Routing rules of a connection: which records go to which subscription when they change
    Routing(routing::Arguments),
    /// Field mappings of a connection
    Mappings(configs::Arguments<mappings::Act>),
    /// What is connected, or one connection in full
    Connections(connections::Arguments),
    /// What a disconnect would do
    Plan(plan::Arguments),
    /// Take connections out of service: jobs off, tokens revoked and proven dead, secrets destroyed
    Disconnect(disconnect::Arguments),
    /// Disconnects, past and under way
    Runs(runs::Arguments),
    /// Several connections taken out of service as one thing, and what to do with one
    Walkthroughs(walkthroughs::Arguments),
    /// Print a usable access token
    Token(token::Arguments),
    /// Sync jobs, and what to do with one
    Jobs(jobs::Arguments),
    /// Executions of sync jobs, newest first
    Executions(executions::Arguments),
    /// Links from local records to providers' objects
    References(references::Arguments),
    /// What syncs brought
    Records(records::Arguments),
    /// Inbound webhook endpoints
    Webhooks(webhooks::Arguments),
    /// Outbound webhook subscriptions of the organisation
    Subscriptions(subscriptions::Arguments),
    /// What a person must still do at the vendors
    FollowUps(follow_ups::Arguments),
    /// Authorizations that are open, and a way to end one
    Flows(flows::Arguments),
    /// Tokens that are kept sealed to retry their revocation
    Holds(holds::Arguments),
    /// Who may do what
    Users(users::Arguments),
    /// The record: who did what to what, and how it ended
    Audit(audit::Arguments),
    /// Write the auditor's bundle of runs
    Evidence(evidence::Arguments),
    /// Wipe the synced data of a provider, or all; irreversible
    Purge(purge::Arguments),
    /// What a word of the program, or what is said of a connection, means, and what to do about it
    Explain(explain::Arguments),
    /// Who you are here, and what you may
    Whoami,
    /// Every setting, and where its value came from
    Config,
    /// Look for what endangers the data on this machine
    Doctor,
    /// Drop what was overwritten or removed from the database's file
    Compact,
    /// Write everything to one portable file
    Backup(backup::Arguments),
    /// Fill an empty data folder from a backup; connections are then authorized again, or with its secrets asked about first
    Restore(restore::Arguments),
    /// Give a terminal back that a lost line left unusable
    ResetTerminal,
}

/// Does what `verb` says.
///
/// # Errors
/// Why it was not done, with the exit code.
pub async fn run(verb: ServerVerb, session: &Session) -> Result<(), VerbError> {
    session.manner.look.clone().hold();
    match verb {
        ServerVerb::Stop(arguments) => stop::run(arguments, session).await,
        ServerVerb::Status => status::run(session).await,
        ServerVerb::Init(arguments) => init::run(arguments, session).await,
        ServerVerb::Providers(arguments) => providers::run(arguments, session).await,
        ServerVerb::Dependents(arguments) => dependents::run(arguments, session).await,
        ServerVerb::Connect(arguments) => connect::run(arguments, session).await,
        ServerVerb::Adopt(arguments) => adopt::run(arguments, session).await,
        ServerVerb::Reconnect(arguments) => connect::again(arguments, session).await,
        ServerVerb::Configure(arguments) => configure::run(arguments, session).await,
        ServerVerb::Channels(arguments) => channels::run(arguments, session).await,
        ServerVerb::Routing(arguments) => routing::run(arguments, session).await,
        ServerVerb::Mappings(arguments) => mappings::run(arguments, session).await,
        ServerVerb::Connections(arguments) => connections::run(arguments, session).await,
        ServerVerb::Plan(arguments) => plan::run(arguments, session).await,
        ServerVerb::Disconnect(arguments) => disconnect::run(arguments, session).await,
        ServerVerb::Runs(arguments) => runs::run(arguments, session).await,
        ServerVerb::Walkthroughs(arguments) => walkthroughs::run(arguments, session).await,
        ServerVerb::Jobs(arguments) => jobs::run(arguments, session).await,
        ServerVerb::Executions(arguments) => executions::run(arguments, session).await,
        ServerVerb::References(arguments) => references::run(arguments, session).await,
        ServerVerb::Records(arguments) => records::run(arguments, session).await,
        ServerVerb::Webhooks(arguments) => webhooks::run(arguments, session).await,
        ServerVerb::Subscriptions(arguments) => subscriptions::run(arguments, session).await,
        ServerVerb::FollowUps(arguments) => follow_ups::run(arguments, session).await,
        ServerVerb::Users(arguments) => users::run(arguments, session).await,
        ServerVerb::Audit(arguments) => audit::run(arguments, session).await,
        ServerVerb::Token(arguments) => token::run(arguments, session).await,
        ServerVerb::Swap(arguments) => swap::run(arguments, session).await,
        ServerVerb::Flows(arguments) => flows::run(arguments, session).await,
        ServerVerb::Holds(arguments) => holds::run(arguments, session).await,
        ServerVerb::Explain(arguments) => explain::run(&arguments, session).await,
        ServerVerb::Whoami => whoami::run(session).await,
        ServerVerb::Config => config::run(session),
        ServerVerb::Doctor => doctor::run(session).await,
        ServerVerb::ResetTerminal => reset_terminal::run(),
        ServerVerb::Evidence(arguments) => evidence::run(arguments, session).await,
        ServerVerb::Purge(arguments) => purge::run(arguments, session).await,
        ServerVerb::Compact => compact::run(session).await,
        ServerVerb::Backup(arguments) => backup::run(arguments, session).await,
        ServerVerb::Restore(arguments) => restore::run(arguments, session).await,
    }
}

/// Runs a verb to its end on this thread.
///
/// # Errors
/// What the verb says, or why it could not begin.
pub fn block_on(verb: impl Future<Output = Result<(), VerbError>>) -> Result<(), VerbError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(verb);
    // A read of standard input that nobody waits for any more does not end by itself.
    runtime.shutdown_background();
    ended
}
