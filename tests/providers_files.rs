//! What a wrong provider file is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use tagout::providers::{Catalog, check, parse};

const GOOD: &str = r#"id = "acme"
name = "Acme"
category = "crm"
hosts = ["*.acme.example"]
[vars]
api = "https://api.acme.example"
[auth]
kind = "oauth2"
authorize = "{api}/authorize"
token = "{api}/token"
revoke = "{api}/revoke"
[[disconnect]]
kind = "uninstall"
method = "DELETE"
url = "{api}/install"
auth = "bearer"
success = { status = [204] }
residual = "30m"
[probe]
url = "{api}/me"
[[manual]]
text = "Acme → {app} → Remove"
url = "https://acme.example/apps"
checked_on = 2026-11-20
[[sync]]
entity = "contact"
url = "{api}/contacts"
items = "/results"
id = "/id"
page = { style = "cursor", param = "after", next = "/next" }
"#;

/// The error for the good file with one text replaced.
fn refusal(from: &str, to: &str) -> String {
    assert_eq!(
        GOOD.matches(from).count(),
        1,
        "{from:?} has to stand in the good file once"
    );
    parse(&GOOD.replace(from, to), "acme.toml")
        .expect_err(to)
        .to_string()
}

#[test]
fn the_good_file_is_good() {
    let file = parse(GOOD, "acme.toml").unwrap();
    assert_eq!(
        file.disconnect[0]
            .residual
            .as_ref()
            .unwrap()
            .duration()
            .as_secs(),
        1800
    );
    assert_eq!(file.manual[0].checked_on.unwrap().to_string(), "2026-11-20");
}

