//! What the server answers to dialogs.

use serde_json::{Value, json};
use tagout::domain::connection::Status;
use tagout::domain::credential::TokenKind;
use tagout::domain::disconnect::plan::{AppPlanned, Dependent, Other, Plan, PlannedToken};
use tagout::domain::id::{ConnectionId, CredentialId, FlowId};
use tagout::domain::provider::AuthKind;
use tagout::wire::Problem;
use tagout::wire::request::{Request, Target};
use tagout::wire::rpc;
use tagout::wire::view::{Config, Connection, Flow, FlowState, ProviderDetail};

use super::world::{World, at, runs, ulid, unknown};

/// What a test has to say in it.
pub(crate) struct Talk {
    /// The next change is refused with this.
    pub(crate) refusal: Option<Problem>,
    /// Makes a plan a special one.
    pub(crate) plan: fn(Plan) -> Plan,
    /// Makes a provider a special one.
    pub(crate) provider: fn(ProviderDetail) -> ProviderDetail,
    /// Where the authorization stands.
    pub(crate) flow: FlowState,
    /// What is set up of every connection.
    pub(crate) configs: Vec<Config>,
    /// How many steps of a wipe have ended.
    pub(crate) wiped: usize,
}

impl Default for Talk {
    fn default() -> Self {
        Self {
            refusal: None,
            plan: |plan| plan,
            provider: |provider| provider,
            flow: authorize(),
            configs: super::configs::configs(),
            wiped: 0,
        }
    }
}

/// A person is to open this.
pub(crate) fn authorize() -> FlowState {
    FlowState::Authorize {
        url: format!(
            "https://github.com/login/oauth/authorize?client_id=Iv1.8a61f9b3&redirect_uri=\
             http%3A%2F%2F127.0.0.1%3A8976%2Fcallback%2Fgithub&response_type=code&scope=repo+read%3Aorg\
             &state={}&code_challenge={}&code_challenge_method=S256",
            "S".repeat(43),
            "C".repeat(43)
        ),
        redirect_uri: "http://127.0.0.1:8976/callback/github".into(),
        listening: true,
    }
}

/// The only flow there is.
pub(crate) fn flow_id() -> FlowId {
    FlowId::new(ulid(1))
}

