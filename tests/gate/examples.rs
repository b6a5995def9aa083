//! One request of every kind, about something that is there.

use std::collections::BTreeMap;

use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::id::WalkthroughId;
use tagout::domain::user::{Permission, Role, UserKind};
use tagout::domain::walkthrough::{TargetChoice, Terms, WalkPage};
use tagout::domain::webhook::ConfigKind;
use tagout::wire::request::{FlowKind, Request, Secret, Target, Window};
use tagout::wire::rpc;
use tagout::wire::rpc::{Connect, Disconnect, JobAction, JobSpec};
use tagout::wire::walkthrough::WalkthroughDraft;
use zeroize::Zeroizing;

use crate::house::{OTHERS, OWN, STOPPED, WORKSPACE, connection, id, pulled};
use crate::table::Row;

/// A request of this kind about that.
pub(crate) fn example(row: &Row) -> Request {
    let n = match row.on.as_str() {
        "workspace" => WORKSPACE,
        "own" => OWN,
        "others" => OTHERS,
        _ => 0,
    };
    match row.request.as_str() {
        "user_add" | "user_remove" | "user_permission" => about_people(row),
        "status"
        | "for_you"
        | "for_you_seen"
        | "providers"
        | "provider"
        | "connections"
        | "plans"
        | "runs"
        | "walkthroughs"
        | "walkthrough"
        | "walkthrough_targets"
        | "walkthrough_save"
        | "walkthrough_discard"
        | "subscriptions"
        | "audit"
        | "audit_from"
        | "checkpoint"
        | "holds"
        | "flows"
        | "provider_untag"
        | "hold_drop"
        | "users"
        | "view_load"
        | "view_save"
        | "stop"
        | "compact"
        | "backup_begin"
        | "backup_next"
        | "backup_with_secrets"
        | "compaction"
        | "wipe_plan"
        | "wipe_begin"
        | "wipe"
        | "provider_add"
        | "provider_remove"
        | "provider_configure"
        | "provider_secret"
        | "dependents"
        | "dependent_add"
        | "dependent_remove"
        | "subscription_add"
        | "subscription_edit"
        | "subscription_remove"
        | "subscription_rotate"
        | "subscription_test"
        | "subscription_deliveries"
        | "subscription_resend" => about_nothing(&row.request),
        name => about(name, n).unwrap_or_else(|| acting(name, n)),
    }
}

fn window() -> Window {
    Window {
        limit: 10,
        ..Window::default()
    }
}

fn secret(text: &str) -> Secret {
    Secret(Zeroizing::new(text.to_owned()))
}

