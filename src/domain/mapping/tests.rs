use serde_json::json;

use super::*;
use crate::domain::job::sample;

fn record(body: Value) -> Synced {
    Synced {
        label: "Seven".to_owned(),
        body,
        ..sample::record()
    }
}

fn mapping(n: u32, from: &str, to: &str) -> ConfigItem {
    ConfigItem {
        id: format!("cfg_{n:026}").parse().unwrap(),
        connection: "con_01jd7000000000000000000001".parse().unwrap(),
        kind: ConfigKind::Mapping,
        entity: "issue".to_owned(),
        from: from.to_owned(),
        condition: None,
        attached: None,
        to: to.to_owned(),
    }
}

fn names(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(own).collect()
}

#[test]
fn a_mapped_field_is_what_the_object_has_and_absent_where_it_lacks_it() {
    let mut issue = record(json!({"title": "Fix", "state": {"name": "open"}, "due": null}));
    issue.own = names(&[("priority", "high"), ("status", "mine")]);
    let mappings = [
        mapping(1, "/title", "subject"),
        mapping(2, "/due", "due"),
        mapping(3, "/assignee", "who"),
        mapping(4, "/state/name", "status"),
    ];
    let expected = json!({"subject": "Fix", "due": null, "status": "open", "priority": "high"});
    assert_eq!(json!(fields(&issue, &mappings)), expected);

    let other = ConfigItem {
        entity: "comment".to_owned(),
        ..mapping(1, "/title", "subject")
    };
    let routing = ConfigItem {
        kind: ConfigKind::Routing,
        ..mapping(1, "/title", "subject")
    };
    let own = json!({"priority": "high", "status": "mine"});
    assert_eq!(json!(fields(&issue, &[other, routing])), own);
    // What people gave comes back when the mapping goes, and is not shown for the vendor's while it is there.
    issue.body = json!({});
    assert_eq!(
        json!(fields(&issue, &mappings)),
        json!({"priority": "high"})
    );
}

