//! The table of commands: footer, `?` help and `:` palette are all read from it and from the keymap.

use serde::{Deserialize, Serialize};

/// Where keys are pressed: a screen, an overlay, or any screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// Every screen.
    All,
    /// The first screen.
    Connections,
    /// What can be connected.
    Catalog,
    /// One connection.
    Connection,
    /// Sync jobs.
    Jobs,
    /// One sync job.
    Job,
    /// One execution of a sync job.
    Execution,
    /// What was pulled from a connection.
    Records,
    /// What refers to a connection's things.
    References,
    /// What is set up of a connection.
    Configuration,
    /// Disconnects, past and under way.
    Runs,
    /// One disconnect.
    Run,
    /// Several connections taken out of service as one thing.
    Walkthrough,
    /// The record.
    Audit,
    /// Tokens that may still live.
    Exposure,
    /// What is left to a person.
    FollowUps,
    /// Which lists there are of the workspace as a whole.
    Workspace,
    /// Where vendors send their events.
    Endpoints,
    /// What came in at an endpoint.
    Deliveries,
    /// Who is told of what happens here.
    Subscriptions,
    /// What a subscription was told.
    Messages,
    /// Authorizations that are open.
    Flows,
    /// What depends on providers.
    Dependents,
    /// Who may come in.
    Users,
    /// The keys.
    Help,
    /// What was done from this console.
    Log,
    /// The `:` overlay.
    Palette,
    /// What can be done with what is selected.
    Actions,
    /// The columns of a list.
    Columns,
    /// A line to type.
    Prompt,
    /// A plain yes or no.
    Confirm,
    /// The disconnect dialog.
    Disconnect,
    /// The connect dialog.
    Connect,
    /// The configure dialog.
    Configure,
    /// The dialog that takes over what another tool was given.
    Adopt,
    /// A secret that is told once.
    Secret,
}

impl KeyPlace {
    /// Whether it is an overlay, which takes all keys but the ones that leave and repaint.
    #[must_use]
    pub fn is_overlay(self) -> bool {
        matches!(
            self,
            Self::Palette
                | Self::Actions
                | Self::Columns
                | Self::Prompt
                | Self::Confirm
                | Self::Disconnect
                | Self::Connect
                | Self::Configure
                | Self::Adopt
                | Self::Secret
        )
    }
}

/// What a command can do to the world. A column, so that read-only, a stale link and roles are decided once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    /// Changes what is shown, nothing else.
    Looks,
    /// Changes something, and can be taken back.
    Changes,
    /// Stops something: asks for a plain yes.
    Stops,
    /// Cannot be undone: its dialog wants a name typed.
    Irreversible,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct CommandRow {
    /// The command.
    pub command: Command,
    /// Its name in keymap.toml and in the palette.
    pub name: &'static str,
    /// One or two words, for the footer.
    pub title: &'static str,
    /// A sentence, for help and palette.
    pub help: &'static str,
    /// What it can do.
    pub danger: Danger,
}

macro_rules! commands {
    ($($command:ident, $name:literal, $title:literal, $danger:ident, $help:literal;)*) => {
        /// Everything a key or a palette entry can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Command {
            $(#[doc = $help] $command,)*
        }

        /// The table, in the order of the help.
        pub const TABLE: &[CommandRow] = &[$(CommandRow {
            command: Command::$command,
            name: $name,
            title: $title,
            help: $help,
            danger: Danger::$danger,
        },)*];

        impl Command {
            /// Its row.
            #[must_use]
            pub fn row(self) -> CommandRow {
                match self {
                    $(Self::$command => CommandRow {
                        command: self,
                        name: $name,
                        title: $title,
                        help: $help,
                        danger: Danger::$danger,
                    },)*
                }
            }
        }
    };
}