#[test]
fn a_wrong_shape_is_told_with_line_field_and_expectation() {
    let all = [
        refusal("id = \"acme\"", "id = acme"),
        refusal("name = \"Acme\"\n", ""),
        refusal("kind = \"oauth2\"\n", ""),
        refusal("id = \"/id\"\n", ""),
        refusal("category = \"crm\"", "category = \"crms\""),
        refusal(
            "kind = \"oauth2\"",
            "kind = \"oauth2\"\nclientauth = \"body\"",
        ),
        refusal("auth = \"bearer\"", "auth = \"beare\""),
        refusal("auth = \"bearer\"", "auth = \"header:\""),
        refusal("residual = \"30m\"", "residual = \"half an hour\""),
        refusal("checked_on = 2026-11-20", "checked_on = \"last week\""),
        refusal("status = [204]", "status = [\"204\"]"),
        refusal("style = \"cursor\"", "style = \"cursors\""),
        refusal("status = [204]", "status = 204"),
        refusal("{ status = [204] }", "204"),
        refusal("[\"*.acme.example\"]", "\"*.acme.example\""),
        refusal("residual = \"30m\"", "residual = 30"),
        refusal("[[manual]]", "[manual]"),
        refusal("name = \"Acme\"", "name = \"Acme\"\nname = \"Twice\""),
    ]
    .join("\n");
    insta::assert_snapshot!(all, @r##"
    acme.toml:1: string values must be quoted, expected literal string
    acme.toml:1: name: is missing
    acme.toml:7: auth.kind: is missing
    acme.toml:25: sync[0].id: is missing
    acme.toml:3: category: unknown variant `crms`, expected one of `crm`, `payments`, `issues`, `chat`, `email`, `calendar`, `files`, `identity`, `other`
    acme.toml:9: auth.clientauth: unknown field `clientauth`, expected one of `kind`, `issuer`, `authorize`, `token`, `refresh_url`, `device`, `introspect`, `revoke`, `userinfo`, `client_auth`, `token_encode`, `token_params`, `token_headers`, `token_body`, `expires_at`, `pkce`, `scopes`, `scope_separator`, `params`, `refresh`, `lifetime`, `identity`, `prove_refresh`, `superseded_for`, `passing`, `refused`, `revoked`, `expired`, `suspended`, `rights`, `mint`, `also`, `token_fields`, `callback_fields`, `identity_fields`, `nonce`
    acme.toml:16: disconnect[0].auth: "beare" is not one of none, client, basic, body, client_id, bearer, header:NAME, platform_key, app_jwt
    acme.toml:16: disconnect[0].auth: "header:" is not one of none, client, basic, body, client_id, bearer, header:NAME, platform_key, app_jwt
    acme.toml:18: disconnect[0].residual: "half an hour" is not a duration; write it like "30m", "12h" or "180 days"
    acme.toml:24: manual[0].checked_on: "last week" is not a date like 2026-11-20
    acme.toml:17: disconnect[0].success.status[0]: is the text "204"; expected a number without quotes
    acme.toml:30: sync[0].page.style: unknown variant `cursors`, expected one of `cursor`, `link`, `offset`, `page`, `starting_after`, `next_url`, `graphql`
    acme.toml:17: disconnect[0].success.status: is the number 204; expected a list in square brackets
    acme.toml:17: disconnect[0].success: is the number 204; expected a table, in braces or under its own heading
    acme.toml:4: hosts: is the text "*.acme.example"; expected a list in square brackets
    acme.toml:18: disconnect[0].residual: is the number 30; expected a text in quotes
    acme.toml:21: manual: is a table; expected a list; write [[manual]]
    acme.toml:3: name: stands twice; expected it once
    "##);
}

#[test]
fn a_wrong_meaning_is_told_as_well() {
    let all = [
        refusal("id = \"acme\"", "id = \"Acme Inc\""),
        refusal("\"*.acme.example\"", "\"*.com\""),
        refusal("api = \"https://", "token = \"https://"),
        refusal("api = \"https://", "api = \"http://"),
        refusal("{api}/install", "{apii}/install"),
        refusal("{api}/install", "{api/install"),
        refusal("{api}/install", "http://acme.example/install"),
        refusal("{api}/install", "{api}/tokens/{token}"),
        refusal("{api}/me", "https://user@acme.example/me"),
        refusal("token = \"{api}/token\"\n", ""),
        refusal("kind = \"oauth2\"", "kind = \"app_install\""),
        refusal("auth = \"bearer\"", "auth = \"app_jwt\""),
        refusal("url = \"{api}/install\"\n", ""),
        refusal("auth = \"bearer\"", "auth = \"body\""),
        refusal("auth = \"bearer\"", "params = { a = \"b\" }"),
        refusal(
            "auth = \"bearer\"",
            "auth = \"basic\"\ngone = { status = [401] }",
        ),
        refusal(
            "success = { status = [204] }",
            "success = { pointer = \"ok\", equals = true }",
        ),
        refusal(
            "success = { status = [204] }",
            "success = { pointer = \"/ok\" }",
        ),
        refusal(
            "success = { status = [204] }",
            "success = { equals = true }",
        ),
        refusal(
            "success = { status = [204] }",
            "success = { status = [99] }",
        ),
        refusal("url = \"{api}/me\"", "url = \"{api}/me\"\nauth = \"basic\""),
        refusal("{app} → Remove", "{application} → Remove"),
        refusal("https://acme.example/apps", "javascript:alert(1)"),
        refusal("param = \"after\", ", ""),
        refusal("next = \"/next\"", "next = \"/next\", size = 100"),
        refusal("id = \"/id\"", "id = \"id\""),
        refusal(
            "items = \"/results\"",
            "items = \"/results\"\nbody = \"query { x }\"",
        ),
        refusal("{api}/install", "/install"),
        refusal("{app} → Remove", "{App} → Remove"),
        refusal(
            "name = \"Acme\"",
            "name = \"Acme\"\nregister_url = \"acme.example/apps\"",
        ),
        refusal("kind = \"oauth2\"", "kind = \"api_key\""),
        refusal("auth = \"bearer\"", "token = \"api_key\""),
        refusal("auth = \"bearer\"", "token = \"installation\""),
        refusal(
            "kind = \"oauth2\"",
            "kind = \"oauth2\"\ntoken_params = { a = \"{b}\" }",
        ),
        refusal("url = \"{api}/me\"", "url = \"{api}/me\"\ndead = {}"),
        refusal(
            "next = \"/next\" }",
            "next = \"/next\" }\nsince = { param = \"q\", text = \"after:{time}\" }",
        ),
        refusal(
            "next = \"/next\" }",
            "next = \"/next\" }\nsince = { text = \"after:{since}\" }",
        ),
        refusal(
            "next = \"/next\" }",
            "next = \"/next\" }\nfields = { \"title\" = \"Title\" }",
        ),
        refusal(
            "next = \"/next\" }",
            "next = \"/next\" }\nfields = { \"\" = \"All\" }",
        ),
        refusal(
            "next = \"/next\" }",
            "next = \"/next\" }\nfields = { \"/title\" = \" \" }",
        ),
        refusal(
            "category = \"crm\"",
            "category = \"crm\"\nunverified = [\"probe.dead\"]",
        ),
        refusal(
            "category = \"crm\"",
            "category = \"crm\"\nunverified = [\"manual.text\"]",
        ),
    ]
    .join("\n");
    insta::assert_snapshot!(all, @r##"
    acme.toml:1: id: "Acme Inc"; expected lower-case letters, digits, - and _, a letter first
    acme.toml:4: hosts[0]: "*.com"; expected a host name, or *.domain with at least two labels
    acme.toml:6: vars.token: cannot be a var's name; expected a-z, 0-9 and _, and none of token, client_id, client_secret, platform_key, account_id, installation_id, revoke, userinfo
    acme.toml:6: vars.api: http:; expected https (http only for loopback)
    acme.toml:15: disconnect[0].url: unknown name {apii}; expected one of api, token, client_id, account_id, installation_id; vars are declared in [vars], fields of the token response in auth.token_fields
    acme.toml:15: disconnect[0].url: { and } do not pair up, or hold no name; expected names like {api}, of a-z, 0-9 and _
    acme.toml:15: disconnect[0].url: http:; expected https (http only for loopback)
    acme.toml:12: disconnect[0].token_in_url: is false, but the URL would carry the token; expected the token in the body, or true where the vendor has no other way
    acme.toml:20: probe.url: holds a user name; expected a URL without credentials
    acme.toml:7: auth.token: is missing; expected authorize and token, or an issuer to discover them from
    acme.toml:9: auth.authorize: is not used by kind = "app_install"; expected kind = "oauth2", or nothing here
    acme.toml:16: disconnect[0].auth: app_jwt is an installed app's; expected another auth, or auth.kind = "app_install"
    acme.toml:12: disconnect[0].url: is missing; expected a URL, or dialect = "rfc7009"
    acme.toml:16: disconnect[0].auth: puts the client among the parameters; expected encode = form, json or query
    acme.toml:16: disconnect[0].params: are not sent; expected encode = form, json or query
    acme.toml:17: disconnect[0].gone.status: 401 means wrong client credentials under this auth; expected pointer or contains beside it
    acme.toml:17: disconnect[0].success.pointer: "ok" is not a JSON pointer; expected one like "/paging/next"
    acme.toml:17: disconnect[0].success.pointer: stands alone; expected equals or in beside it
    acme.toml:17: disconnect[0].success: compares a value, but says not where; expected pointer beside equals or in
    acme.toml:17: disconnect[0].success.status: 99 is not an HTTP status
    acme.toml:19: probe.dead: 401 means wrong client credentials under this auth; expected what a dead token is answered with
    acme.toml:22: manual[0].text: unknown name {application}; expected one of api, app, client_id, account_id, installation_id; vars are declared in [vars], fields of the token response in auth.token_fields
    acme.toml:23: manual[0].url: javascript:; expected https
    acme.toml:30: sync[0].page.param: is missing; style "cursor" needs it
    acme.toml:30: sync[0].page.size: is not sent; expected size_param beside it
    acme.toml:29: sync[0].id: "id" is not a JSON pointer; expected one like "/paging/next"
    acme.toml:29: sync[0].body: and page.style = "graphql" go together; expected both or neither
    acme.toml:15: disconnect[0].url: "/install" is not a URL (relative URL without a base); expected https://…, or first a var that holds it, like {api}
    acme.toml:22: manual[0].text: { and } do not pair up, or hold no name; expected names like {api}, of a-z, 0-9 and _
    acme.toml:3: register_url: "acme.example/apps" is not a URL (relative URL without a base); expected https://…
    acme.toml:9: auth.authorize: is not used by kind = "api_key"; expected kind = "oauth2", or nothing here
    acme.toml:16: disconnect[0].token: the call needs api_key, and there is no key; expected access or refresh
    acme.toml:16: disconnect[0].token: the call needs installation, and nothing is installed here; expected access or refresh
    acme.toml:9: auth.token_params.a: unknown name {b}; expected one of api; vars are declared in [vars], fields of the token response in auth.token_fields
    acme.toml:21: probe.dead: is empty; expected what a dead token is answered with
    acme.toml:31: sync[0].since.text: does not say which time; expected {since} or {since.minutes} in it, which stands for it
    acme.toml:31: sync[0].since.text: is not sent; expected param beside it
    acme.toml:31: sync[0].fields: "title" is not a JSON pointer; expected one like "/paging/next"
    acme.toml:31: sync[0].fields: the empty pointer is the thing itself; expected one like "/title"
    acme.toml:31: sync[0].fields: "/title" has no name; expected what people call it
    acme.toml:4: unverified[0]: "probe.dead" does not stand in this file; expected the path of a field that does, like "auth.lifetime" or "disconnect[0].gone"
    acme.toml:4: unverified[0]: "manual.text" does not stand in this file; expected the path of a field that does, like "auth.lifetime" or "disconnect[0].gone", perhaps "manual[0].text"
    "##);
}

#[test]
fn rfc7009_needs_somewhere_to_go() {
    let dialect = |more: &str| {
        let text = GOOD.replace("kind = \"uninstall\"\nmethod = \"DELETE\"\nurl = \"{api}/install\"\nauth = \"bearer\"\nsuccess = { status = [204] }\n", &format!("dialect = \"rfc7009\"\n{more}"));
        parse(
            &text.replace("revoke = \"{api}/revoke\"\n", ""),
            "acme.toml",
        )
        .expect_err(more)
        .to_string()
    };
    let all = [
        dialect(""),
        dialect("url = \"{api}/r\"\nkills = [\"refresh\", \"access\"]\n"),
        dialect("url = \"{api}/r\"\ntoken = \"account\"\n"),
        dialect("url = \"{api}/r\"\nmethod = \"GET\"\n"),
    ]
    .join("\n");
    insta::assert_snapshot!(all, @r##"
    acme.toml:12: disconnect[0].dialect: rfc7009 needs an endpoint; expected auth.revoke, or auth.issuer to discover it from
    acme.toml:14: disconnect[0].kills: stands beside a dialect that makes two calls; expected token beside it
    acme.toml:14: disconnect[0].token: rfc7009 sends a token; expected access or refresh
    acme.toml:14: disconnect[0].method: rfc7009 is a POST (RFC 7009 2.1)
    "##);
}

#[test]
fn what_a_proof_rests_on_is_checked() {
    let probe = |more: &str| {
        let url = "url = \"{api}/me\"";
        refusal(url, &format!("{url}\n{more}"))
    };
    let control = |more: &str| refusal("[[manual]]", &format!("[control]\n{more}\n[[manual]]"));
    let auth = |more: &str| refusal("kind = \"oauth2\"", &format!("kind = \"oauth2\"\n{more}"));
    let call = |more: &str| refusal("auth = \"bearer\"", &format!("auth = \"bearer\"\n{more}"));
    let all = [
        probe("revoked = { status = [401] }"),
        probe("expired = { pointer = \"/error\" }"),
        probe("refusals = 0"),
        probe("refusals = \"many\""),
        probe("control = \"client\""),
        probe("control = \"clients\""),
        probe("suspended = { header = { \"no name\" = \"x\" } }"),
        control("url = \"{api}/app\""),
        control("url = \"{api}/app\"\nauth = \"bearer\""),
        control("url = \"{api}/app\"\nauth = \"app_jwt\""),
        control("url = \"{api}/app\"\nauth = \"basic\"\nheaders = { A = \"{token}\" }"),
        control("url = \"{api}/app\"\nauth = \"basic\"\nalive = { equals = 1 }"),
        control("url = \"{api}/app\"\nauth = \"basic\"\nencode = \"form\""),
        auth("prove_refresh = \"no\""),
        auth("superseded_for = \"soon\""),
        auth("expired = { status = [400] }"),
        auth("params = { nonce = \"x\" }"),
        auth("params = { redirect_uri = \"https://acme.example\" }"),
        call("limited = { reset = \"x-reset\" }"),
        call("limited = { status = [403], reset = \"x reset\" }"),
        call("gone = { status = [404], reset = \"x-reset\" }"),
    ]
    .join("\n");
    insta::assert_snapshot!(all, @r##"
    acme.toml:21: probe.revoked: is a status alone, which a made-up token gets as well; expected pointer, contains or header beside it
    acme.toml:21: probe.expired.pointer: stands alone; expected equals or in beside it
    acme.toml:21: probe.refusals: is 0, so that nothing could ever be asked; expected at least 1
    acme.toml:21: probe.refusals: is the text "many"; expected a number without quotes
    acme.toml:21: probe.control: says that the question authenticates our client, and its auth does not; expected auth = client, basic, body, client_id, platform_key or app_jwt
    acme.toml:21: probe.control: unknown variant `clients`, expected `client`
    acme.toml:21: probe.suspended.header: "no name" is not a header's name
    acme.toml:21: control.auth: is missing
    acme.toml:23: control.auth: unknown variant `bearer`, expected one of `platform_key`, `app_jwt`, `basic`
    acme.toml:23: control.auth: app_jwt is an installed app's; expected another auth, or auth.kind = "app_install"
    acme.toml:21: control: sends the connection's token; expected a read that needs none
    acme.toml:24: control.alive: compares a value, but says not where; expected pointer beside equals or in
    acme.toml:24: control.encode: unknown field `encode`, expected one of `method`, `url`, `auth`, `params`, `headers`, `alive`
    acme.toml:9: auth.prove_refresh: is the text "no"; expected true or false
    acme.toml:9: auth.superseded_for: "soon" is not a duration; write it like "30m", "12h" or "180 days"
    acme.toml:9: auth.expired: is a status alone, which a made-up token gets as well; expected pointer, contains or header beside it
    acme.toml:9: auth.params.nonce: is made anew for every flow; expected nothing here
    acme.toml:9: auth.params.redirect_uri: is made anew for every flow; expected nothing here
    acme.toml:17: disconnect[0].limited.reset: is never read; expected status, pointer, contains or header beside it
    acme.toml:17: disconnect[0].limited.reset: "x reset" is not a header's name
    acme.toml:17: disconnect[0].gone.reset: unknown field `reset`, expected one of `status`, `pointer`, `equals`, `in`, `contains`, `header`
    "##);
}

#[test]
fn a_gone_that_may_mean_something_else_is_warned_of() {
    let warned = |gone: &str| {
        let call = format!("auth = \"bearer\"\ngone = {gone}");
        let text = GOOD.replace("auth = \"bearer\"", &call);
        let warnings = check(&text, "acme.toml").unwrap().warnings;
        warnings
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(warned("{ status = [404, 422] }"), @r##"acme.toml:17: disconnect[0].gone.status: 422 alone does not say that the token was dead before, it also refuses wrong requests; expected pointer, contains or header beside it"##);
    for clear in [
        "{ status = [404] }",
        "{ status = [401], pointer = \"/error\", equals = \"token_revoked\" }",
        "{ status = [400], header = { \"x-error\" = \"gone\" } }",
    ] {
        assert_eq!(warned(clear), "", "{clear}");
    }
}

#[test]
fn a_stored_file_is_read_without_what_is_refused_in_a_new_one() {
    let params = "kind = \"oauth2\"\nparams = { nonce = \"n\", prompt = \"consent\" }";
    let text = GOOD.replace("kind = \"oauth2\"", params);
    let mut catalog = Catalog::default();
    catalog.add(&text, "acme.toml").unwrap_err();
    let entry = catalog.add_stored(&text, "acme").unwrap();
    let left: Vec<_> = entry.file.auth.params.keys().collect();
    assert_eq!(left, ["prompt"]);
    let warnings: Vec<_> = entry.warnings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(warnings.join("\n"), @r##"acme:9: auth.params.nonce: is made anew for every flow and is left out"##);
}

/// A chat: the list of its channels, and a list of messages for each.
const CHAT: &str = r#"[channels]
entity = "room"
private = { pointer = "/is_private", equals = true }
join = { url = "{api}/join", params = { channel = "{channel}" } }
[[sync]]
entity = "room"
url = "{api}/rooms"
id = "/id"
[[sync]]
entity = "message"
url = "{api}/messages"
params = { room = "{parent.id}" }
for_each = "room"
id = "/id"
"#;

#[test]
fn channels_and_lists_for_each_are_told_what_is_wrong_with_them() {
    let good = format!("{GOOD}{CHAT}");
    let file = parse(&good, "acme.toml").unwrap();
    assert_eq!(file.sync[2].for_each.as_deref(), Some("room"));
    let wrong = |from: &str, to: &str| {
        assert_eq!(CHAT.matches(from).count(), 1, "{from:?}");
        let text = format!("{GOOD}{}", CHAT.replace(from, to));
        parse(&text, "acme.toml").expect_err(to).to_string()
    };
    let all = [
        wrong(
            "[channels]\nentity = \"room\"",
            "[channels]\nentity = \"hall\"",
        ),
        wrong(
            "[channels]\nentity = \"room\"",
            "[channels]\nentity = \"message\"",
        ),
        wrong(
            "entity = \"room\"\nprivate",
            "entity = \"room\"\nparam = \"token\"\nprivate",
        ),
        wrong(
            "private = { pointer = \"/is_private\", equals = true }",
            "private = { status = [200] }",
        ),
        wrong("\"{channel}\"", "\"{room}\""),
        wrong("\"{channel}\"", "\"C1\""),
        wrong("{api}/join", "https://evil.example/join"),
        wrong("for_each = \"room\"\n", ""),
        wrong("\"{parent.id}\"", "\"C1\""),
        wrong("for_each = \"room\"", "for_each = \"hall\""),
        wrong("for_each = \"room\"", "for_each = \"message\""),
    ]
    .join("\n");
    insta::assert_snapshot!(all, @r#"
    acme.toml:32: channels.entity: "hall" is no entity of this file; expected one of [[sync]]
    acme.toml:32: channels.entity: "message" has for_each itself; expected an entity of one list
    acme.toml:33: channels.param: "token" cannot stand in braces; expected a-z, 0-9 and _, and none of token, client_id, client_secret, platform_key, account_id, installation_id, revoke, userinfo
    acme.toml:33: channels.private: expected pointer with equals or in, or contains; a thing has no status and no headers
    acme.toml:34: channels.join.params.channel: unknown name {room}; expected one of api, channel, token, client_id, account_id, installation_id; vars are declared in [vars], fields of the token response in auth.token_fields
    acme.toml:34: channels.join: does not say which channel; expected {channel} in url or params
    acme.toml:34: channels.join.url: goes to evil.example, which is none of the file's; expected a var that holds the address, or the host among `hosts`
    acme.toml:42: sync[2].params.room: unknown name {parent.id}; expected one of api, token, client_id, account_id, installation_id; vars are declared in [vars], fields of the token response in auth.token_fields
    acme.toml:43: sync[2].for_each: is not used; expected {parent.id} in url, params or headers
    acme.toml:43: sync[2].for_each: "hall" is no entity of this file; expected one of [[sync]]
    acme.toml:43: sync[2].for_each: "message" is no entity of one list; lists for each are not nested
    "#);
}

#[test]
fn a_file_that_leaves_people_without_a_path_is_warned_of() {
    let without = GOOD.split("[[manual]]").next().unwrap();
    let warned = |text: &str| -> Vec<String> {
        let checked = check(text, "acme.toml").unwrap();
        checked.warnings.iter().map(ToString::to_string).collect()
    };
    let expected = "manual: is missing: a person is not told where to revoke what is not proven dead; expected [[manual]]";
    let all = warned(without);
    assert!(all.iter().any(|it| it.contains(expected)), "{all:?}");
    assert!(!warned(GOOD).iter().any(|it| it.contains("manual")));
}

#[test]
fn an_issuer_and_its_keys_stand_beside_signed_tokens_alone() {
    let hook = |fields: &str| {
        let hook = format!("[webhook]\n{fields}\n[[manual]]");
        refusal("[[manual]]", &hook)
    };
    let all = [
        hook("signature = \"jwt\"\nkeys = \"{api}/keys\""),
        hook("signature = \"jwt\"\nissuer = \"https://issuer.example\""),
        hook("signature = \"jwt\"\nissuer = \" \"\nkeys = \"{api}/keys\""),
        hook("signature = \"jwt\"\nissuer = \"{apii}\"\nkeys = \"{api}/keys\""),
        hook("signature = \"jwt\"\nissuer = \"i\"\nkeys = \"{apii}/keys\""),
        hook("signature = \"jwt\"\nissuer = \"i\"\nkeys = \"http://keys.example\""),
        hook("signature = \"jwt\"\nissuer = \"i\"\nkeys = \"{api}/{token}\""),
        hook("signature = \"slack\"\nkeys = \"{api}/keys\""),
        hook("signature = \"slack\"\nissuer = \"i\""),
        hook("signature = \"slack\"\n[[webhook.on]]\naccount = \"sub\"\nnotice = \"revoked\""),
    ]
    .join("\n");
    insta::assert_snapshot!(all, @r#"
    acme.toml:21: webhook.issuer: is missing; expected who issues the signed tokens, and where its keys are (a JWKS)
    acme.toml:21: webhook.keys: is missing; expected who issues the signed tokens, and where its keys are (a JWKS)
    acme.toml:23: webhook.issuer: is missing; expected who issues the signed tokens, and where its keys are (a JWKS)
    acme.toml:23: webhook.issuer: unknown name {apii}; expected one of api; vars are declared in [vars], fields of the token response in auth.token_fields
    acme.toml:24: webhook.keys: unknown name {apii}; expected one of api; vars are declared in [vars], fields of the token response in auth.token_fields
    acme.toml:24: webhook.keys: http:; expected https (http only for loopback)
    acme.toml:24: webhook.keys: unknown name {token}; expected one of api; vars are declared in [vars], fields of the token response in auth.token_fields
    acme.toml:23: webhook.keys: stands beside a signature that is no token; expected signature = "jwt"
    acme.toml:23: webhook.issuer: stands beside a signature that is no token; expected signature = "jwt"
    acme.toml:24: webhook.on[0].account: "sub" is not a JSON pointer; expected one like "/paging/next"
    "#);
}