#[test]
fn what_can_be_mapped_is_declared_or_seen() {
    let declared = names(&[("/title", "Title"), ("/url", "Address")]);
    let long = "x".repeat(EXAMPLE + 1);
    let seen = [
        json!({"title": null, "a/b": {"c~d": 1}, "labels": ["x", "y"], "list": []}),
        json!({"title": "Fix", "long": long, "people": [{"name": "Ada"}, {"name": "Bob", "age": 3}]}),
    ];
    let found = mappable(&declared, &seen);
    let shown: Vec<(&str, Option<&str>, Option<&str>)> = found
        .iter()
        .map(|it| {
            (
                it.pointer.as_str(),
                it.name.as_deref(),
                it.example.as_deref(),
            )
        })
        .collect();
    let cut = format!("{}…", "x".repeat(EXAMPLE));
    let expected = [
        ("/title", Some("Title"), Some("Fix")),
        ("/url", Some("Address"), None),
        ("/a~1b/c~0d", None, Some("1")),
        ("/labels", None, Some(r#"["x","y"]"#)),
        ("/list", None, Some("[]")),
        ("/long", None, Some(cut.as_str())),
        ("/people/0/name", None, Some("Ada")),
    ];
    assert_eq!(shown, expected);
    for field in &found {
        let somewhere = seen.iter().any(|it| it.pointer(&field.pointer).is_some());
        assert!(somewhere || field.name.is_some(), "{field:?}");
    }
}

#[test]
fn a_list_is_told_from_an_object_that_has_a_zero() {
    let declared = names(&[("/emails/0/value", "Email"), ("/years/0", "This year")]);
    let seen = [json!({"years": {"0": 1}, "a": [{"b": {"0": 2}, "c": [{"d": 3}]}]})];
    let found = mappable(&declared, &seen);
    let each = found
        .iter()
        .map(|it| (it.pointer.as_str(), it.each.as_deref()));
    let expected = [
        ("/emails/0/value", Some("/emails/*/value")),
        ("/years/0", None),
        ("/a/0/b/0", Some("/a/*/b/0")),
        ("/a/0/c/0/d", Some("/a/*/c/*/d")),
    ];
    assert_eq!(each.collect::<Vec<_>>(), expected);
}

#[test]
fn fields_that_are_listed_are_bounded() {
    let wide: serde_json::Map<String, Value> =
        (0..500).map(|n| (format!("f{n:03}"), json!(n))).collect();
    let declared = names(&[("/zebra", "Zebra")]);
    let mut wide = Value::Object(wide);
    wide["zebra"] = json!("striped");
    let found = mappable(&declared, [&wide]);
    assert_eq!(found.len(), MOST_FOUND + 1);
    assert_eq!(
        found[0].example.as_deref(),
        Some("striped"),
        "declared ones are not crowded out"
    );
    let mut deep = json!("end");
    for _ in 0..50 {
        deep = json!({ "d": deep });
    }
    let found = mappable(&BTreeMap::new(), [&deep]);
    assert_eq!(found[0].pointer, "/d".repeat(DEEPEST));
}

#[test]
fn a_mapping_is_refused_with_what_there_is() {
    let known = mappable(
        &names(&[("/title", "Title")]),
        [&json!({"state": {"name": "open"}, "number": 1, "titel": ""})],
    );
    let check = |mapping: &ConfigItem, others: &[ConfigItem]| check(mapping, &known, others);
    assert_eq!(check(&mapping(1, "/title", "subject"), &[]), Ok(()));
    let refused = check(&mapping(1, "titl", "subject"), &[]).unwrap_err();
    let MappingRefused::NoField { known: named, .. } = &refused else {
        panic!("{refused:?}");
    };
    assert!(
        named[0].starts_with("/tit") && named[1].starts_with("/tit"),
        "{named:?}"
    );
    assert_eq!(refused.to_string(), "no issue has a field \"titl\"");

    let there = [mapping(1, "/title", "subject")];
    let taken = check(&mapping(2, "/number", "subject"), &there).unwrap_err();
    assert_eq!(taken.to_string(), "/title is mapped to subject already");
    let twice = check(&mapping(2, "/title", "headline"), &there).unwrap_err();
    assert_eq!(twice, taken);
    // An edit is not held against itself.
    assert_eq!(check(&mapping(1, "/number", "subject"), &there), Ok(()));
    // A field that was taken stays taken while nobody sees it, and none becomes it.
    let unseen = [mapping(1, "/unseen", "subject")];
    assert_eq!(check(&mapping(1, "/unseen", "headline"), &unseen), Ok(()));
    assert!(check(&mapping(2, "/unseen", "headline"), &unseen).is_err());
    for wrong in ["", " a", "a=b", "a\u{1b}[2J", &"x".repeat(LONGEST_NAME + 1)] {
        let refused = check(&mapping(1, "/title", wrong), &[]).unwrap_err();
        assert!(matches!(refused, MappingRefused::Name(_)), "{refused:?}");
    }
    let many: Vec<ConfigItem> = (0..MOST_MAPPINGS as u32)
        .map(|n| mapping(n, &format!("/f{n}"), &format!("f{n}")))
        .collect();
    let refused = check(&mapping(999, "/title", "more"), &many).unwrap_err();
    assert!(
        matches!(refused, MappingRefused::TooMany { .. }),
        "{refused:?}"
    );
}

#[test]
fn what_people_give_is_kept_and_what_is_mapped_is_refused() {
    let mut issue = record(json!({"title": "Fix"}));
    let mappings = [mapping(1, "/title", "subject")];
    let own = set(
        &issue,
        &names(&[("priority", "high"), ("note", "x")]),
        &mappings,
    )
    .unwrap();
    issue.own = own;
    let own = set(&issue, &names(&[("note", "")]), &mappings).unwrap();
    assert_eq!(own, names(&[("priority", "high")]));
    let refused = set(&issue, &names(&[("subject", "mine")]), &mappings).unwrap_err();
    assert!(refused.to_string().contains("/title"), "{refused}");
    assert_eq!(
        set(&issue, &BTreeMap::new(), &mappings),
        Err(OwnRefused::Nothing)
    );
    let many: BTreeMap<String, String> = (0..=MOST_OWN)
        .map(|n| (format!("f{n}"), "x".to_owned()))
        .collect();
    assert_eq!(set(&issue, &many, &[]), Err(OwnRefused::TooMany));
    let bad = names(&[("a=b", "x")]);
    assert!(matches!(set(&issue, &bad, &[]), Err(OwnRefused::Name(_))));
}
