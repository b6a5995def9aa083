//! How long the texts of a request may be, field by field. They are kept, written to the log and shown to everybody, so that
//! one that is too long is refused before anything is looked up for it.

mod held;

use held::Limits;

use super::Problem;
use super::request::{Connect, Disconnect, JobSpec, MAX_PLANS, PlanTerms, Request, Target, Window};
use super::walkthrough::WalkthroughDraft;
use crate::domain::walkthrough::{Choice, Terms};

/// A name, an id, a ticket, the text of a filter.
const NAME: usize = 200;
/// The key of a row in a list: ids, one after another.
const KEY: usize = 500;
/// A URL, the value of a variable, one end of a mapping.
const VALUE: usize = 2_000;
/// What somebody says in their own words.
const NOTE: usize = 4_000;
/// Variables, events, keys, connections that one request names to be kept.
const MANY: usize = 500;
/// A key in PEM, or a redirected URL with everything that a vendor adds to it.
const SECRET: usize = 16 * 1024;
/// A provider file, or what a console keeps of what somebody looked at.
const FILE: usize = 256 * 1024;

/// Holds every text of a request against its limit.
///
/// # Errors
/// The first field that is too long, and how long it may be.
pub fn check(request: &Request) -> Result<(), Problem> {
    let mut limits = Limits::default();
    limits.request(request);
    limits.broken.map_or(Ok(()), Err)
}

impl Limits {
    fn window(&mut self, window: &Window) {
        self.maybe("the key of a row", window.after.as_deref(), KEY);
        self.text("the filter", &window.filter, NAME);
    }

    fn targets(&mut self, targets: &[Target]) {
        self.each(
            "the name of a connection",
            targets.iter().map(|it| &it.connection),
            NAME,
        );
    }

    /// Every request, so that a new one has its limits said here before it compiles.
    fn request(&mut self, request: &Request) {
        use Request as R;
        match request {
            R::Providers(window)
            | R::Connections(window)
            | R::Runs(window)
            | R::Walkthroughs(window)
            | R::WalkthroughTargets { id: _, window }
            | R::Audit { window } => self.window(window),
            R::Jobs {
                connection: name,
                window,
            }
            | R::Executions { job: name, window }
            | R::References {
                connection: name,
                window,
            }
            | R::Records {
                connection: name,
                window,
            }
            | R::FollowUps {
                connection: name,
                window,
            }
            | R::Holds {
                connection: name,
                window,
            } => {
                self.maybe("the name", name.as_deref(), NAME);
                self.window(window);
            }
            R::Webhooks { connection } => self.maybe("the name", connection.as_deref(), NAME),
            R::Provider { id: name }
            | R::ProviderRemove { id: name }
            | R::Connection { name }
            | R::Run { id: name }
            | R::Walkthrough { id: name }
            | R::JobAct { job: name, act: _ }
            | R::EnableBefore { connection: name }
            | R::Configs {
                connection: name,
                kind: _,
            }
            | R::UserRemove { name, keep: _ }
            | R::Token {
                connection: name,
                min_valid: _,
            } => self.text("the name", name, NAME),
            R::Plan { connections, terms } => {
                self.each("the name of a connection", connections, NAME);
                self.once("connections", connections, MAX_PLANS);
                self.planned(terms);
            }
            R::Plans {
                choice,
                window,
                terms,
            } => {
                self.planned(terms);
                self.choice(choice);
                self.window(window);
            }
            R::Connect(asked) => self.connect(asked),
            R::Disconnect(asked) => self.disconnect(asked),
            R::WalkthroughSave(draft) => self.draft(draft),
            R::JobAdd(spec) => self.job(spec),
            R::JobEdit { job, spec } => {
                self.text("the name", job, NAME);
                self.job(spec);
            }
            R::FlowPaste { id: _, text } => self.text("what was pasted", &text.0, SECRET),
            R::FollowUpDone { id: _, note } | R::HoldDrop { id: _, note } => {
                self.text("the note", note, NOTE);
            }
            R::ViewSave { view } => self.text("the view", view, FILE),
            R::ProviderAdd { toml, file_name } => {
                self.text("the provider file", toml, FILE);
                self.text("the name of the file", file_name, NAME);
            }
            R::ProviderConfigure { .. } => self.registration(request),
            R::ProviderUntag { id, note } => {
                self.text("the name", id, NAME);
                self.text("the note", note, NOTE);
            }
            R::ProviderSecret {
                id,
                kind: _,
                secret,
            } => {
                self.text("the name", id, NAME);
                self.text("the secret", &secret.0, SECRET);
            }
            R::Configure {
                name,
                new_name,
                vars,
                moves: _,
            } => {
                self.text("the name", name, NAME);
                self.maybe("the new name", new_name.as_deref(), NAME);
                self.vars(vars);
            }
            R::SubscriptionAdd { url, events } => {
                self.text("the URL", url, VALUE);
                self.each("the name of an event", events, NAME);
                self.few("events", events.len());
            }
            R::ConfigAdd {
                connection,
                kind: _,
                entity,
                from,
                to,
            } => {
                self.text("the name", connection, NAME);
                self.text("the entity", entity, NAME);
                self.text("what is mapped", from, VALUE);
                self.text("what it is mapped to", to, VALUE);
            }
            R::UserAdd {
                name,
                role: _,
                kind: _,
                uid: _,
                ssh_keys,
            } => {
                self.text("the name", name, NAME);
                self.each("the fingerprint of a key", ssh_keys, NAME);
                self.few("keys", ssh_keys.len());
            }
            R::UserPermission {
                name,
                permission: _,
                granted: _,
                connections,
            } => {
                self.text("the name", name, NAME);
                self.each("the name of a connection", connections, NAME);
                self.few("connections", connections.len());
            }
            // Ids that were parsed, numbers, and words of ours.
            R::Status
            | R::Flow { id: _ }
            | R::Flows
            | R::FlowCancel { id: _ }
            | R::RunRecords { id: _, from: _ }
            | R::RunResume { id: _ }
            | R::WalkthroughBegin { id: _, version: _ }
            | R::WalkthroughStop { id: _ }
            | R::WalkthroughGoOn { id: _ }
            | R::WalkthroughDiscard { id: _ }
            | R::WebhookSet { id: _, enabled: _ }
            | R::Subscriptions
            | R::SubscriptionRemove { id: _ }
            | R::ConfigRemove { id: _ }
            | R::AuditFrom {
                seq: _,
                since: _,
                limit: _,
            }
            | R::Checkpoint
            | R::Users
            | R::ViewLoad
            | R::Stop => {}
        }
    }

