//! `tagout whoami`: who the server says you are.

use super::print::facts;
use super::{Session, VerbError};

pub(super) async fn run(session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let me = client.welcome();
    session.show(me, || {
        facts(&[
            ("user", me.user.clone()),
            ("role", me.role.word().to_owned()),
            ("workspace", me.workspace.clone()),
            ("address", me.address.clone().unwrap_or_default()),
            (
                "may change",
                match me.read_only {
                    true => "nothing: this session only looks".to_owned(),
                    false => "what the role may, less what was withdrawn (tagout users)".to_owned(),
                },
            ),
        ])
    })
}
