//! OAuth 2.0: the way to the vendor's consent page, back, and from a code or a refresh token to tokens.

mod authorize;
mod body;
mod callback;
mod device;
mod endpoint;
mod id_token;
mod refusal;
mod reply;

pub use authorize::{Authorize, AuthorizeRequest};
pub use callback::{CallbackError, Expected, callback_fields, check_callback, parse_callback};
pub use device::{DeviceCode, DevicePoll};
pub use endpoint::Exchange;
pub use id_token::IdTokenError;
pub use refusal::TokenError;
pub use reply::{IssuedToken, TokenSet};

pub(crate) use authorize::authorize;
pub(crate) use device::{poll_device, start_device};
pub(crate) use endpoint::{check_id_token, exchange, refresh};
pub(crate) use id_token::claims;
pub(crate) use refusal::{TradedIn, judge, unanswered};