    fn registration(&mut self, request: &Request) {
        let Request::ProviderConfigure {
            id,
            client_id,
            client_secret,
            redirect_uri,
            vars,
            moves: _,
        } = request
        else {
            return;
        };
        self.text("the name", id, NAME);
        self.maybe("the client id", client_id.as_deref(), VALUE);
        let secret = client_secret.as_ref().map(|secret| secret.0.as_str());
        self.maybe("the client secret", secret, SECRET);
        self.maybe("the redirect URI", redirect_uri.as_deref(), VALUE);
        self.vars(vars);
    }

    fn disconnect(&mut self, asked: &Disconnect) {
        self.targets(&asked.targets);
        self.text("the note", &asked.note, NOTE);
        self.maybe("the ticket", asked.ticket.as_deref(), NAME);
    }

    fn connect(&mut self, asked: &Connect) {
        self.text("the provider", &asked.provider, NAME);
        for name in [
            &asked.connection,
            &asked.name,
            &asked.scope,
            &asked.installation,
        ] {
            self.maybe("the name", name.as_deref(), NAME);
        }
        let key = asked.api_key.as_ref().map(|key| key.0.as_str());
        self.maybe("the key", key, SECRET);
    }

    fn draft(&mut self, draft: &WalkthroughDraft) {
        let Terms { note, ticket, .. } = &draft.terms;
        self.text("the note", note, NOTE);
        self.maybe("the ticket", ticket.as_deref(), NAME);
        self.maybe("the title", draft.title.as_deref(), NAME);
        self.targets(draft.targets.as_deref().unwrap_or_default());
        self.choice(&draft.choice);
    }

    fn planned(&mut self, terms: &PlanTerms) {
        let PlanTerms {
            uninstall: _,
            wider: _,
            with,
            walkthrough: _,
        } = terms;
        let with: Vec<String> = with.iter().map(ToString::to_string).collect();
        self.once("connections", &with, MAX_PLANS);
    }

    fn choice(&mut self, choice: &Choice) {
        if let Choice::Matching { provider, owner } = choice {
            self.maybe("the provider", provider.as_deref(), NAME);
            self.maybe("the owner", owner.as_deref(), NAME);
        }
    }

    fn job(&mut self, spec: &JobSpec) {
        for text in [&spec.connection, &spec.entity, &spec.schedule] {
            self.maybe("the name", text.as_deref(), NAME);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Code;

    #[test]
    fn a_text_may_be_as_long_as_its_field_says_and_no_longer() {
        let named = |length| Request::Connection {
            name: "é".repeat(length),
        };
        assert_eq!(check(&named(NAME)), Ok(()));
        assert_eq!(check(&named(NAME + 1)).unwrap_err().code, Code::Usage);
        let filtered = |length| Request::Audit {
            window: Window {
                filter: "x".repeat(length),
                ..Window::default()
            },
        };
        assert_eq!(check(&filtered(NAME)), Ok(()));
        assert!(check(&filtered(NAME + 1)).is_err());
        let events = |length| Request::SubscriptionAdd {
            url: "https://example.com/".to_owned(),
            events: vec!["synced".to_owned(), "x".repeat(length)],
        };
        assert_eq!(check(&events(NAME)), Ok(()));
        assert!(check(&events(NAME + 1)).is_err());
    }
}
