//! The file of a provider that takes a key, for benchmarks: `{U}` stands for where its vendor is.

/// `keyed`, whose vendor tells an account at `/me`.
pub(crate) const FILE: &str = r#"
id = "keyed"
name = "Keyed"
category = "other"
[auth]
kind = "api_key"
identity = { url = "{U}/me", id = "/id", label = "/id" }
[probe]
url = "{U}/me"
[[manual]]
text = "Keyed → Keys"
"#;
