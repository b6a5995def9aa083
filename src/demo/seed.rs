//! Something of everything: what the demo's workspace holds when the console opens. All of it goes through the
//! same requests as a person's, and most of it through the vendors.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::{failed, visit};
use crate::client::{Client, LONG_PATIENCE, Notices};
use crate::domain::condition::Condition;
use crate::domain::disconnect::run::{IfUnreachable, Reason, RunState};
use crate::domain::id::{ConnectionId, RunId};
use crate::domain::provider::OwnerScope;
use crate::domain::user::{Role, UserKind};
use crate::domain::webhook::ConfigKind;
use crate::sandbox::{Endpoint, Fault, FaultMode, Sandbox, SettingsChange, Vendor, Victim};
use crate::wire::request::{FlowKind, Secret, Target, Window};
use crate::wire::rpc::{self, Rpc};
use crate::wire::rpc::{Connect, Disconnect, JobAction};
use crate::wire::view::{Connection, Flow, FlowState, Job, Page, Run};
use crate::wire::{Code, Problem, Topic};

/// Fills the workspace. When this returns, the past is there; what is under way goes on by itself.
pub(super) async fn fill(
    client: Client,
    notices: Notices,
    sandbox: &Sandbox,
) -> Result<(), Problem> {
    let mut seed = Seed { client, notices };
    vendors(sandbox);
    seed.register(sandbox).await?;
    seed.people(sandbox).await?;
    seed.past(sandbox).await?;
    seed.present(sandbox).await
}

struct Seed {
    client: Client,
    notices: Notices,
}

/// How the vendors behave while somebody looks around.
fn vendors(sandbox: &Sandbox) {
    let state = sandbox.state();
    // A sync that can be watched: a few thousand invoices at a page every half second.
    let slow = SettingsChange {
        page_delay_ms: Some(500),
        items: Some(9000),
        ..SettingsChange::default()
    };
    // Slack makes an app that uses PKCE a public client for good, so its provider file does not.
    let plain = SettingsChange {
        pkce_required: Some(false),
        ..SettingsChange::default()
    };
    state.configure(Vendor::Ledger, slow);
    state.configure(Vendor::Slack, plain);
}

impl Seed {
    async fn ask<A: Rpc>(&self, request: A) -> Result<A::Reply, Problem> {
        self.client.ask_within(LONG_PATIENCE, request).await
    }

