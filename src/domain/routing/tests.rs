use serde_json::json;

use super::*;
use crate::domain::job::sample;
use crate::domain::sealed::{SealPurpose, Sealed, SlotRef};

const FIRST: &str = "sub_01jd7000000000000000000001";
const SECOND: &str = "sub_01jd7000000000000000000002";

fn record(body: Value) -> Synced {
    Synced {
        body,
        ..sample::record()
    }
}

fn rule(n: u32, from: &str, condition: Option<Condition>, to: &str) -> ConfigItem {
    ConfigItem {
        id: format!("cfg_{n:026}").parse().unwrap(),
        connection: "con_01jd7000000000000000000001".parse().unwrap(),
        kind: ConfigKind::Routing,
        entity: "issue".to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        condition,
        attached: None,
    }
}

fn is(value: &str) -> Option<Condition> {
    Some(Condition::In(vec![value.to_owned()]))
}

fn subscription(id: &str, enabled: bool, is_signed: bool) -> WebhookSubscription {
    let secret = Sealed {
        key: SlotRef {
            slot: 1,
            slot_id: String::new(),
        },
        purpose: SealPurpose::Subscription,
        nonce: String::new(),
        ciphertext: String::new(),
    };
    WebhookSubscription {
        id: id.parse().unwrap(),
        url: "https://hooks.example/it".to_owned(),
        events: Vec::new(),
        enabled,
        secret: is_signed.then_some(secret),
        retired: None,
    }
}

fn fields() -> Vec<VendorField> {
    let field = |pointer: &str| VendorField {
        pointer: pointer.to_owned(),
        each: None,
        name: None,
        example: None,
    };
    ["/state/name", "/labels/0/name", "/*starred"]
        .map(field)
        .into()
}

#[test]
fn rules_look_at_fields_and_at_every_thing_of_a_list() {
    let issue = record(json!({
        "state": { "name": "open" }, "labels": [{ "name": "bug" }, { "name": "urgent" }], "a/b": 1,
    }));
    let table = [
        ("", Some(Condition::Every), true),
        ("/state/name", is("open"), true),
        ("/state/name", is("shut"), false),
        ("/labels/*/name", is("urgent"), true),
        ("/labels/0/name", is("urgent"), false),
        ("/labels/*/name", is("feature"), false),
        ("/a~1b", is("1"), true),
        ("/missing", Some(Condition::Present), false),
        ("/state", Some(Condition::Present), true),
        ("label:bug", None, false),
    ];
    for (from, condition, expected) in table {
        let rule = rule(1, from, condition, FIRST);
        assert_eq!(matches(&rule, &issue), expected, "{rule:?}");
    }
    let of_others = ConfigItem {
        entity: "comment".to_owned(),
        ..rule(1, "", Some(Condition::Every), FIRST)
    };
    let mapping = ConfigItem {
        kind: ConfigKind::Mapping,
        ..rule(1, "", Some(Condition::Every), FIRST)
    };
    assert!(!matches(&of_others, &issue) && !matches(&mapping, &issue));
}

#[test]
fn a_record_goes_once_to_each_subscription() {
    let rules = [
        rule(1, "", Some(Condition::Every), FIRST),
        rule(2, "/n", is("1"), FIRST),
        rule(3, "/n", is("1"), SECOND),
        rule(4, "urgent", None, "oncall"),
    ];
    let of = |body| {
        let targets = targets(&rules, &record(body));
        targets.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(of(json!({ "n": 1 })), [FIRST, SECOND]);
    assert_eq!(of(json!({ "n": 2 })), [FIRST]);
}

#[test]
fn a_rule_that_leads_nowhere_says_so() {
    let active = rule(1, "", Some(Condition::Every), FIRST);
    let former = rule(1, "urgent", None, "oncall");
    let table = [
        (&active, Some((true, true)), RuleStanding::Active),
        (
            &active,
            Some((false, true)),
            RuleStanding::SubscriptionDisabled,
        ),
        (
            &active,
            Some((true, false)),
            RuleStanding::SubscriptionUnsigned,
        ),
        (&active, None, RuleStanding::SubscriptionRemoved),
        (&former, None, RuleStanding::Incomplete),
    ];
    for (rule, found, expected) in table {
        let found = found.map(|(enabled, signed)| subscription(FIRST, enabled, signed));
        let standing = RuleStanding::of(rule, found.as_ref());
        assert_eq!(standing, expected);
        assert_eq!(standing.why().is_none(), expected == RuleStanding::Active);
    }
}

#[test]
fn what_can_have_no_effect_is_refused() {
    let there = [subscription(FIRST, true, true)];
    let known = rule(1, "/state/name", is("open"), FIRST);
    let refused = |rule: ConfigItem| check(&rule, &fields(), &there, std::slice::from_ref(&known));
    let new = |from: &str, condition| rule(2, from, condition, FIRST);
    assert_eq!(refused(new("/labels/*/name", is("bug"))), Ok(()));
    assert_eq!(refused(new("/*starred", is("bug"))), Ok(()));
    let unseen = [rule(1, "/unseen", is("open"), FIRST)];
    let changed = |n| {
        check(
            &rule(n, "/unseen", is("new"), FIRST),
            &fields(),
            &there,
            &unseen,
        )
    };
    assert_eq!(changed(1), Ok(()));
    assert!(matches!(changed(2), Err(RuleRefused::Field(_))));
    assert_eq!(refused(new("", Some(Condition::Every))), Ok(()));
    let unknown = refused(new("/stat/name", is("open"))).unwrap_err();
    assert!(matches!(
        &unknown,
        RuleRefused::Field(MappingRefused::NoField { known, .. }) if known.contains(&"/state/name".to_owned())
    ));
    let nowhere = refused(rule(2, "", Some(Condition::Every), SECOND)).unwrap_err();
    assert!(
        matches!(&nowhere, RuleRefused::NoSubscription { known, .. } if known[0].contains("hooks.example")),
        "{nowhere:?}"
    );
    assert_eq!(refused(new("", is("open"))), Err(RuleRefused::Halved));
    assert_eq!(
        refused(new("/state/name", Some(Condition::Every))),
        Err(RuleRefused::Halved)
    );
    let twice = refused(new("/state/name", is("open"))).unwrap_err();
    assert!(matches!(twice, RuleRefused::Twice { .. }));
    assert_eq!(refused(known.clone()), Ok(()), "an edit is no second one");
    let empty = refused(new("/state/name", is("")));
    assert_eq!(empty, Err(RuleRefused::Values(WrongValues)));
    let many: Vec<ConfigItem> = (0..50)
        .map(|n| rule(10 + n, "/state/name", is(&n.to_string()), FIRST))
        .collect();
    let more = check(&new("", Some(Condition::Every)), &fields(), &there, &many);
    assert_eq!(more, Err(RuleRefused::TooMany));
}
