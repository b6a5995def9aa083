//! What belongs to the workspace as a whole: lists, their dialogs, and the questions before what they do.

use insta::assert_snapshot;
use serde_json::{Value, json};
use tagout::console::command::KeyPlace;
use tagout::console::effect::Effect;
use tagout::console::event::Event;
use tagout::domain::user::Role;
use tagout::wire::request::Request;
use tagout::wire::{Code, Problem, Topic};

use super::configs::SUBSCRIPTION;
use super::desk::{Desk, Setting};
use super::world::World;

const SMALL: (u16, u16) = (80, 24);

fn at(keys: &str) -> Desk {
    let mut desk = Desk::new(World::acme(), SMALL.0, SMALL.1);
    desk.press(keys);
    desk
}

/// The changes that were asked for, in order.
fn sent(desk: &Desk) -> Vec<Value> {
    let looks = |it: &&Request| {
        matches!(
            it,
            Request::WebhookSet(_)
                | Request::ProviderSecret(_)
                | Request::SubscriptionAdd(_)
                | Request::SubscriptionEdit(_)
                | Request::SubscriptionRemove(_)
                | Request::SubscriptionTest(_)
                | Request::SubscriptionRotate(_)
                | Request::SubscriptionResend(_)
                | Request::FlowCancel(_)
                | Request::DependentAdd(_)
                | Request::ProviderConfigure(_)
                | Request::ProviderRemove(_)
                | Request::ProviderUntag(_)
                | Request::Stop
                | Request::DependentRemove(_)
                | Request::ProviderAdd(_)
                | Request::UserAdd(_)
                | Request::UserRemove(_)
                | Request::UserPermission(_)
        )
    };
    let changes = desk.world.asked.iter().filter(looks);
    changes.map(|it| json!(it)).collect()
}

/// Whether the footer names this.
fn offers(desk: &Desk, hint: &str) -> bool {
    let screen = desk.screen();
    screen.lines().last().unwrap_or_default().contains(hint)
}

#[test]
fn each_list_is_reached_by_its_name_and_from_the_index() {
    for (name, place) in [
        ("workspace", KeyPlace::Workspace),
        ("webhooks", KeyPlace::Endpoints),
        ("endpoints", KeyPlace::Endpoints),
        ("subscriptions", KeyPlace::Subscriptions),
        ("flows", KeyPlace::Flows),
        ("dependents", KeyPlace::Dependents),
        ("users", KeyPlace::Users),
    ] {
        let desk = at(&format!(":{name}<Enter>"));
        assert_eq!(desk.app.place(), place, "{name}: {}", desk.screen());
    }
    for (down, place) in [
        ("", KeyPlace::Endpoints),
        ("j", KeyPlace::Subscriptions),
        ("jj", KeyPlace::Flows),
        ("jjj", KeyPlace::Dependents),
        ("G", KeyPlace::Users),
    ] {
        let mut desk = at("8");
        desk.press(down).press("<Enter>");
        assert_eq!(desk.app.place(), place);
        assert_eq!(desk.press("<Esc>").app.place(), KeyPlace::Workspace);
    }
    assert_snapshot!("workspace_small", at("8").screen());
}

#[test]
fn endpoints_small() {
    assert_snapshot!(at(":webhooks<Enter>").screen());
    let wide = Desk::new(World::acme(), 160, 40)
        .press(":webhooks<Enter>j")
        .screen();
    assert!(wide.contains("the vendor still sends"), "{wide}");
}

#[test]
fn an_endpoint_is_found_copied_and_opened() {
    let mut desk = at(":webhooks<Enter>/github<Enter>");
    let screen = desk.screen();
    assert!(
        screen.contains("acme-bot") && !screen.contains("Salesforce"),
        "{screen}"
    );
    desk.press("y");
    let copied =
        |it: &Effect| matches!(it, Effect::Copy(text) if text.starts_with("https://hooks."));
    assert!(desk.effects.iter().any(copied));
    assert_snapshot!("deliveries_small", desk.press("<Enter>").screen());
    assert_eq!(
        desk.press("<Enter><Esc><Esc>").app.place(),
        KeyPlace::Endpoints
    );
    assert_eq!(desk.press("v").app.place(), KeyPlace::Connection);
}

#[test]
fn an_endpoint_is_disabled_after_a_yes_and_enabled_again() {
    let mut desk = at(":webhooks<Enter>x");
    assert_snapshot!("endpoint_disable_small", desk.screen());
    assert!(sent(&desk).is_empty());
    desk.press("yjey");
    let sent = sent(&desk);
    assert_eq!(sent[0]["webhook_set"]["enabled"], false);
    assert_eq!(sent[1]["webhook_set"]["enabled"], true);
    // The first is enabled already.
    let screen = desk.press("ke").screen();
    assert!(screen.contains("it is enabled"), "{screen}");
}