    /// Our apps at the vendors, which are here under other names.
    async fn register(&self, sandbox: &Sandbox) -> Result<(), Problem> {
        let base = sandbox.base_url();
        let vars: [(&str, &[(&str, String)]); 5] = [
            ("ledger", &[("base", format!("{base}/ledger"))]),
            (
                "github",
                &[
                    ("web", format!("{base}/github")),
                    ("api", format!("{base}/github/api")),
                ],
            ),
            (
                "hubspot",
                &[
                    ("web", format!("{base}/hubspot")),
                    ("api", format!("{base}/hubspot")),
                ],
            ),
            ("slack", &[("web", format!("{base}/slack"))]),
            ("postmark", &[("api", format!("{base}/postmark"))]),
        ];
        for (provider, vars) in vars {
            let oauth = provider != "postmark";
            let secret = format!("sandbox-{provider}-secret");
            let request = rpc::ProviderConfigure {
                id: provider.to_owned(),
                client_id: oauth.then(|| format!("sandbox-{provider}")),
                client_secret: oauth.then(|| Secret(Zeroizing::new(secret))),
                redirect_uri: None,
                app_name: None,
                vars: vars
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), value.clone()))
                    .collect::<BTreeMap<_, _>>(),
                moves: false,
            };
            self.ask(request).await?;
        }
        Ok(())
    }

    async fn people(&self, sandbox: &Sandbox) -> Result<(), Problem> {
        for (name, role, kind) in [
            ("bob", Role::Admin, UserKind::Person),
            ("carol", Role::Member, UserKind::Person),
            ("ci-bot", Role::Agent, UserKind::Service),
        ] {
            let request = rpc::UserAdd {
                name: name.to_owned(),
                role,
                kind,
                uid: None,
                ssh_keys: Vec::new(),
            };
            self.ask(request).await?;
        }
        let request = rpc::SubscriptionAdd {
            url: format!("{}/_control/messages", sandbox.base_url()),
            events: vec!["connection.disconnected".to_owned()],
        };
        self.ask(request).await.map(drop)
    }

    /// Two disconnects that are over: one proven, one that nobody can prove.
    async fn past(&mut self, sandbox: &Sandbox) -> Result<(), Problem> {
        let carol = self.authorize("ledger", "carol", None).await?;
        self.disconnect(&carol, Reason::Unused, "moved to the new ledger", None)
            .await?;
        let key = sandbox
            .state()
            .mint_api_key(Vendor::Postmark, "acme-bot")
            .ok_or_else(|| failed("no key was minted"))?;
        let postmark = self.key("postmark", key).await?;
        self.sync(&postmark).await?;
        self.disconnect(&postmark, Reason::Compliance, "", Some("INC-4398"))
            .await
    }

    /// What needs somebody, what works, what is under way.
    async fn present(&mut self, sandbox: &Sandbox) -> Result<(), Problem> {
        let github = self.authorize("github", "acme-bot", None).await?;
        self.sync(&github).await?;
        self.authorize("github", "carol", Some(OwnerScope::Personal))
            .await?;

        let slack = self.authorize("slack", "acme-bot", None).await?;
        self.sync(&slack).await?;
        for (from, to) in [("C00001", "support"), ("C00002", "incidents")] {
            self.config(&slack, ConfigKind::Channel, "", from, to)
                .await?;
        }

        let hubspot = self.authorize("hubspot", "acme-bot", None).await?;
        let request = rpc::Configure {
            name: hubspot.to_string(),
            new_name: Some("acme.com".to_owned()),
            vars: BTreeMap::new(),
            moves: false,
        };
        self.ask(request).await?;
        self.sync(&hubspot).await?;
        for (from, to) in [
            ("/properties/email", "email"),
            ("/properties/lastname", "name"),
        ] {
            self.config(&hubspot, ConfigKind::Mapping, "contact", from, to)
                .await?;
        }
        for subscription in self.ask(rpc::Subscriptions).await? {
            let request = rpc::ConfigAdd {
                connection: hubspot.to_string(),
                kind: ConfigKind::Routing,
                entity: "contact".to_owned(),
                from: "/properties/email".to_owned(),
                to: subscription.id.to_string(),
                condition: Some(Condition::Contains("@".to_owned())),
            };
            self.ask(request).await?;
        }
        // An admin at the vendor takes the app away: the next sync finds out, and the badge turns by itself.
        sandbox
            .state()
            .kill(Vendor::Hubspot, &Victim::Account("acme-bot".to_owned()));
        self.run_jobs(&hubspot).await?;
        // Slack has an outage: three tries later its badge turns too.
        sandbox.state().inject(Fault::new(
            Vendor::Slack,
            Endpoint::List,
            FaultMode::Status503,
        ));
        self.run_jobs(&slack).await?;

        let ledger = self.authorize("ledger", "acme-bot", None).await?;
        self.enable_jobs(&ledger).await
    }

    async fn authorize(
        &mut self,
        provider: &str,
        account: &str,
        scope: Option<OwnerScope>,
    ) -> Result<ConnectionId, Problem> {
        let flow: Flow = self.ask(connect(provider, scope, None)).await?;
        let FlowState::Authorize { url, .. } = &flow.state else {
            return Err(failed("there is nothing to authorize"));
        };
        let back = visit::allow(url, account).await?;
        let text = Secret(Zeroizing::new(back));
        let mut flow: Flow = self.ask(rpc::FlowPaste { id: flow.id, text }).await?;
        loop {
            match flow.state {
                FlowState::Connected { connection } => return Ok(connection),
                FlowState::Failed { problem } => return Err(problem),
                _ => {
                    self.changed(&Topic::Flow(flow.id.clone())).await?;
                    flow = self.ask(rpc::Flow { id: flow.id }).await?;
                }
            }
        }
    }

    async fn key(&self, provider: &str, key: String) -> Result<ConnectionId, Problem> {
        let key = Secret(Zeroizing::new(key));
        let flow: Flow = self.ask(connect(provider, None, Some(key))).await?;
        match flow.state {
            FlowState::Connected { connection } => Ok(connection),
            _ => Err(failed("a key was not taken")),
        }
    }

    async fn jobs(&self, connection: &ConnectionId) -> Result<Vec<Job>, Problem> {
        let window = Window {
            limit: 20,
            ..Window::default()
        };
        let page: Page<Job> = self
            .ask(rpc::Jobs {
                connection: Some(connection.to_string()),
                window,
            })
            .await?;
        Ok(page.rows)
    }

    async fn enable_jobs(&self, connection: &ConnectionId) -> Result<(), Problem> {
        for job in self.jobs(connection).await? {
            self.ask(rpc::JobAct {
                job: job.id.to_string(),
                act: JobAction::Enable,
            })
            .await?;
        }
        Ok(())
    }

    async fn run_jobs(&self, connection: &ConnectionId) -> Result<(), Problem> {
        for job in self.jobs(connection).await? {
            let begun = self
                .ask(rpc::JobAct {
                    job: job.id.to_string(),
                    act: JobAction::Run,
                })
                .await;
            match begun {
                // What had been joined has begun it already.
                Err(problem) if problem.code == Code::Conflict => {}
                other => drop(other?),
            }
        }
        Ok(())
    }

    /// Enables the jobs and waits until each has run once.
    async fn sync(&mut self, connection: &ConnectionId) -> Result<(), Problem> {
        self.enable_jobs(connection).await?;
        loop {
            let over = |job: &Job| {
                job.last_execution
                    .as_ref()
                    .is_some_and(|e| !e.status.is_live())
            };
            if self.jobs(connection).await?.iter().all(over) {
                return Ok(());
            }
            self.changed(&Topic::Jobs).await?;
        }
    }

    async fn config(
        &self,
        of: &ConnectionId,
        kind: ConfigKind,
        entity: &str,
        from: &str,
        to: &str,
    ) -> Result<(), Problem> {
        let request = rpc::ConfigAdd {
            connection: of.to_string(),
            kind,
            entity: entity.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            condition: None,
        };
        self.ask(request).await.map(drop)
    }

    async fn disconnect(
        &mut self,
        of: &ConnectionId,
        reason: Reason,
        note: &str,
        ticket: Option<&str>,
    ) -> Result<(), Problem> {
        let connection: Connection = self
            .ask(rpc::Connection {
                name: of.to_string(),
            })
            .await?;
        let request = Disconnect {
            allow_wider: false,
            destroy_at_once: false,
            swap: false,
            targets: vec![Target {
                connection: of.to_string(),
                version: Some(connection.version),
            }],
            reason,
            note: note.to_owned(),
            ticket: ticket.map(str::to_owned),
            if_unreachable: IfUnreachable::Destroy,
            uninstall: false,
        };
        for run in self.ask(request).await? {
            self.follow(run.id).await?;
        }
        Ok(())
    }

    async fn follow(&mut self, id: RunId) -> Result<(), Problem> {
        loop {
            let run: Run = self.ask(rpc::Run { id: id.to_string() }).await?;
            match run.state {
                RunState::Running => self.changed(&Topic::Run(id.clone())).await?,
                RunState::Waiting => return Err(failed("a disconnect waits for a person")),
                RunState::Completed | RunState::CompletedWithWarnings => return Ok(()),
            }
        }
    }

    /// Waits until the server says that `topic` has changed.
    async fn changed(&mut self, topic: &Topic) -> Result<(), Problem> {
        loop {
            match self.notices.next().await {
                Some(topics) if topic.is_told_by(&topics) => return Ok(()),
                Some(_) => {}
                None => return Err(failed("its server has gone")),
            }
        }
    }
}

fn connect(provider: &str, scope: Option<OwnerScope>, api_key: Option<Secret>) -> Connect {
    Connect {
        scope,
        api_key,
        ..Connect::new(provider, FlowKind::Paste)
    }
}
