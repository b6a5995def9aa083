//! What a call ends, and which calls are left out.

use super::*;
use crate::domain::provider::ProviderFile;

fn calls(disconnect: &str) -> Vec<Call> {
    let file = format!(
        r#"
id = "one"
name = "One"
category = "payments"

[auth]
kind = "oauth2"
authorize = "https://one.example/authorize"
token = "https://one.example/token"
revoke = "https://one.example/revoke"

{disconnect}
"#
    );
    toml::from_str::<ProviderFile>(&file).unwrap().calls()
}

fn token(n: u128, kind: TokenKind, label: &str) -> RunToken {
    RunToken {
        label: label.to_owned(),
        ..RunToken::known_by(id(n), kind, format!("{n:016x}"))
    }
}

const WIDE: CallReach = CallReach {
    uninstall: false,
    wide: true,
};

/// Two sets of two, as Slack issues them for a bot and a person.
fn two_sets() -> [RunToken; 4] {
    [
        token(1, TokenKind::Refresh, "bot"),
        token(2, TokenKind::Access, "bot"),
        token(3, TokenKind::Refresh, "user"),
        token(4, TokenKind::Access, "user"),
    ]
}

fn id(n: u128) -> CredentialId {
    CredentialId::new(ulid::Ulid::from(n))
}

const ENDS_ITS_SET: &str = r#"
[[disconnect]]
method = "POST"
url = "https://one.example/revoke"
token = "refresh"
kills = ["refresh", "access"]
blast = "token"
"#;

#[test]
fn a_call_about_one_token_ends_its_own_set_and_no_other_of_its_kind() {
    let made = intents(&calls(ENDS_ITS_SET), &two_sets(), WIDE);
    let kills: Vec<Vec<CredentialId>> = made.into_iter().map(|it| it.kills).collect();
    assert_eq!(kills, [[id(1), id(2)], [id(3), id(4)]]);
}

#[test]
fn a_call_that_ends_a_grant_ends_every_token_it_names() {
    let wide = ENDS_ITS_SET.replace("blast = \"token\"", "blast = \"grant\"");
    for intent in intents(&calls(&wide), &two_sets(), WIDE) {
        assert_eq!(intent.kills, [id(1), id(2), id(3), id(4)]);
    }
}

#[test]
fn a_token_that_was_replaced_is_not_ended_with_its_successor() {
    let tokens = [
        token(1, TokenKind::Access, ""),
        token(2, TokenKind::Access, ""),
    ];
    let of_one = ENDS_ITS_SET
        .replace("token = \"refresh\"", "token = \"access\"")
        .replace("kills = [\"refresh\", \"access\"]\n", "");
    let made = intents(&calls(&of_one), &tokens, WIDE);
    let kills: Vec<Vec<CredentialId>> = made.into_iter().map(|it| it.kills).collect();
    assert_eq!(kills, [[id(1)], [id(2)]]);
}

#[test]
fn what_others_hold_is_left_alone_with_what_its_call_would_end_along() {
    let holds = |token: CredentialId| move |it: &Intent| !it.kills.contains(&token);
    let decided = decide(&calls(ENDS_ITS_SET), &two_sets(), WIDE, holds(id(2)));
    assert_eq!(decided.left_alone(), [id(1), id(2)]);
    assert_eq!(decided.spared(), [id(1), id(2)]);
    let made: Vec<_> = decided.made.iter().map(|it| it.token.clone()).collect();
    assert_eq!(made, [Some(id(3))]);
    assert_eq!(decided.skipped().into_iter().collect::<Vec<_>>(), [0]);
}

#[test]
fn what_another_call_ends_all_the_same_is_not_left_alone() {
    let also_by_itself = format!(
        r#"{ENDS_ITS_SET}
[[disconnect]]
method = "POST"
url = "https://one.example/revoke"
token = "access"
blast = "token"
"#
    );
    let holds_refresh = |it: &Intent| !it.kills.contains(&id(1));
    let decided = decide(&calls(&also_by_itself), &two_sets(), WIDE, holds_refresh);
    assert_eq!(decided.left_alone(), [id(1)]);
}

#[test]
fn nothing_wider_is_made_where_the_reach_is_narrow() {
    let wide = ENDS_ITS_SET.replace("blast = \"token\"", "blast = \"grant\"");
    let narrow = CallReach {
        wide: false,
        ..WIDE
    };
    let decided = decide(&calls(&wide), &two_sets(), narrow, |_| true);
    assert_eq!(decided.made, []);
    assert_eq!(decided.left_alone(), [id(1), id(2), id(3), id(4)]);
}

#[test]
fn a_call_that_ends_a_grant_ends_nothing_that_another_account_granted() {
    let wide = ENDS_ITS_SET.replace("blast = \"token\"", "blast = \"grant\"");
    let mut tokens = two_sets();
    for token in &mut tokens[2..] {
        token.issued_for = IssuedFor::Earlier("bot".to_owned());
    }
    let made = intents(&calls(&wide), &tokens, WIDE);
    let kills: Vec<Vec<CredentialId>> = made.iter().map(|it| it.kills.clone()).collect();
    assert_eq!(kills, [[id(1), id(2)], [id(3), id(4)]]);
    let earlier = made[1].account(&tokens);
    assert_eq!(*earlier, IssuedFor::Earlier("bot".to_owned()));
}