#[test]
fn a_signing_secret_is_typed_unseen() {
    let mut desk = at(":webhooks<Enter>s");
    assert!(desk.app.hides());
    let screen = desk.press("t0ps3cret").screen();
    assert!(!screen.contains("t0ps3cret"), "{screen}");
    desk.press("<Tab><Enter>");
    let secret = &sent(&desk)[0]["provider_secret"];
    assert_eq!(
        (&secret["kind"], &secret["secret"]),
        (&json!("signing"), &json!("t0ps3cret"))
    );
}

#[test]
fn a_secret_that_was_refused_is_sent_again_without_being_typed_again() {
    let mut desk = at(":webhooks<Enter>st0ps3cret");
    let problem = Problem::new(Code::Failed, "the disk is full", "free some space");
    desk.world.talk.refusal = Some(problem);
    let screen = desk.press("<Tab><Enter>").screen();
    assert!(screen.contains("the disk is full"), "{screen}");
    assert!(!screen.contains("t0ps3cret"), "{screen}");
    desk.press("<Enter><Enter>");
    let secrets = sent(&desk);
    assert_eq!(secrets.len(), 2, "{secrets:?}");
    assert_eq!(secrets[1]["provider_secret"]["secret"], "t0ps3cret");
}

/// Whether the endpoint takes events stands with the connections.
#[test]
fn deliveries_are_asked_for_again_when_connections_change() {
    let mut desk = at(":webhooks<Enter><Enter>");
    let asks = |desk: &Desk| {
        let asked = desk.world.asked.iter();
        asked
            .filter(|it| matches!(it, Request::WebhookDeliveries(_)))
            .count()
    };
    let before = asks(&desk);
    desk.event(Event::Notice(vec![Topic::Connections]));
    assert_eq!(asks(&desk), before + 1);
}

#[test]
fn subscriptions_small() {
    assert_snapshot!(at(":subscriptions<Enter>").screen());
}

#[test]
fn a_subscription_is_added_and_its_secret_is_shown_until_it_is_closed() {
    let mut desk = at(":subscriptions<Enter>a");
    desk.press("<Tab><Tab><Enter>");
    assert!(
        desk.screen().contains("The address is wanted."),
        "{}",
        desk.screen()
    );
    desk.press("<BackTab><BackTab>https://a.example<Tab>run.ended, connection.*");
    assert_snapshot!("subscription_new_small", desk.screen());
    desk.press("<Tab><Enter>");
    let add = json!({ "url": "https://a.example", "events": ["run.ended", "connection.*"] });
    assert_eq!(sent(&desk), [json!({ "subscription_add": add })]);
    assert_snapshot!("subscription_secret_small", desk.screen());
    desk.press("jx");
    assert!(desk.screen().contains("whsec_"), "no other key closes it");
    let screen = desk.press("y").screen();
    assert_eq!(
        screen.matches("whsec_").count(),
        1,
        "in the dialog alone: {screen}"
    );
    desk.press("<Enter>");
    let copied = |it: &Effect| matches!(it, Effect::Copy(text) if text.starts_with("whsec_"));
    assert!(desk.effects.iter().any(copied));
    assert!(!desk.screen().contains("whsec_"), "{}", desk.screen());
    let log = desk.press(":log<Enter>").screen();
    assert!(!log.contains("whsec_"), "{log}");
}

#[test]
fn what_a_subscription_is_told_is_changed_and_nothing_else() {
    let mut desk = at(":subscriptions<Enter>e");
    desk.press("<Tab><C-u>run.*, hold.begun<Tab><Enter>");
    let edit = json!({ "id": SUBSCRIPTION, "url": null, "events": ["run.*", "hold.begun"] });
    assert_eq!(sent(&desk), [json!({ "subscription_edit": edit })]);
    let told = desk.screen();
    assert!(told.contains("The subscription is changed."), "{told}");
}

#[test]
fn a_subscription_without_an_address_is_not_changed() {
    let mut desk = at(":subscriptions<Enter>e");
    let asked = desk.press("<C-u><Tab><Tab><Enter>").screen();
    assert!(asked.contains("The address is wanted."), "{asked}");
    assert_eq!(sent(&desk), [] as [Value; 0]);
}

#[test]
fn a_refused_subscription_keeps_what_was_typed() {
    let mut desk = at(":subscriptions<Enter>a");
    desk.press("ftp://a.example<Tab><Tab>");
    let problem = Problem::new(Code::Conflict, "it is no https address", "type another one");
    desk.world.talk.refusal = Some(problem);
    let refused = desk.press("<Enter>").screen();
    assert!(refused.contains("it is no https address"), "{refused}");
    let again = desk.press("<Enter>").screen();
    assert!(again.contains("ftp://a.example"), "{again}");
}