fn about_nothing(name: &str) -> Request {
    let text = str::to_owned;
    match name {
        "status" => Request::Status,
        "for_you" => Request::ForYou,
        "for_you_seen" => Request::ForYouSeen(rpc::ForYouSeen {
            id: "run_00000000000000000000000001".to_owned(),
        }),
        "providers" => Request::Providers(rpc::Providers(window())),
        "provider" => Request::Provider(rpc::Provider { id: text("ledger") }),
        "connections" => Request::Connections(rpc::Connections(window())),
        "plans" => Request::Plans(rpc::Plans {
            choice: TargetChoice::All,
            window: window(),
            terms: tagout::wire::rpc::PlanTerms::default(),
        }),
        "runs" => Request::Runs(rpc::Runs(window())),
        name if name.starts_with("walkthrough") => about_walkthroughs(name),
        "subscriptions" => Request::Subscriptions,
        "audit" => Request::Audit(rpc::Audit { window: window() }),
        "audit_from" => Request::AuditFrom(rpc::AuditFrom {
            seq: 0,
            since: None,
            limit: 10,
        }),
        "checkpoint" => Request::Checkpoint,
        "holds" => Request::Holds(rpc::Holds {
            connection: None,
            window: Window::default(),
        }),
        "hold_drop" => Request::HoldDrop(rpc::HoldDrop {
            id: "hld_00000000000000000000000000".parse().unwrap(),
            note: text("given up"),
        }),
        "flows" => Request::Flows,
        "provider_untag" => Request::ProviderUntag(rpc::ProviderUntag {
            id: text("ledger"),
            note: text("looked at"),
        }),
        "dependents" => Request::Dependents(rpc::Dependents { provider: None }),
        "dependent_add" => Request::DependentAdd(rpc::DependentAdd {
            provider: text("ledger"),
            feature: text("Report"),
            effect: text("stays empty"),
        }),
        "dependent_remove" => Request::DependentRemove(rpc::DependentRemove {
            id: "dep_00000000000000000000000000".parse().unwrap(),
        }),
        "users" => Request::Users,
        "view_load" => Request::ViewLoad,
        "view_save" => Request::ViewSave(rpc::ViewSave { view: text("{}") }),
        "stop" => Request::Stop,
        "compact" => Request::Compact,
        "compaction" => Request::Compaction,
        "backup_begin" => Request::BackupBegin,
        "backup_with_secrets" => Request::BackupWithSecrets(rpc::BackupWithSecrets {
            passphrase: secret(""),
        }),
        "backup_next" => Request::BackupNext(rpc::BackupNext { number: 0 }),
        "wipe_plan" => Request::WipePlan(rpc::WipePlan { provider: None }),
        // Another name than the workspace's: whoever may is told that it is not.
        "wipe_begin" => Request::WipeBegin(rpc::WipeBegin {
            provider: None,
            confirm: text("another name"),
        }),
        "wipe" => Request::Wipe(rpc::Wipe {
            id: "wip_00000000000000000000000000".parse().unwrap(),
        }),
        "provider_add" => Request::ProviderAdd(rpc::ProviderAdd {
            toml: text("id = 1"),
            file_name: text("wrong.toml"),
        }),
        "provider_remove" => Request::ProviderRemove(rpc::ProviderRemove {
            id: text("nothing"),
        }),
        "provider_configure" => Request::ProviderConfigure(rpc::ProviderConfigure {
            id: text("github"),
            client_id: Some(text("ours")),
            client_secret: Some(secret("our-secret")),
            redirect_uri: None,
            app_name: None,
            vars: BTreeMap::new(),
            moves: false,
        }),
        "provider_secret" => Request::ProviderSecret(rpc::ProviderSecret {
            id: text("slack"),
            kind: tagout::domain::connection::AppSecret::Signing,
            secret: secret("signed-with"),
        }),
        "subscription_add" => Request::SubscriptionAdd(rpc::SubscriptionAdd {
            url: text("https://hooks.example.com/more"),
            events: vec![],
        }),
        "subscription_edit" => Request::SubscriptionEdit(rpc::SubscriptionEdit {
            id: id("sub_", 1),
            url: None,
            events: Some(vec![text("run.*")]),
        }),
        "subscription_remove" => {
            Request::SubscriptionRemove(rpc::SubscriptionRemove { id: id("sub_", 1) })
        }
        "subscription_rotate" => {
            Request::SubscriptionRotate(rpc::SubscriptionRotate { id: id("sub_", 1) })
        }
        "subscription_test" => {
            Request::SubscriptionTest(rpc::SubscriptionTest { id: id("sub_", 1) })
        }
        "subscription_deliveries" => {
            Request::SubscriptionDeliveries(rpc::SubscriptionDeliveries { id: id("sub_", 1) })
        }
        "subscription_resend" => {
            Request::SubscriptionResend(rpc::SubscriptionResend { id: id("msg_", 1) })
        }
        other => panic!("there is no example of {other}"),
    }
}

/// A draft of everything in service.
pub(crate) fn draft() -> rpc::WalkthroughSave {
    rpc::WalkthroughSave(WalkthroughDraft {
        id: None,
        version: None,
        title: None,
        choice: TargetChoice::All,
        targets: None,
        left_out: vec![],
        look_again: false,
        terms: Terms {
            tag: false,
            reason: Reason::Unused,
            note: String::new(),
            ticket: None,
            if_unreachable: IfUnreachable::Destroy,
            uninstall: false,
            allow_wider: false,
            destroy_at_once: false,
        },
        page: WalkPage::Choose,
    })
}

