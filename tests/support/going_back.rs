//! What a person types in a data folder to go on with the store of before an upgrade, as the README says under "Going back".

use std::fs;
use std::path::Path;

/// The newer store is set aside, the one of before takes its place, and its head with it.
pub(crate) fn go_back(data: &Path, format: u32) {
    fs::create_dir(data.join("newer")).unwrap();
    for name in ["db", "head", "audit.log"] {
        fs::rename(data.join(name), data.join("newer").join(name)).unwrap();
    }
    fs::rename(data.join(format!("db.{format}")), data.join("db")).unwrap();
    fs::copy(data.join("db/whole"), data.join("head")).unwrap();
}