#[test]
fn a_subscription_is_tested_rotated_and_removed() {
    let mut desk = at(":subscriptions<Enter>t");
    assert!(
        desk.screen().contains("The test: it answered 503."),
        "{}",
        desk.screen()
    );
    desk.press("ry");
    assert!(
        desk.screen().contains("The one before signs beside it"),
        "{}",
        desk.screen()
    );
    desk.press("<Enter>dn");
    assert_eq!(sent(&desk).len(), 2);
    desk.press("dy");
    assert_eq!(
        sent(&desk)[2],
        json!({ "subscription_remove": { "id": SUBSCRIPTION } })
    );
}

#[test]
fn a_dead_letter_is_sent_again_and_no_other() {
    let mut desk = at(":subscriptions<Enter><Enter>");
    assert_snapshot!("messages_small", desk.screen());
    desk.press("js");
    assert!(
        desk.screen().contains("only a dead letter is sent again"),
        "{}",
        desk.screen()
    );
    desk.press("ks");
    assert!(sent(&desk)[0]["subscription_resend"]["id"].is_string());
}

#[test]
fn both_are_reached_from_the_configuration_of_a_connection() {
    let mut desk = at("jj<Enter>ow");
    assert_eq!(desk.app.place(), KeyPlace::Endpoints);
    let screen = desk.screen();
    assert!(
        screen.contains("acme-bot") && !screen.contains("Salesforce"),
        "{screen}"
    );
    desk.press("<Esc>s");
    assert_eq!(desk.app.place(), KeyPlace::Subscriptions);
}

#[test]
fn an_authorization_is_ended_after_a_yes() {
    let mut desk = at(":flows<Enter>");
    assert_snapshot!("flows_small", desk.screen());
    desk.press("v");
    assert!(
        desk.screen().contains("it is for a new connection"),
        "{}",
        desk.screen()
    );
    desk.press("xn");
    assert!(sent(&desk).is_empty());
    desk.press("jxy");
    assert!(sent(&desk)[0]["flow_cancel"]["id"].is_string());
    assert!(desk.screen().contains("is ended"), "{}", desk.screen());
    assert_eq!(desk.press("v").app.place(), KeyPlace::Connection);
}

#[test]
fn what_depends_on_a_provider_is_declared_and_taken_back() {
    assert_snapshot!("dependents_small", at(":dependents<Enter>").screen());
    let mut desk = at(":dependents<Enter>a");
    desk.press("<C-u>hubspot<Tab>Quarterly report<Tab>has no deals<Tab><Enter>");
    let add = json!({
        "provider": "hubspot", "feature": "Quarterly report", "effect": "has no deals",
    });
    assert_eq!(sent(&desk), [json!({ "dependent_add": add })]);
    // What a file says is not taken back here.
    let refused = desk.press("ggd").screen();
    assert!(refused.contains("a provider file says so"), "{refused}");
    desk.press("Gdy");
    assert!(sent(&desk)[1]["dependent_remove"]["id"].is_string());
}

#[test]
fn a_provider_is_added_by_its_issuer() {
    let mut desk = at("2+");
    desk.press("acme-id<Tab>Acme \"ID\"<Tab><Right><Tab>https://id.acme.example<Tab>openid email");
    assert_snapshot!("provider_new_small", desk.screen());
    desk.press("<Tab><Enter>");
    let added = &sent(&desk)[0]["provider_add"];
    assert_eq!(added["file_name"], "acme-id.toml");
    let text = added["toml"].as_str().unwrap();
    let file = tagout::providers::parse(text, "acme-id.toml").unwrap();
    assert_eq!(
        (file.id.as_str(), file.name.as_str()),
        ("acme-id", "Acme \"ID\"")
    );
}

#[test]
fn a_user_is_added_with_a_role_an_account_and_a_key() {
    let mut desk = at(":users<Enter>");
    assert_snapshot!("users_small", desk.screen());
    desk.press("acarol<Tab><Right><Right><Tab><Tab>x<Tab>SHA256:abc");
    assert_snapshot!("user_new_small", desk.screen());
    desk.press("<Tab><Enter>");
    assert!(desk.screen().contains("is a number"), "{}", desk.screen());
    desk.press("<BackTab><BackTab><Backspace>1004<Tab><Tab><Enter>");
    let add = json!({
        "name": "carol", "role": "admin", "kind": "person", "uid": 1004, "ssh_keys": ["SHA256:abc"],
    });
    assert_eq!(sent(&desk), [json!({ "user_add": add })]);
}

