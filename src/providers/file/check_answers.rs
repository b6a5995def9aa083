//! Checks of what a file says of the answers that an authorization brings.

use super::FileProblem;
use super::check_requests::check_headers;
use super::check_values::{check_matcher, check_pointer};
use crate::domain::provider::ProviderFile;
use crate::providers::template;

/// The token endpoint's answers, the callback and the answer that says who the account is.
pub(super) fn check_token_answers(file: &ProviderFile) -> Result<(), FileProblem> {
    let auth = &file.auth;
    check_matcher("auth.refused", &auth.refused)?;
    check_matcher("auth.passing", &auth.passing)?;
    check_headers(file, "auth.token_headers", &auth.token_headers)?;
    if let Some(pointer) = &auth.expires_at {
        check_pointer("auth.expires_at", pointer)?;
    }
    for (at, field) in auth.token_fields.iter().enumerate() {
        check_name(file, &format!("auth.token_fields[{at}]"), field)?;
    }
    for name in auth.callback_fields.keys() {
        check_name(file, &format!("auth.callback_fields.{name}"), name)?;
    }
    for (name, place) in &auth.identity_fields {
        let field = format!("auth.identity_fields.{name}");
        check_name(file, &field, name)?;
        check_pointer(&field, &place.pointer())?;
    }
    if auth.identity.is_none() && !auth.identity_fields.is_empty() {
        return Err(FileProblem::new(
            "auth.identity_fields",
            "are read from nowhere; expected identity beside them",
        ));
    }
    for (at, also) in auth.also.iter().enumerate() {
        let pointers = [
            ("access", Some(&also.access)),
            ("refresh", also.refresh.as_ref()),
            ("expires_in", also.expires_in.as_ref()),
            ("expires_at", also.expires_at.as_ref()),
            ("scope", also.scope.as_ref()),
        ];
        for (name, pointer) in pointers {
            if let Some(pointer) = pointer {
                check_pointer(&format!("auth.also[{at}].{name}"), pointer)?;
            }
        }
    }
    Ok(())
}

/// A name of a field that may stand in braces, where nothing else stands for it.
fn check_name(file: &ProviderFile, at: &str, name: &str) -> Result<(), FileProblem> {
    if !template::is_name(name) {
        return Err(FileProblem::new(
            at,
            format!("{name:?}; expected a-z, 0-9 and _"),
        ));
    }
    if template::RESERVED.contains(&name) || file.vars.contains_key(name) {
        return Err(FileProblem::new(
            at,
            format!("{name:?} stands for something else already; expected another name"),
        ));
    }
    Ok(())
}
