//! The server's configuration for a run on this machine.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// One GLPI of the configuration.
pub struct Source {
    id: &'static str,
    name: &'static str,
    color: &'static str,
    url: String,
}

/// The sandbox's two.
pub fn demo_sources(glpi_92_port: u16, glpi_10_port: u16) -> [Source; 2] {
    [
        Source {
            id: "ancien",
            name: "Ancien GLPI",
            color: "#b45309",
            url: format!("http://127.0.0.1:{glpi_92_port}/glpi"),
        },
        Source {
            id: "nouveau",
            name: "Nouveau GLPI",
            color: "#0b5d8a",
            url: format!("http://127.0.0.1:{glpi_10_port}"),
        },
    ]
}

/// The sandbox's Gmail: its client, and where it stands in for Google.
pub struct Gmail {
    /// Its port.
    pub port: u16,
    /// The file with the client's secret.
    pub secret: PathBuf,
}

impl Gmail {
    /// The secret that the sandbox's client has.
    pub const SECRET: &str = "GOCSPX-bac-a-sable";

    fn table(&self, text: &mut String) {
        let google = format!("http://127.0.0.1:{}", self.port);
        text.push_str("\n[gmail]\n");
        for (name, value) in [
            ("client_id", "tournee.apps.googleusercontent.com".to_owned()),
            ("client_secret_file", self.secret.display().to_string()),
            ("shared", "informatique@glpi.example".to_owned()),
            ("domain", "glpi.example".to_owned()),
            ("authorize_url", format!("{google}/o/oauth2/v2/auth")),
            ("token_url", format!("{google}/token")),
            ("revoke_url", format!("{google}/revoke")),
            ("api_url", google.clone()),
        ] {
            line(text, name, &value);
        }
    }
}

/// Where the demo's stores are.
const STORES: &str = include_str!("../../../../tests/sandbox/demo-stores.toml");

/// The text of `tournee.toml`.
pub fn text(
    port: u16,
    data: &Path,
    web: &Path,
    key: &Path,
    gmail: &Gmail,
    sources: &[Source],
) -> String {
    let address = format!("127.0.0.1:{port}");
    let mut text = "# Written by `cargo xtask run` at each start.\n".to_owned();
    let settings = [
        ("listen", address.clone()),
        ("public_url", format!("http://{address}")),
        ("data_dir", data.display().to_string()),
        ("web_dir", web.display().to_string()),
        ("key_file", key.display().to_string()),
    ];
    for (name, value) in settings {
        line(&mut text, name, &value);
    }
    gmail.table(&mut text);
    text.push('\n');
    text.push_str(STORES);
    for source in sources {
        text.push_str("\n[[glpi]]\n");
        for (name, value) in [
            ("id", source.id),
            ("name", source.name),
            ("color", source.color),
            ("url", &source.url),
        ] {
            line(&mut text, name, value);
        }
    }
    text
}

/// JSON's strings are TOML's basic strings too, escapes included.
fn line(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "{name} = {}", serde_json::Value::from(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_toml_whatever_the_folder_is_called() {
        let data = Path::new("/tmp/l'été \"\\ 1");
        let text = text(
            8081,
            data,
            Path::new("/web"),
            Path::new("/key"),
            &Gmail {
                port: 3,
                secret: PathBuf::from("/secret"),
            },
            &demo_sources(1, 2),
        );
        let config: toml::Table = text.parse().unwrap();
        assert_eq!(config["data_dir"].as_str(), data.to_str());
        assert_eq!(config["listen"].as_str(), Some("127.0.0.1:8081"));
        let urls: Vec<_> = config["glpi"]
            .as_array()
            .unwrap()
            .iter()
            .map(|glpi| glpi["url"].as_str().unwrap())
            .collect();
        assert_eq!(urls, ["http://127.0.0.1:1/glpi", "http://127.0.0.1:2"]);
        let token = config["gmail"]["token_url"].as_str();
        assert_eq!(token, Some("http://127.0.0.1:3/token"));
    }
}