commands! {
    Open, "open", "open", Looks, "Opens what is selected.";
    Read, "read", "read", Looks, "Shows or closes what is selected, over the whole screen.";
    OpenConnection, "open-connection", "connection", Looks, "Opens the connection that this is about.";
    OpenRecords, "open-records", "records", Looks, "Opens what was pulled from the connection.";
    OpenReferences, "open-references", "refs", Looks, "Opens what refers to the connection's things.";
    OpenConfiguration, "open-configuration", "configuration", Looks, "Opens the connection's channels, routing rules and field mappings.";
    AddItem, "add-item", "add", Changes, "Adds one to the list, or to the group under the cursor.";
    EditItem, "edit-item", "edit", Changes, "Changes what is under the cursor.";
    RemoveItem, "remove-item", "remove", Stops, "Removes what is under the cursor, after a yes.";
    OpenEndpoints, "open-endpoints", "endpoint", Looks, "Opens where the vendor sends the connection's events.";
    EnableEndpoint, "enable-endpoint", "enable", Stops, "Lets the endpoint take events, after a yes.";
    DisableEndpoint, "disable-endpoint", "disable", Stops, "Has the endpoint's events dropped, after a yes.";
    SigningSecret, "signing-secret", "secret", Changes, "Keeps what the vendor signs its events with.";
    TestSubscription, "test-subscription", "test", Changes, "Sends a message at once, and says what came of it.";
    RotateSecret, "rotate-secret", "rotate", Stops, "Gives the subscription another signing secret, after a yes.";
    SendAgain, "send-again", "send again", Changes, "Sends a dead letter again, with the id that it had.";
    EndFlow, "end-flow", "end", Stops, "Ends the authorization, after a yes: its code is not exchanged any more.";
    ConfigureApp, "configure-app", "app", Changes, "Changes our app at the provider: ids, its name there, the way back, settings.";
    WipeProvider, "wipe-provider", "wipe", Irreversible, "Removes for good what syncs of the provider brought; the workspace's name is typed.";
    AddProvider, "add-provider", "new", Changes, "Adds a provider that keeps to OAuth 2.0 or OpenID Connect.";
    RemoveProvider, "remove-provider", "remove", Irreversible, "Removes a provider that was added; its name is typed.";
    FollowUpUndo, "follow-up-undo", "undo", Changes, "Opens again what was marked done by mistake, with a reason.";
    FollowUpAssign, "follow-up-assign", "assign", Changes, "Assigns the follow-up to somebody, who is told at their next start.";
    EditPermissions, "edit-permissions", "permissions", Changes, "Grants a permission, or withdraws it.";
    Connect, "connect", "connect", Changes, "Connects an account of a provider.";
    Adopt, "adopt", "take over", Changes, "Takes over a grant that another tool was given, with its refresh token.";
    Configure, "configure", "configure", Changes, "Changes the name or the settings.";
    Untag, "untag", "take tag off", Changes, "Takes the provider's tag off, with a reason: accounts can be connected again.";
    Reconnect, "reconnect", "reconnect", Changes, "Authorizes the same connection again.";
    Disconnect, "disconnect", "disconnect", Irreversible, "Stops the jobs, revokes, proves, destroys.";
    Swap, "swap", "swap account", Irreversible, "Disconnects, then connects as another account.";
    GiveUpSwap, "give-up-swap", "give swap up", Stops, "Gives up a swap that was left in the middle: no new account is connected.";
    EnableBefore, "enable-before", "enable jobs", Changes, "Enables the jobs that ran before the disconnect.";
    EnableJob, "enable-job", "enable", Changes, "Lets the job run.";
    DisableJob, "disable-job", "disable", Stops, "Turns the job off, and cancels what runs.";
    RunJob, "run-job", "run now", Changes, "Runs the job now.";
    RunJobInFull, "run-job-in-full", "run in full", Changes, "Runs the job over everything there is.";
    CancelJob, "cancel-job", "cancel", Stops, "Stops what runs; what was received is kept.";
    EditJob, "edit-job", "schedule", Changes, "Changes when the job runs and how much it asks for.";
    FillGap, "fill-gap", "fill gap", Changes, "Pulls the events of the time that is missing.";
    AcceptGone, "accept-gone", "accept gone", Changes, "Says that what the vendor no longer lists is gone.";
    ResetJob, "reset-job", "reset", Stops, "Forgets where the job stands: the next pass begins anew.";
    FollowUpDone, "follow-up-done", "mark done", Changes, "Records that you did this at the vendor.";
    ResumeRun, "resume-run", "resume", Changes, "Goes on with a run that waits for a person.";
    GiveUp, "give-up", "give up", Irreversible, "Destroys a held token without proof.";
    Evidence, "evidence", "evidence", Looks, "Shows or hides what each claim rests on.";
    Bundle, "bundle", "bundle", Looks, "Sends the verb that writes the auditor's bundle to the clipboard.";
    Checkpoint, "checkpoint", "checkpoint", Looks, "Shows the signed checkpoint of the log.";
    Mark, "mark", "mark", Looks, "Marks the row, for one action on several.";
    Unmark, "unmark", "unmark all", Looks, "Takes all marks away.";
    Filter, "filter", "filter", Looks, "Shows the rows with these words; by:bob, action:, state:, since:7d and not: work, too.";
    NameFilter, "name-filter", "name filter", Looks, "Names the filter in force; /@NAME has it again, and no name takes it away.";
    Columns, "columns", "columns", Looks, "Sorts the list by a column, shows columns and hides them.";
    Export, "export", "export", Looks, "Writes every row that fits the filter into a file, as CSV or JSON Lines.";
    Walkthrough, "walkthrough", "walkthrough", Changes, "Takes several connections out of service, page by page.";
    Whole, "whole", "the whole", Looks, "Opens the walkthrough that this is part of.";
    Continue, "continue", "continue", Looks, "To the next page, or opens what is selected.";
    LeaveOut, "leave-out", "leave out", Changes, "Leaves the connection out, or takes it along again.";
    LookAgain, "look-again", "look again", Changes, "Looks at everything that was chosen anew.";
    StopWalkthrough, "stop-walkthrough", "stop", Stops, "Stops between connections.";
    GoOn, "go-on", "go on", Stops, "Begins what had not begun when it was stopped.";
    Discard, "discard", "discard", Stops, "Throws a draft away, or closes what was stopped.";
    Copy, "copy", "copy", Looks, "Sends the id or link to the terminal's clipboard.";
    Actions, "actions", "actions", Looks, "What can be done with what is selected, each with its key, or why it cannot.";
    Palette, "palette", "commands", Looks, "Every command by name.";
    Log, "log", "log", Looks, "What was done from this console, and what did not work: the last 50 lines.";
    Help, "help", "help", Looks, "What the row says, the keys that work here, and every word.";
    Up, "up", "up", Looks, "One row up.";
    Down, "down", "down", Looks, "One row down.";
    HalfUp, "half-up", "half page up", Looks, "Half a page up.";
    HalfDown, "half-down", "half page down", Looks, "Half a page down.";
    PageUp, "page-up", "page up", Looks, "A page up.";
    PageDown, "page-down", "page down", Looks, "A page down.";
    First, "first", "first", Looks, "To the beginning.";
    Last, "last", "last", Looks, "To the end.";
    NextTab, "next-tab", "next tab", Looks, "To the next tab.";
    PreviousTab, "previous-tab", "previous tab", Looks, "To the previous tab.";
    ShowConnections, "connections", "connections", Looks, "Shows the connections.";
    ShowCatalog, "catalog", "catalog", Looks, "Shows what can be connected.";
    ShowJobs, "jobs", "jobs", Looks, "Shows the sync jobs.";
    ShowRuns, "runs", "runs", Looks, "Shows disconnects, past and under way.";
    ShowAudit, "audit", "audit", Looks, "Shows the record.";
    ShowExposure, "exposure", "exposure", Looks, "Shows what was not proven dead.";
    ShowFollowUps, "follow-ups", "follow-ups", Looks, "Shows what is left to a person.";
    ShowWorkspace, "workspace", "workspace", Looks, "Lists what belongs to the workspace: endpoints, subscriptions, authorizations, dependents, users.";
    ShowEndpoints, "webhooks", "endpoints", Looks, "Shows where vendors send their events.";
    ShowSubscriptions, "subscriptions", "subscriptions", Looks, "Shows who is told of what happens here.";
    ShowFlows, "flows", "authorizations", Looks, "Shows the authorizations that are open.";
    ShowDependents, "dependents", "dependents", Looks, "Shows what depends on providers.";
    ShowUsers, "users", "users", Looks, "Shows who may come in, and what they may do.";
    Wipe, "wipe", "purge all", Irreversible, "Removes for good what syncs brought, of all providers; the workspace's name is typed.";
    Back, "back", "back", Looks, "One step back; never quits.";
    GoBack, "go-back", "go back", Looks, "To the place that was visited before, as it was left.";
    GoForth, "go-forth", "go forth", Looks, "To the place that was gone back from.";
    Yes, "yes", "yes", Looks, "Answers yes.";
    No, "no", "no", Looks, "Answers no.";
    Repaint, "repaint", "repaint", Looks, "Draws the screen again.";
    Suspend, "suspend", "suspend", Looks, "Back to the shell; fg returns.";
    StopServer, "stop-server", "stop server", Stops, "Stops the server, after what is in hand.";
    Quit, "quit", "quit", Looks, "Leaves the console; the server goes on.";
    Leave, "leave", "leave", Looks, "Leaves at once, from anywhere.";
}

impl Command {
    /// The command of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_find_their_command() {
        for row in TABLE {
            assert_eq!(Command::named(row.name), Some(row.command), "{}", row.name);
            assert!(row.help.ends_with('.'), "{}: help is a sentence", row.name);
        }
    }
}
