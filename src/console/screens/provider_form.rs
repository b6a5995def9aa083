//! A provider that keeps to OAuth 2.0 or OpenID Connect, added by a few words. What needs more than these is a file, which
//! `tagout providers add FILE` takes.

use serde::Serialize;

use crate::console::form_question::{FormAnswers, FormField, FormFieldKind, FormQuestion};
use crate::domain::provider::Category;
use crate::wire::request::Request;
use crate::wire::rpc;

/// The groups of a provider file, as a choice; the first is chosen.
const CATEGORIES: [Category; 9] = [
    Category::Other,
    Category::Identity,
    Category::Crm,
    Category::Payments,
    Category::Issues,
    Category::Chat,
    Category::Email,
    Category::Calendar,
    Category::Files,
];
const CATEGORY_WORDS: &[&str] = &[
    "other", "identity", "crm", "payments", "issues", "chat", "email", "calendar", "files",
];

/// The least that a provider file says.
#[derive(Serialize)]
struct NewFile {
    id: String,
    name: String,
    category: Category,
    auth: NewAuth,
}

#[derive(Serialize)]
struct NewAuth {
    kind: &'static str,
    issuer: String,
    scopes: Vec<String>,
}

/// What is asked for one.
pub(super) fn addition() -> FormQuestion {
    FormQuestion {
        title: "A new provider".to_owned(),
        body: vec![
            "A server that keeps to OAuth 2.0 or OpenID Connect says the rest itself.".to_owned(),
            "One that does not needs a file: tagout providers add FILE.".to_owned(),
        ],
        fields: vec![
            FormField::text("Id", "small letters, digits and hyphens: acme-id"),
            FormField::text("Name", "what people call it: Acme ID"),
            FormField::new("Group", FormFieldKind::Choice(CATEGORY_WORDS), ""),
            FormField::text("Issuer", "its address: https://id.acme.example"),
            FormField::text("Scopes", "with spaces between: openid email offline_access"),
        ],
        verb: "Add",
        subject: String::new(),
        request: |_, answers: &FormAnswers<'_>| {
            let id = answers.wanted(0, "The id")?;
            let file_name = format!("{id}.toml");
            let category = CATEGORIES.get(answers.choice(2)).copied();
            let file = NewFile {
                id,
                name: answers.wanted(1, "The name")?,
                category: category.unwrap_or(Category::Other),
                auth: NewAuth {
                    kind: "oauth2",
                    issuer: answers.wanted(3, "The issuer")?,
                    scopes: answers.listed(4),
                },
            };
            let toml = toml::to_string(&file).map_err(|error| error.to_string())?;
            Ok(Request::ProviderAdd(rpc::ProviderAdd { toml, file_name }))
        },
        done: "The provider is added; e registers our app there.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_has_its_word() {
        let word = |it: &Category| serde_json::to_value(it).unwrap();
        let words: Vec<_> = CATEGORIES.iter().map(word).collect();
        assert_eq!(words, CATEGORY_WORDS);
    }
}
