//! Every vendor of the sandbox in every situation, with the provider file that ships: what is claimed of each token stands
//! in `vendors.txt`, and no claim of death is made of a token that the vendor itself knows to be alive.
//! `TAGOUT_GENERATE=1 cargo test --test proof vendors` writes the table anew.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, StreamExt};
use tagout::domain::credential::TokenKind;
use tagout::domain::disconnect::plan::Plan;
use tagout::domain::trial::Residual;
use tagout::sandbox::{self, Endpoint, Fault, FaultMode, SettingsChange, Setup, Vendor, Victim};
use tagout::wire::rpc;
use tagout::wire::view::{self, FlowState};

use crate::house::{BOT, House, again, connecting, secret};

/// HubSpot's older call, which ends with February 2027 and of which no file is shipped: the token stands in its path.
const HUBSPOT_V1: &str = include_str!("hubspot-v1.toml");

/// What happens at the vendor.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Situation {
    /// Nothing is in the way.
    Works,
    /// A person ended it there before.
    Gone,
    /// A person ended the access tokens there before, and nothing else.
    AccessGone,
    /// Our client secret was replaced there.
    WrongClient,
    /// Another client of ours is registered since, to which the vendor says nothing about the first one's tokens.
    OtherClient,
    /// The revoking calls are too many for it.
    Limited,
    /// The revoking calls fail with 503.
    Down,
    /// The revoking calls fail with 200 and an error inside, or with what it says instead.
    ErrorInside,
    /// Everything fails with 503.
    Outage,
    /// Nothing is in the way, and the app is to be uninstalled too.
    Uninstall,
    /// The uninstalling call says yes, and does nothing.
    UninstallLies,
}

const SITUATIONS: [(Situation, &str); 11] = [
    (Situation::Works, "works"),
    (Situation::Gone, "gone before"),
    (Situation::AccessGone, "access gone"),
    (Situation::WrongClient, "wrong client"),
    (Situation::Limited, "rate limit"),
    (Situation::Down, "503"),
    (Situation::ErrorInside, "error in 200"),
    (Situation::Outage, "all 503"),
    (Situation::OtherClient, "other client"),
    (Situation::Uninstall, "uninstall"),
    (Situation::UninstallLies, "it lies"),
];

/// The number of the sandbox's GitHub App.
const APP: &str = "sandbox-github-app";
const TABLE: &str = include_str!("vendors.txt");

