//! A provider file of a vendor that a test makes up; `{U}` stands for its address, and the last table, the list of its things,
//! may go on.

pub(crate) const LIAR: &str = r#"
id = "liar"
name = "Liar"
category = "other"
[auth]
kind = "oauth2"
authorize = "{U}/authorize"
token = "{U}/token"
revoke = "{U}/revoke"
client_auth = "body"
refresh = "static"
identity = { url = "{U}/me", id = "/id", label = "/email" }
[[disconnect]]
dialect = "rfc7009"
[probe]
url = "{U}/me"
dead = { status = [401] }
[[sync]]
entity = "thing"
url = "{U}/items"
id = "/id"
label = "/name"
"#;
