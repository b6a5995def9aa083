use super::*;

fn id(n: u32) -> ConnectionId {
    format!("con_{n:026}").parse().unwrap()
}

fn words(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|&it| it.to_owned()).collect()
}

fn standing(n: u32) -> Standing {
    Standing {
        connection: id(n),
        generation: 1,
        shares: BTreeSet::new(),
        secrets: words(&["refresh 1 "]),
        reaches: words(&["grant"]),
        dependents: words(&["Quarterly report"]),
    }
}

fn sharing(n: u32, with: &[(u32, u32)]) -> Standing {
    Standing {
        shares: with
            .iter()
            .map(|(n, generation)| (id(*n), *generation))
            .collect(),
        ..standing(n)
    }
}

/// Targets, as these were accepted together.
fn targets(all: &[Standing]) -> Vec<WalkTarget> {
    let together: BTreeSet<ConnectionId> = all.iter().map(|it| it.connection.clone()).collect();
    let target = |(index, it): (usize, &Standing)| {
        let text = serde_json::json!({
            "walkthrough": "wlk_01jd7000000000000000000001", "index": index, "connection": it.connection,
            "version": 1, "generation": it.generation, "provider": "ledger", "name": "acme", "owner": "workspace",
            "accepted": it.accepted(&together),
        });
        serde_json::from_value(text).unwrap()
    };
    all.iter().enumerate().map(target).collect()
}

fn left_of(accepted: &[Standing], now: Vec<Result<Standing, String>>) -> Vec<(usize, String)> {
    left_once(false, accepted, now)
}

fn left_once(
    has_begun: bool,
    accepted: &[Standing],
    now: Vec<Result<Standing, String>>,
) -> Vec<(usize, String)> {
    let targets = targets(accepted);
    let looked = targets.iter().zip(now);
    let looked: Vec<Looked<'_>> = looked
        .map(|(target, now)| Looked {
            target,
            now,
            has_begun,
        })
        .collect();
    left(&looked).into_iter().collect()
}

#[test]
fn what_stands_as_accepted_is_not_left() {
    let all = [
        standing(1),
        sharing(2, &[(3, 1), (9, 4)]),
        sharing(3, &[(2, 1), (9, 4)]),
    ];
    assert_eq!(left_of(&all, all.iter().cloned().map(Ok).collect()), []);
}

#[test]
fn each_part_that_changed_is_named() {
    let changed = [
        (
            Standing {
                generation: 2,
                ..standing(1)
            },
            "it was connected anew since this was planned",
        ),
        (
            sharing(1, &[(9, 1)]),
            "who else shares its grant has changed since this was planned",
        ),
        (
            Standing {
                secrets: words(&["refresh 1 ", "api_key cre"]),
                ..standing(1)
            },
            "its refresh tokens or keys have changed since this was planned",
        ),
        (
            Standing {
                reaches: words(&[]),
                ..standing(1)
            },
            "what its calls would end has changed since this was planned",
        ),
        (
            Standing {
                dependents: words(&["Quarterly report", "Payroll"]),
                ..standing(1)
            },
            "what depends on it has changed since this was planned",
        ),
    ];
    for (now, why) in changed {
        assert_eq!(
            left_of(&[standing(1)], vec![Ok(now)]),
            [(0, why.to_owned())]
        );
    }
    let gone = "it is disconnected already".to_owned();
    assert_eq!(
        left_of(&[standing(1)], vec![Err(gone.clone())]),
        [(0, gone)]
    );
}

/// 1 and 2 share a grant, 2 and 3 as well; that 3 was connected anew leaves all three, and 4 alone ends.
#[test]
fn who_would_die_with_one_that_is_left_is_left() {
    let accepted = [
        sharing(1, &[(2, 1)]),
        sharing(2, &[(1, 1), (3, 1)]),
        sharing(3, &[(2, 1)]),
        standing(4),
    ];
    let now = vec![
        Ok(sharing(1, &[(2, 1)])),
        Ok(sharing(2, &[(1, 1), (3, 2)])),
        Ok(Standing {
            generation: 2,
            ..sharing(3, &[(2, 1)])
        }),
        Ok(standing(4)),
    ];
    let left: Vec<usize> = left_of(&accepted, now)
        .into_iter()
        .map(|(at, _)| at)
        .collect();
    assert_eq!(left, [0, 1, 2]);
}

#[test]
fn what_depends_on_it_may_end_before_it_once_others_have_begun() {
    let now = || Standing {
        dependents: words(&[]),
        ..standing(1)
    };
    assert_eq!(left_of(&[standing(1)], vec![Ok(now())]).len(), 1);
    assert_eq!(left_once(true, &[standing(1)], vec![Ok(now())]), []);
}

#[test]
fn renewed_tokens_are_no_change() {
    let credential = |kind: &str, issue: u32, state: &str, label: &str| -> Credential {
        let text = serde_json::json!({
            "id": format!("cre_{issue:026}"), "connection": id(1), "generation": 3, "issue": issue, "kind": kind,
            "label": label, "fingerprint": "withheld", "issued_at": "2026-11-29T00:00:00Z", "expires_at": null,
            "passed_at": null, "state": state, "sealed": null,
        });
        serde_json::from_value(text).unwrap()
    };
    let planned = [
        credential("access", 1, "active", ""),
        credential("refresh", 1, "active", ""),
    ];
    // Hours later: rotated twice, the first one destroyed, and one answer lost.
    let then = [
        credential("refresh", 1, "destroyed", ""),
        credential("refresh", 2, "superseded", ""),
        credential("refresh", 3, "active", ""),
        credential("access", 3, "active", ""),
        credential("unknown", 4, "active", ""),
    ];
    assert_eq!(Standing::secrets(&planned), words(&["refresh 3 "]));
    assert_eq!(Standing::secrets(&then), words(&["refresh 3 "]));
    // Another set, and another key, are.
    let user = credential("refresh", 5, "active", "user");
    assert_eq!(Standing::secrets(&[user]), words(&["refresh 3 user"]));
    let keys = [5, 6].map(|issue| Standing::secrets(&[credential("api_key", issue, "active", "")]));
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn no_two_lists_look_alike() {
    let lists: [&[&str]; 4] = [&[], &[""], &["a", "b"], &["ab"]];
    let digests: BTreeSet<String> = lists.iter().map(|it| digest(*it)).collect();
    assert_eq!(digests.len(), lists.len());
}