/// About a draft of one's own.
fn about_walkthroughs(name: &str) -> Request {
    let id: WalkthroughId = id("wlk_", 0);
    match name {
        "walkthroughs" => Request::Walkthroughs(rpc::Walkthroughs(window())),
        "walkthrough" => Request::Walkthrough(rpc::Walkthrough { id: id.to_string() }),
        "walkthrough_targets" => Request::WalkthroughTargets(rpc::WalkthroughTargets {
            id,
            window: window(),
        }),
        "walkthrough_discard" => Request::WalkthroughDiscard(rpc::WalkthroughDiscard { id }),
        _ => draft().into(),
    }
}

fn about_people(row: &Row) -> Request {
    let (person, role) = match row.on.as_str() {
        "a_member" => ("bob", Role::Member),
        "a_guest" => ("greta", Role::Agent),
        "an_admin" => ("adam", Role::Admin),
        "an_owner" => ("olga", Role::Owner),
        other => panic!("{other} is nobody"),
    };
    match row.request.as_str() {
        "user_add" => Request::UserAdd(rpc::UserAdd {
            name: format!("new-{person}"),
            role,
            kind: UserKind::Person,
            uid: None,
            ssh_keys: vec![],
        }),
        "user_remove" => Request::UserRemove(rpc::UserRemove {
            name: person.to_owned(),
            // bob holds a connection.
            keep: person == "bob",
        }),
        _ => Request::UserPermission(rpc::UserPermission {
            name: person.to_owned(),
            permission: Permission::SettingsEdit,
            granted: false,
            connections: vec![],
        }),
    }
}

/// Looks at a connection, and nothing more.
fn about(name: &str, n: u32) -> Option<Request> {
    let of = Some(connection(n).to_string());
    Some(match name {
        "connection" => Request::Connection(rpc::Connection { name: of? }),
        "plan" => Request::Plan(rpc::Plan {
            connections: vec![of?],
            terms: tagout::wire::rpc::PlanTerms::default(),
        }),
        "run" => Request::Run(rpc::Run {
            id: format!("run_{n:026}"),
        }),
        "run_records" => Request::RunRecords(rpc::RunRecords {
            id: id("run_", n),
            from: 0,
        }),
        "jobs" => Request::Jobs(rpc::Jobs {
            connection: of,
            window: window(),
        }),
        "job" => Request::Job(rpc::Job {
            id: format!("job_{n:026}"),
        }),
        "executions" => Request::Executions(rpc::Executions {
            job: Some(format!("job_{n:026}")),
            window: window(),
        }),
        "execution_pages" => Request::ExecutionPages(rpc::ExecutionPages {
            execution: id("exe_", n),
        }),
        "references" => Request::References(rpc::References {
            connection: of,
            window: window(),
        }),
        "records" => Request::Records(rpc::Records {
            connection: of,
            window: window(),
        }),
        "record" => Request::Record(rpc::Record { id: pulled(n) }),
        "webhooks" => Request::Webhooks(rpc::Webhooks { connection: of }),
        "webhook_deliveries" => {
            Request::WebhookDeliveries(rpc::WebhookDeliveries { id: id("whk_", n) })
        }
        "channels" => Request::Channels(rpc::Channels {
            connection: connection(n).to_string(),
            window: window(),
        }),
        "configs" => Request::Configs(rpc::Configs {
            connection: of?,
            kind: ConfigKind::Channel,
        }),
        "mapping_fields" => Request::MappingFields(rpc::MappingFields {
            connection: of?,
            entity: None,
        }),
        "routing_test" => Request::RoutingTest(rpc::RoutingTest { connection: of? }),
        "follow_ups" => Request::FollowUps(rpc::FollowUps {
            connection: of,
            window: window(),
        }),
        "flow" => Request::Flow(rpc::Flow { id: id("flo_", n) }),
        _ => return None,
    })
}