/// So many houses stand at a time: the shortened times of their proofs are of use only where each gets its share of the machine.
const AT_ONCE: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_claimed_of_each_vendor_in_each_situation() {
    // One house knows what there is; each provider then gets its own.
    let setups = setups(&House::new().await);
    let providers = setups.iter().map(|it| it.provider);
    let each =
        providers.flat_map(|provider| SITUATIONS.map(|(situation, _)| (provider, situation)));
    let each: Vec<(&str, Situation)> = each.collect();
    let lines = stream::iter(&each).map(|(provider, situation)| line(provider, *situation));
    let lines: Vec<String> = lines.buffered(AT_ONCE).collect().await;
    let head = "# provider           situation      outcomes of the run, by kind of token";
    if std::env::var_os("TAGOUT_GENERATE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proof/vendors.txt");
        std::fs::write(path, format!("{head}\n{}\n", lines.join("\n"))).unwrap();
        return;
    }
    assert_eq!(TABLE.lines().next(), Some(head));
    assert_eq!(lines.len() + 1, TABLE.lines().count());
    let mut differs = Vec::new();
    for ((then, now), (provider, situation)) in TABLE.lines().skip(1).zip(lines).zip(each) {
        if now == then {
            continue;
        }
        // A machine that is too busy for shortened times makes a claim weaker, never stronger: a weaker one is made once more
        // with nothing beside it.
        let is_weaker = deaths(&now).is_subset(&deaths(then));
        if !is_weaker || line(provider, situation).await != then {
            differs.push(format!("- {then}\n+ {now}"));
        }
    }
    assert!(differs.is_empty(), "{}", differs.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_is_not_ended_is_exposed_as_long_as_the_vendor_said() {
    let mut house = House::new().await;
    let setups = house.sandbox.setups();
    let setup = setups.iter().find(|it| it.provider == "shopify").unwrap();
    let connection = connected(&mut house, setup).await;
    let everywhere = Fault::new(setup.vendor, Endpoint::Any, FaultMode::Status503);
    house.sandbox.state().inject(everywhere);
    let run = house.disconnect(connection.id.as_str()).await;
    let mut refresh = run.tokens.iter().filter(|it| it.kind == TokenKind::Refresh);
    let Some(Residual::Until(at)) = refresh.next().unwrap().residual_until else {
        panic!("{:#?}", run.tokens);
    };
    let days = (at.as_second() - run.started_at.as_second()) as f64 / 86_400.0;
    assert!((89.9..90.1).contains(&days), "{days}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_to_do_says_when_it_would_end_a_newer_connection() {
    let mut house = House::new().await;
    let setups = house.sandbox.setups();
    let setup = setups.iter().find(|it| it.provider == "hubspot").unwrap();
    let connection = connected(&mut house, setup).await;
    let run = house.disconnect(connection.id.as_str()).await;
    assert!(!run.follow_ups.is_empty());
    assert!(run.follow_ups.iter().all(|it| it.moot().is_none()));
    let flow = house.begin(again(&connection)).await;
    house.authorize(flow, BOT).await;
    let run = house.run(run.id).await;
    assert!(run.follow_ups.iter().all(|it| it.moot().is_some()));
    house.disconnect(connection.id.as_str()).await;
    let run = house.run(run.id).await;
    assert!(run.follow_ups.iter().all(|it| it.moot().is_none()));
}

/// The claims of death in a line.
fn deaths(line: &str) -> BTreeSet<&str> {
    let claims = line.split(", ");
    let claims = claims.map(|it| it.rsplit("  ").next().unwrap_or(it).trim());
    claims.filter(|it| it.ends_with("_dead")).collect()
}

/// What is claimed of a connection of its own, in a house of its own.
async fn line(provider: &str, situation: Situation) -> String {
    let mut house = House::new().await;
    let setups = setups(&house);
    let setup = setups.iter().find(|it| it.provider == provider).unwrap();
    let outcomes = claimed(&mut house, setup, situation).await;
    house.stop().await;
    let (_, name) = SITUATIONS.iter().find(|(it, _)| *it == situation).unwrap();
    format!("{provider:20} {name:14} {outcomes}")
}

/// Every provider file that ships and has a vendor in the sandbox, and the one that does not ship.
fn setups(house: &House) -> Vec<Setup> {
    let mut setups = house.sandbox.setups();
    let place = setups
        .iter()
        .position(|it| it.provider == "hubspot")
        .unwrap();
    let mut older = setups[place].clone();
    older.provider = "hubspot-v1";
    let client = older_client();
    older.client = client
        .client_secret
        .map(|secret| (client.client_id, secret));
    setups.insert(place + 1, older);
    setups
}

/// The client of the file that does not ship; the sandbox knows those of the shipped ones.
fn older_client() -> sandbox::Client {
    let shipped = sandbox::Client::preset(Vendor::Hubspot);
    sandbox::Client {
        client_id: "sandbox-hubspot-v1".to_owned(),
        redirect_uris: vec!["http://127.0.0.1:8976/callback/hubspot-v1".to_owned()],
        ..shipped
    }
}

async fn claimed(house: &mut House, setup: &Setup, situation: Situation) -> String {
    if situation == Situation::OtherClient && setup.client.is_none() {
        return "has no client".to_owned();
    }
    let connection = connected(house, setup).await;
    happen(house, setup, situation).await;
    let id = connection.id.as_str();
    let uninstall = matches!(situation, Situation::Uninstall | Situation::UninstallLies);
    if uninstall && !offers_uninstall(house, id).await {
        return "not offered".to_owned();
    }
    let run = house
        .disconnect_with(id, |asked| asked.uninstall = uninstall)
        .await;
    let known: BTreeMap<String, bool> = house
        .sandbox
        .state()
        .tokens(setup.vendor)
        .into_iter()
        .map(|token| (token.fingerprint, token.alive))
        .collect();
    let mut outcomes: Vec<String> = Vec::new();
    for token in &run.tokens {
        let outcome = token.outcome.unwrap();
        let lives = known.get(&token.fingerprint).copied().unwrap_or(false);
        let at = setup.provider;
        assert!(!(outcome.proven() && lives), "{at}: {token:#?}");
        assert_eq!(
            outcome.proven(),
            token.residual_until.is_none() || is_dead(token),
            "{at}"
        );
        outcomes.push(format!("{} {}", token.kind.word(), outcome.code()));
    }
    if uninstall {
        let open = run.follow_ups.iter().filter(|it| it.done.is_none());
        let left = open.filter(|it| it.text.contains("ninstall") || it.text.contains("Remove"));
        let left = left.count();
        let lives = known.values().any(|alive| *alive);
        assert!(
            left > 0 || !lives,
            "{}: nothing is left, and something lives",
            setup.provider
        );
        outcomes.push(format!("{left} left at the vendor"));
    }
    outcomes.join(", ")
}

async fn offers_uninstall(house: &House, id: &str) -> bool {
    let connections = vec![id.to_owned()];
    let plans: Vec<Plan> = house
        .ask(rpc::Plan {
            connections,
            terms: tagout::wire::rpc::PlanTerms::default(),
        })
        .await;
    plans[0].can_uninstall
}

fn is_dead(token: &view::RunToken) -> bool {
    token.residual_until == Some(Residual::None)
}

async fn happen(house: &mut House, setup: &Setup, situation: Situation) {
    let state = house.sandbox.state();
    let at_calls = |mode| {
        for endpoint in [Endpoint::Revoke, Endpoint::Uninstall] {
            let mut fault = Fault::new(setup.vendor, endpoint, mode);
            fault.retry_after = 3600;
            state.inject(fault);
        }
    };
    match situation {
        Situation::Works | Situation::Uninstall => {}
        Situation::UninstallLies => {
            let lie = Fault::new(setup.vendor, Endpoint::Uninstall, FaultMode::Lie200);
            state.inject(lie);
        }
        Situation::Gone => {
            let all = Victim::Account(BOT.to_owned());
            assert!(state.kill(setup.vendor, &all) > 0, "{}", setup.provider);
        }
        Situation::AccessGone => {
            for token in state.tokens(setup.vendor) {
                if token.kind != tagout::sandbox::TokenKind::Refresh {
                    let one = Victim::Fingerprint(token.fingerprint);
                    assert_eq!(state.kill(setup.vendor, &one), 1, "{}", setup.provider);
                }
            }
        }
        Situation::WrongClient => register(house, setup, Some("not-the-secret")).await,
        Situation::OtherClient => {
            let shipped = sandbox::Client::preset(setup.vendor);
            let other = sandbox::Client {
                client_id: "sandbox-other".to_owned(),
                ..shipped
            };
            let mut another = setup.clone();
            another.client = another
                .client
                .map(|(_, secret)| (other.client_id.clone(), secret));
            house.sandbox.state().register(setup.vendor, other);
            register(house, &another, None).await;
        }
        Situation::Limited => at_calls(FaultMode::RateLimited),
        Situation::Down => at_calls(FaultMode::Status503),
        Situation::ErrorInside => at_calls(FaultMode::ErrorInside),
        Situation::Outage => {
            state.inject(Fault::new(
                setup.vendor,
                Endpoint::Any,
                FaultMode::Status503,
            ));
        }
    }
}

/// Registers the sandbox's client; an installed app has its key in the place of a secret.
async fn register(house: &mut House, setup: &Setup, wrong: Option<&str>) {
    const APP_KEY: &str = include_str!("../sandbox/app_key.pem");
    let (id, real) = match (&setup.client, setup.vendor) {
        (Some((id, real)), _) => (Some(id.clone()), real.as_str()),
        (None, Vendor::GithubApp) => (Some(APP.to_owned()), APP_KEY),
        (None, _) => (None, ""),
    };
    let said = wrong.unwrap_or(real);
    let request = rpc::ProviderConfigure {
        id: setup.provider.to_owned(),
        client_secret: id.as_ref().map(|_| secret(said)),
        client_id: id,
        redirect_uri: Some(format!("http://127.0.0.1:8976/callback/{}", setup.provider)),
        app_name: None,
        vars: setup
            .vars
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        moves: false,
    };
    house.ask(request).await;
}

pub(crate) async fn connected(house: &mut House, setup: &Setup) -> view::Connection {
    if setup.provider == "hubspot-v1" {
        house.add_file(HUBSPOT_V1).await;
        house
            .sandbox
            .state()
            .register(Vendor::Hubspot, older_client());
    }
    register(house, setup, None).await;
    // Not every vendor knows PKCE (RFC 7636).
    let plain = SettingsChange {
        pkce_required: Some(false),
        ..SettingsChange::default()
    };
    house.sandbox.state().configure(setup.vendor, plain);
    let mut asked = connecting(setup.provider);
    let state = house.sandbox.state();
    match setup.vendor {
        Vendor::Postmark => {
            let key = state.mint_api_key(setup.vendor, BOT).unwrap();
            asked.api_key = Some(secret(&key));
        }
        Vendor::GithubApp => {
            let public = include_str!("../sandbox/app_key.pub.pem");
            assert!(state.register_app_key(setup.vendor, APP, public));
            asked.installation = Some(installed(house).await);
        }
        _ => {
            let flow = house.begin(asked).await;
            return house.authorize(flow, BOT).await;
        }
    }
    let flow = house.begin(asked).await;
    let FlowState::Connected { connection } = flow.state else {
        panic!("{flow:?}");
    };
    if setup.vendor == Vendor::GithubApp {
        // A token is minted when somebody needs one.
        house
            .client
            .token(connection.to_string(), None)
            .await
            .unwrap();
    }
    house.connection(connection.as_str()).await
}

/// Installs the app at the vendor, as a person does.
async fn installed(house: &House) -> String {
    let page = "github-app/apps/tagout/installations/new";
    let url = format!("{}/{page}?state=x", house.sandbox.base_url());
    let back = crate::house::allow(&url, BOT).await;
    let back = reqwest::Url::parse(&back).unwrap();
    let mut pairs = back.query_pairs();
    let (_, id) = pairs.find(|(name, _)| name == "installation_id").unwrap();
    id.into_owned()
}
