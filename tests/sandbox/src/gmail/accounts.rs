//! The accounts of the demo data.

use crate::accounts;

/// The domain of the company's Workspace.
pub const DOMAIN: &str = "glpi.example";
/// The technician's own mailbox: it has the three labels.
pub const TECHNICIAN: &str = "pmarcoux@glpi.example";
/// The service's shared mailbox: it has none of them yet.
pub const SHARED: &str = "informatique@glpi.example";
/// A mailbox with nothing in it.
pub const EMPTY: &str = "croumieux@glpi.example";
/// A mailbox of another domain.
pub const FOREIGN: &str = "patrick.marcoux@ailleurs.example";
/// The names of the three labels.
pub const LABELS: [&str; 3] = [
    "Tickets (En cours)",
    "Tickets (Traités)",
    "Tickets (Urgent)",
];

/// The id of the web client.
pub const CLIENT_ID: &str = "tournee.apps.googleusercontent.com";
/// Its secret.
pub const CLIENT_SECRET: &str = "GOCSPX-bac-a-sable";
/// The service account that has domain-wide delegation.
pub const SERVICE_ACCOUNT: &str = "tournee@bac-a-sable.iam.gserviceaccount.com";

/// The service account's key as Google hands it out: `{client_email, private_key, token_uri, …}`. It opens nothing
/// but the sandbox.
pub const SERVICE_ACCOUNT_KEY: &str = include_str!("data/service-account.json");

/// The mailbox of the technician at a place in the list, from 0.
pub fn mailbox_of(at: usize) -> String {
    format!("{}@{DOMAIN}", accounts::technician(at))
}
