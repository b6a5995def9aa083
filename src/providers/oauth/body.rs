//! What the token endpoint is sent beside what RFC 6749 asks for, and in which writing.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::form_urlencoded;

use crate::domain::provider::TokenEncode;
use crate::providers::app::App;
use crate::providers::http::Outgoing;
use crate::providers::request::{SetupError, set_body};

/// Gives the request its body: the grant's own form, with the file's `token_params` where the grant says nothing, in the
/// writing that the vendor reads.
pub(super) fn write(outgoing: &mut Outgoing, app: &App, form: &[u8]) -> Result<(), SetupError> {
    let mut params: BTreeMap<String, SecretString> = form_urlencoded::parse(form)
        .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
        .collect();
    for (name, template) in &app.file.auth.token_params {
        if !params.contains_key(name) {
            params.insert(name.clone(), app.names().fill(template)?.sent);
        }
    }
    for (name, template) in &app.file.auth.token_headers {
        let value = app.names().fill(template)?;
        outgoing.header(name, value.sent.expose_secret())?;
    }
    let sent = params
        .iter()
        .map(|(name, value)| (name.as_str(), value.expose_secret()));
    let (kind, body) = match app.file.auth.token_encode {
        TokenEncode::Form => (
            "application/x-www-form-urlencoded",
            form_urlencoded::Serializer::new(String::new())
                .extend_pairs(sent)
                .finish(),
        ),
        TokenEncode::Json => (
            "application/json",
            json!(sent.collect::<BTreeMap<_, _>>()).to_string(),
        ),
    };
    Ok(set_body(outgoing, kind, body.into_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::Method;
    use url::Url;

    fn written(auth: &str) -> (String, String) {
        let text = format!(
            "id = \"acme\"\nname = \"Acme\"\ncategory = \"other\"\n[vars]\nback = \"http://127.0.0.1:8976/callback/acme\"\n[auth]\nkind = \"oauth2\"\nissuer = \"https://as.example\"\n{auth}"
        );
        let app = App::new(
            crate::providers::parse(&text, "acme.toml").unwrap().into(),
            &BTreeMap::new(),
        );
        let url = Url::parse("https://as.example/token").unwrap();
        let mut outgoing = Outgoing::new(Method::POST, url, 1);
        write(
            &mut outgoing,
            &app,
            b"grant_type=refresh_token&refresh_token=a%2Bb",
        )
        .unwrap();
        let kind = outgoing.headers["content-type"].to_str().unwrap();
        (
            kind.to_owned(),
            String::from_utf8(outgoing.body.unwrap()).unwrap(),
        )
    }

    #[test]
    fn the_files_parameters_stand_beside_the_grants_and_do_not_replace_them() {
        let (kind, body) = written(
            "token_params = { redirect_uri = \"{back}\", expires_in = \"3600\", grant_type = \"password\" }",
        );
        assert_eq!(kind, "application/x-www-form-urlencoded");
        assert_eq!(
            body,
            "expires_in=3600&grant_type=refresh_token&redirect_uri=http%3A%2F%2F127.0.0.1%3A8976%2Fcallback%2Facme&refresh_token=a%2Bb"
        );
    }

    #[test]
    fn a_vendor_that_reads_json_is_sent_json() {
        let (kind, body) = written("token_encode = \"json\"");
        assert_eq!(kind, "application/json");
        assert_eq!(
            body,
            r#"{"grant_type":"refresh_token","refresh_token":"a+b"}"#
        );
    }
}
