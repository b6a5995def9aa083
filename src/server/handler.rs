//! What stands behind each request.

use std::sync::Arc;

use super::Server;
use super::caller::Caller;
use crate::wire::Problem;
use crate::wire::rpc::Rpc;

/// A request that the server answers. Implemented beside the feature that it is about.
pub(super) trait Handler: Rpc {
    /// Does what is asked, for a caller whom the gate has let in.
    fn handle(
        self,
        server: &Arc<Server>,
        caller: &Caller,
    ) -> impl Future<Output = Result<Self::Reply, Problem>> + Send;
}
