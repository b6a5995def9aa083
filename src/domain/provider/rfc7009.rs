//! What `dialect = "rfc7009"` stands for.

use std::collections::BTreeMap;

use serde_json::json;

use super::call::{Blast, Call, CallAuth, CallKind, Dialect, Encode, TokenKind, Verb};
use super::limited::Limited;
use super::matcher::Matcher;

impl Call {
    /// What a file without a recipe means. RFC 7009 2.1 lets the server end the whole grant with one token of it, and many
    /// do, so that nobody is told of a narrower reach.
    pub(super) fn by_the_book() -> Call {
        Call {
            dialect: Some(Dialect::Rfc7009),
            kind: CallKind::Revoke,
            token: None,
            method: Verb::Post,
            url: String::new(),
            auth: None,
            encode: None,
            params: BTreeMap::new(),
            headers: BTreeMap::new(),
            body: None,
            success: Matcher::default(),
            gone: Matcher::default(),
            fatal: Matcher::default(),
            limited: Limited::default(),
            token_in_url: false,
            kills: Vec::new(),
            blast: Blast::Grant,
            is_reach_assumed: true,
            residual: None,
            optional: false,
        }
    }

    /// The calls that an entry stands for: itself, or what its dialect means.
    #[must_use]
    pub fn expand(&self) -> Vec<Call> {
        match (self.dialect, self.token) {
            (None, _) => vec![self.clone()],
            (Some(Dialect::Rfc7009), Some(kind)) => vec![self.as_rfc7009(kind)],
            (Some(Dialect::Rfc7009), None) => {
                vec![
                    self.as_rfc7009(TokenKind::Refresh),
                    self.as_rfc7009(TokenKind::Access),
                ]
            }
        }
    }

    /// RFC 7009 2.1: POST `token` and `token_type_hint`, the client authenticated as at the token endpoint. 2.2: 200
    /// for a dead token too, so only an `invalid_token` that some servers put there nevertheless says `gone`.
    fn as_rfc7009(&self, kind: TokenKind) -> Call {
        let mut call = Call {
            dialect: None,
            token: Some(kind),
            ..self.clone()
        };
        if call.url.is_empty() {
            call.url = "{revoke}".into();
        }
        call.auth.get_or_insert(CallAuth::Client);
        call.encode.get_or_insert(Encode::Form);
        call.params
            .entry("token".into())
            .or_insert_with(|| "{token}".into());
        call.params
            .entry("token_type_hint".into())
            .or_insert_with(|| kind.hint().into());
        if call.gone.is_empty() {
            call.gone = Matcher {
                pointer: Some("/error".into()),
                equals: Some(json!("invalid_token")),
                ..Matcher::default()
            };
        }
        if call.kills.is_empty() {
            call.kills = vec![kind];
        }
        call
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Call {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn alone_it_means_refresh_then_access() {
        let calls = entry("dialect = \"rfc7009\"").expand();
        let needs: Vec<_> = calls.iter().map(Call::needs).collect();
        assert_eq!(needs, [TokenKind::Refresh, TokenKind::Access]);
        let hints: Vec<_> = calls
            .iter()
            .map(|call| call.params["token_type_hint"].as_str())
            .collect();
        assert_eq!(hints, ["refresh_token", "access_token"]);
        assert!(
            calls
                .iter()
                .all(|call| call.url == "{revoke}" && call.auth() == &CallAuth::Client)
        );
    }

    #[test]
    fn without_a_recipe_an_endpoint_is_enough() {
        let file = |auth: &str| -> crate::domain::provider::ProviderFile {
            let head =
                "id = \"x\"\nname = \"X\"\ncategory = \"other\"\n[auth]\nkind = \"oauth2\"\n";
            toml::from_str(&format!("{head}{auth}")).unwrap()
        };
        for known in [
            "issuer = \"https://as.example\"",
            "revoke = \"https://as.example/r\"",
        ] {
            let calls = file(known).calls();
            assert_eq!(calls.len(), 2, "{known}");
            assert!(calls.iter().all(|call| call.blast == Blast::Grant));
        }
        assert!(file("token = \"https://as.example/t\"").calls().is_empty());
        let own =
            "issuer = \"https://as.example\"\n[[disconnect]]\nurl = \"https://as.example/bye\"";
        assert_eq!(file(own).calls().len(), 1);
    }

    #[test]
    fn a_named_token_narrows_it_and_what_is_said_stays() {
        let calls = entry("dialect = \"rfc7009\"\ntoken = \"refresh\"\nencode = \"json\"\nkills = [\"refresh\", \"access\"]").expand();
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0].encode(), Encode::Json);
        assert!(calls[0].reaches(TokenKind::Access));
    }
}