/// Does something to a connection.
fn acting(name: &str, n: u32) -> Request {
    let of = connection(n).to_string();
    match name {
        "token" => Request::Token(rpc::Token {
            connection: of,
            min_valid: None,
        }),
        "connect" => Request::Connect(Connect {
            connection: Some(of),
            ..Connect::new("ledger", FlowKind::Paste)
        }),
        "adopt" => Request::Adopt(rpc::Adopt {
            connect: Connect {
                connection: Some(of),
                ..Connect::new("ledger", FlowKind::Adopt)
            },
            refresh_token: secret("refresh"),
            access_token: Some(secret("access")),
            account: None,
            any_account: true,
        }),
        "flow_confirm" => Request::FlowConfirm(rpc::FlowConfirm { id: id("flo_", n) }),
        "flow_paste" => Request::FlowPaste(rpc::FlowPaste {
            id: id("flo_", n),
            text: secret("code"),
        }),
        "flow_cancel" => Request::FlowCancel(rpc::FlowCancel { id: id("flo_", n) }),
        "configure" => Request::Configure(rpc::Configure {
            name: of,
            new_name: Some(format!("renamed-{n}")),
            vars: BTreeMap::new(),
            moves: false,
        }),
        "config_add" => Request::ConfigAdd(rpc::ConfigAdd {
            connection: of,
            kind: ConfigKind::Mapping,
            entity: "customer".to_owned(),
            from: "/name".to_owned(),
            to: "subject".to_owned(),
            condition: None,
        }),
        "config_edit" => Request::ConfigEdit(rpc::ConfigEdit {
            id: id("cfg_", n),
            from: None,
            to: Some("incidents".to_owned()),
            condition: None,
        }),
        "record_edit" => Request::RecordEdit(rpc::RecordEdit {
            id: pulled(n),
            set: BTreeMap::from([("priority".to_owned(), "high".to_owned())]),
            found: None,
        }),
        "reference_link" => Request::ReferenceLink(rpc::ReferenceLink {
            reference: pulled(n),
            local: format!("ticket-{n}"),
            linked: true,
            found: None,
        }),
        "config_remove" => Request::ConfigRemove(rpc::ConfigRemove { id: id("cfg_", n) }),
        "job_add" => Request::JobAdd(rpc::JobAdd(JobSpec {
            connection: Some(of),
            entity: Some("customer".to_owned()),
            ..nothing()
        })),
        "job_edit" => Request::JobEdit(rpc::JobEdit {
            job: format!("job_{n:026}"),
            spec: nothing(),
        }),
        "job_act" => Request::JobAct(rpc::JobAct {
            job: format!("job_{n:026}"),
            act: JobAction::Disable,
        }),
        "swap_give_up" => Request::SwapGiveUp(rpc::SwapGiveUp { connection: of }),
        "enable_before" => Request::EnableBefore(rpc::EnableBefore { connection: of }),
        "webhook_set" => Request::WebhookSet(rpc::WebhookSet {
            id: id("whk_", n),
            enabled: false,
        }),
        "run_resume" => Request::RunResume(rpc::RunResume { id: id("run_", n) }),
        "follow_up_done" => Request::FollowUpDone(rpc::FollowUpDone {
            id: id("fup_", n),
            note: String::new(),
        }),
        "follow_up_assign" => Request::FollowUpAssign(rpc::FollowUpAssign {
            id: id("fup_", n),
            user: "bob".to_owned(),
        }),
        "follow_up_undo" => Request::FollowUpUndo(rpc::FollowUpUndo {
            id: id("fup_", n),
            note: String::new(),
        }),
        "walkthrough_begin" => Request::WalkthroughBegin(rpc::WalkthroughBegin {
            id: id("wlk_", n),
            version: None,
        }),
        "walkthrough_plan" => Request::WalkthroughPlan(rpc::WalkthroughPlan {
            id: id("wlk_", n),
            version: None,
            at: Some(jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24)),
        }),
        "walkthrough_stop" => Request::WalkthroughStop(rpc::WalkthroughStop {
            id: id("wlk_", STOPPED + n),
        }),
        "walkthrough_go_on" => Request::WalkthroughGoOn(rpc::WalkthroughGoOn {
            id: id("wlk_", STOPPED + n),
        }),
        "disconnect" => Request::Disconnect(Disconnect {
            targets: vec![Target {
                connection: of,
                version: None,
            }],
            reason: Reason::Unused,
            note: String::new(),
            ticket: None,
            if_unreachable: IfUnreachable::Destroy,
            allow_wider: false,
            destroy_at_once: false,
            swap: false,
            uninstall: false,
        }),
        other => panic!("there is no example of {other}"),
    }
}

fn nothing() -> JobSpec {
    JobSpec {
        connection: None,
        entity: None,
        mode: None,
        schedule: None,
        max_retries: None,
        timeout_minutes: None,
    }
}