#[test]
fn a_permission_is_granted_and_withdrawn() {
    let mut desk = at(":users<Enter>jp");
    desk.press("<BackTab><BackTab><Enter>");
    let screen = desk.screen();
    assert!(screen.contains("or write all"), "{screen}");
    desk.press("<BackTab>github/acme-bot<Tab><Enter>");
    desk.press("p<Right><Tab><Right><Tab>all<Tab><Enter>");
    let screen = desk.screen();
    assert!(screen.contains("is about no connection"), "{screen}");
    desk.press("<BackTab><Backspace><Backspace><Backspace><Tab><Enter>");
    let grant = json!({
        "name": "bob", "permission": "token.read", "granted": true, "connections": ["github/acme-bot"],
    });
    let withdraw = json!({
        "name": "bob", "permission": "settings.edit", "granted": false, "connections": [],
    });
    let both = [grant, withdraw].map(|it| json!({ "user_permission": it }));
    assert_eq!(sent(&desk), both);
}

/// All of it goes with the word, in either direction, and with no name beside it.
#[test]
fn reading_every_token_is_granted_and_withdrawn_by_the_word() {
    let mut desk = at(":users<Enter>jp<Tab><Right><Tab><Tab><Enter>");
    let screen = desk.screen();
    assert!(screen.contains("or write all"), "{screen}");
    desk.press("<BackTab>all, github/acme-bot<Tab><Enter>");
    let screen = desk.screen();
    assert!(screen.contains("Write all alone"), "{screen}");
    assert!(sent(&desk).is_empty());
    desk.press("<BackTab>");
    for _ in ", github/acme-bot".chars() {
        desk.press("<Backspace>");
    }
    desk.press("<Tab><Enter>");
    let withdraw = json!({
        "name": "bob", "permission": "token.read", "granted": false, "connections": [],
    });
    assert_eq!(sent(&desk), [json!({ "user_permission": withdraw })]);
}

#[test]
fn a_user_is_removed_by_name() {
    let mut desk = at(":users<Enter>jd");
    assert_snapshot!("user_remove_small", desk.screen());
    desk.press("bo<Tab><Tab><Enter>");
    assert!(
        desk.screen().contains("Type bob first."),
        "{}",
        desk.screen()
    );
    assert!(sent(&desk).is_empty());
    desk.press("<BackTab><BackTab>b<Tab><Tab><Enter>");
    let remove = json!({ "name": "bob", "keep": false });
    assert_eq!(sent(&desk), [json!({ "user_remove": remove })]);
}

#[test]
fn agents_see_no_controls_and_members_are_told_why() {
    let as_role = |role| {
        let setting = Setting {
            role,
            size: SMALL,
            ..Setting::default()
        };
        Desk::with(World::acme(), setting)
    };
    for list in ["webhooks", "subscriptions", "flows", "dependents", "users"] {
        let mut agent = as_role(Role::Agent);
        agent.press(&format!(":{list}<Enter>"));
        for hint in ["a add", "d remove", "x end", "x disable", "p permissions"] {
            assert!(!offers(&agent, hint), "{list}: {}", agent.screen());
        }
        agent.press("adxpt");
        assert!(sent(&agent).is_empty());
    }
    let mut member = as_role(Role::Member);
    let screen = member.press(":users<Enter>a").screen();
    assert!(screen.contains("only an Admin or an Owner may"), "{screen}");
}

/// The same wherever the key is, before anything is filled in.
#[test]
fn what_is_the_organisations_is_offered_to_no_member() {
    for keys in [":webhooks<Enter>s", "2a", "2s", "2x", "2U", ":stop<Enter>"] {
        let setting = Setting {
            role: Role::Member,
            size: SMALL,
            ..Setting::default()
        };
        let mut world = World::acme();
        world.providers[0].built_in = false;
        let mut desk = Desk::with(world, setting);
        let screen = desk.press(keys).screen();
        let why = "only an Admin or an Owner may";
        assert!(screen.contains(why), "{keys}: {screen}");
        assert!(sent(&desk).is_empty(), "{keys}");
    }
}

#[test]
fn what_can_be_done_and_help_are_there_too() {
    let screen = at(":users<Enter>.").screen();
    assert!(screen.contains("permissions"), "{screen}");
    let screen = at(":users<Enter>?").screen();
    assert!(screen.contains("Grants a permission"), "{screen}");
}

#[test]
fn an_export_of_a_whole_list_has_the_rows_that_fit() {
    let mut desk = at(":users<Enter>/bob<Enter>E");
    desk.press("<Enter>");
    assert!(desk.paper.is_whole, "{}", desk.screen());
    assert!(desk.paper.text.contains("bob") && !desk.paper.text.contains("alice"));
    assert!(desk.paper.name.starts_with("users-"));
}
