//! One thing of a list, asked for by its id.

use std::collections::BTreeMap;

use super::{PageError, refusal};
use crate::domain::provider::{Encode, SyncSpec, Verb};
use crate::providers::app::CallContext;
use crate::providers::http::{Http, HttpConnection, LIST_REPLY, Pool};
use crate::providers::request::{self, RequestSpec, SetupError};
use crate::providers::template::{THING, TemplateError};

/// Whether the vendor has this thing. That it has not is said by 404 and 410 alone.
pub(crate) async fn is_there(
    http: &Http,
    pool: &Pool,
    spec: &SyncSpec,
    context: &CallContext<'_>,
    id: &str,
) -> Result<bool, PageError> {
    let missing = || SetupError::from(TemplateError::Missing(THING.to_owned()));
    let url = spec.one_url().ok_or_else(missing)?;
    let request = RequestSpec {
        method: Verb::Get,
        url: &url,
        auth: &spec.auth,
        encode: Encode::None,
        params: &BTreeMap::new(),
        headers: &spec.headers,
        body: None,
        limit: LIST_REPLY,
    };
    let context = context.with_own(THING, id);
    let prepared = request::prepare(&request, &context)?;
    let answer = http
        .send(HttpConnection::Of(pool), prepared.outgoing)
        .await?;
    match refusal::refuse(&context, &answer) {
        Ok(()) => Ok(true),
        Err(PageError::Refused {
            status: 404 | 410, ..
        }) => Ok(false),
        Err(other) => Err(other),
    }
}