pub(crate) fn answer(world: &mut World, request: &Request) -> Result<Value, Problem> {
    let changes = !matches!(request, Request::Plan(_) | Request::Flow(_));
    if changes && let Some(problem) = world.talk.refusal.take() {
        return Err(problem);
    }
    Ok(match request {
        Request::Plan(rpc::Plan { connections, terms }) => {
            let plans: Result<Vec<Plan>, Problem> = connections
                .iter()
                .map(|id| {
                    let found = world.connections.iter().find(|c| c.id.as_str() == id);
                    let mut plan = (world.talk.plan)(plan(found.ok_or_else(unknown)?));
                    for other in &mut plan.shares_grant_with {
                        other.affected = terms.wider;
                    }
                    Ok(plan)
                })
                .collect();
            json!(plans?)
        }
        Request::Disconnect(asked) => {
            let all = runs();
            for row in world.connections.iter_mut().filter(|_| asked.swap) {
                let is_target = |it: &Target| it.connection == row.id.as_str();
                if asked.targets.iter().any(is_target) {
                    row.swap = Some(super::told::open_swap(row));
                }
            }
            json!(
                all.iter()
                    .cycle()
                    .take(asked.targets.len())
                    .collect::<Vec<_>>()
            )
        }
        Request::Connect(_)
        | Request::Adopt(_)
        | Request::FlowConfirm(_)
        | Request::Flow(_)
        | Request::FlowPaste(_) => json!(Flow {
            id: flow_id(),
            provider: "github".into(),
            provider_name: "GitHub".into(),
            state: world.talk.flow.clone(),
            expires_at: at("2026-11-20T23:51:00Z"),
            holds: Vec::new(),
            heard: None,
            replaced_by: None,
            sign_in_as: Some("acme-bot".into()),
        }),
        Request::ProviderConfigure(rpc::ProviderConfigure { id, .. }) => {
            for provider in world.providers.iter_mut().filter(|p| p.id == *id) {
                provider.configured = true;
            }
            world.talk.provider = |provider| provider;
            return world.answer(&Request::Provider(rpc::Provider { id: id.clone() }));
        }
        Request::Configure(rpc::Configure { name, .. }) => {
            let name = name.clone();
            return world.answer(&Request::Connection(rpc::Connection { name }));
        }
        Request::EnableBefore(_) => json!(world.jobs),
        Request::SwapGiveUp(_) => {
            let id = world.runs[0].id.to_string();
            return world.answer(&Request::Run(rpc::Run { id }));
        }
        Request::FlowCancel(_)
        | Request::SubscriptionRemove(_)
        | Request::ProviderRemove(_)
        | Request::DependentRemove(_)
        | Request::UserRemove(_) => Value::Null,
        Request::DependentAdd(_) => super::told::dependents()[1].clone(),
        Request::ProviderAdd(_) => {
            let id = world.providers[0].id.clone();
            return world.answer(&Request::Provider(rpc::Provider { id }));
        }
        Request::WipePlan(rpc::WipePlan { provider }) => {
            super::told::wipe_plan(provider.as_deref(), &world.connections)
        }
        Request::WipeBegin(_) | Request::Wipe(_) => super::told::wipe(world.talk.wiped),
        Request::FollowUpUndo(_) | Request::FollowUpAssign(_) => json!(world.follow_ups[0]),

        Request::SubscriptionAdd(_) | Request::SubscriptionRotate(_) => super::told::secret(),
        Request::SubscriptionEdit(_) => super::told::secret(),
        Request::SubscriptionTest(_) | Request::SubscriptionResend(_) => {
            super::told::messages()[0].clone()
        }
        Request::WebhookSet(_) => super::events::endpoints(&world.connections, None)[0].clone(),
        Request::ProviderSecret(rpc::ProviderSecret { id, .. }) => {
            return world.answer(&Request::Provider(rpc::Provider { id: id.clone() }));
        }
        Request::UserAdd(_) | Request::UserPermission(_) => json!(super::walks::user("bob")),
        Request::ConfigAdd(_) | Request::ConfigEdit(_) | Request::ConfigRemove(_) => {
            super::configs::changed(&mut world.talk.configs, request)
        }
        other => panic!("the console asked {other:?}, which this world does not answer"),
    })
}

/// What disconnecting would do, with something in every field.
fn plan(c: &Connection) -> Plan {
    let token = |n, kind, fingerprint: &str, can| PlannedToken {
        credential: CredentialId::new(ulid(n)),
        kind,
        fingerprint: fingerprint.into(),
        expires_at: (kind == TokenKind::Access).then(|| at("2026-11-21T02:10:00Z")),
        replaced_at: None,
        is_held_elsewhere: false,
        can_revoke: can,
        can_prove: can,
        left_alone: false,
    };
    let live = c.status != Status::Revoked;
    Plan {
        connection: c.id.clone(),
        version: c.version,
        provider: c.provider.clone(),
        provider_name: c.provider_name.clone(),
        name: c.name.clone(),
        is_crm: c.is_crm,
        auth: Some(AuthKind::Oauth2),
        jobs_enabled: c.jobs.enabled,
        executions_running: u64::from(live),
        credentials: 3,
        references: c.references.synced,
        webhooks: c.webhooks.enabled,
        dependents: c
            .features
            .iter()
            .map(|f| Dependent {
                feature: f.name.clone(),
                effect: f.effect.clone(),
            })
            .collect(),
        other_connections: vec![Other {
            id: ConnectionId::new(ulid(90)),
            name: "bobs".into(),
            owner: "bob".into(),
            affected: false,
        }],
        other_connections_total: 1,
        readers: Vec::new(),
        shares_grant_with: Vec::new(),
        kept: vec![
            "1,204 records stay readable".into(),
            "2 job configurations, disabled".into(),
        ],
        follow_ups: c.manual.iter().map(|m| m.text.clone()).collect(),
        refusals_a_minute: None,
        tokens: vec![
            token(1, TokenKind::Access, "77b0e2c94f1a0d35", true),
            token(2, TokenKind::Access, "1d08aa5c11f02b7e", true),
            token(3, TokenKind::Refresh, "5c11f0aa07b1d08e", false),
        ],
        narrowed: Vec::new(),
        flows: c.flows.clone(),
        can_uninstall: c.provider_name == "GitHub",
        app_left: (c.provider_name == "GitHub").then_some(AppPlanned::Unknown),
        uninstall_ends: Vec::new(),
    }
}
