//! The accounts of the demo data.

use crate::options::Version;

/// The password of every account.
pub const PASSWORD: &str = "tournee";
/// The super-admin.
pub const SUPER_ADMIN: &str = "glpi";
/// The first technician, Marcoux Patrick.
pub const TECHNICIAN: &str = "pmarcoux";
/// A technician with two profiles: Technician at the root, Supervisor at the stores.
pub const TWO_PROFILES: &str = "croumieux";
/// A self-service user.
pub const SELF_SERVICE: &str = "user01";
/// A technician whose account was deactivated.
pub const LOCKED: &str = "jancien";

const LOGINS: &[&str] = &[
    "pmarcoux",
    "croumieux",
    "etremolieres",
    "bfabregues",
    "mgarcin",
    "njourdan",
    "saillaud",
    "tgiraud",
    "lpellegrin",
    "oisnard",
    "nblanc",
    "rcastellan",
];

/// The login of the technician at a place in the list, from 0.
pub fn technician(at: usize) -> String {
    match LOGINS.get(at) {
        Some(login) => (*login).to_owned(),
        None => format!("tech{:03}", at + 1),
    }
}

/// The personal API token of an account: 40 letters and digits, different in each GLPI.
pub fn api_token(version: Version, login: &str) -> String {
    use sha1::{Digest, Sha1};
    let digest = Sha1::digest(format!("{version:?} {login}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_differ() {
        let old = api_token(Version::V9_2, TECHNICIAN);
        assert_eq!(old.len(), 40);
        assert_ne!(old, api_token(Version::V10_0, TECHNICIAN));
        assert_eq!(technician(0), TECHNICIAN);
        assert_eq!(technician(1), TWO_PROFILES);
    }
}
