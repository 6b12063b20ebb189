//! `tournee.toml`: what is wrong is said with its line.

use std::path::PathBuf;

use anyhow::Result;
use tempfile::TempDir;
use tournee::config::{Config, LogFormat};
use tournee_core::domain::Position;
use tournee_core::time::Seconds;

const GOOD: &str = r##"listen = "127.0.0.1:8080"
public_url = "https://tournee.example.org"
data_dir = "data"
key_file = "key"
trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
log = "json"

[refresh]
every_seconds = 7

[[glpi]]
id = "ancien"
name = "Ancien GLPI"
color = "#b45309"
url = "http://192.168.20.17/glpi"
timezone = "Europe/Paris"
"##;

fn write(text: &str) -> Result<(TempDir, PathBuf)> {
    let folder = tempfile::tempdir()?;
    tournee::vault::keygen(&folder.path().join("key"))?;
    std::fs::write(folder.path().join("gmail.secret"), "GOCSPX-x\n")?;
    let account = tournee_sandbox::gmail::accounts::SERVICE_ACCOUNT_KEY;
    std::fs::write(folder.path().join("account.json"), account)?;
    let path = folder.path().join("tournee.toml");
    std::fs::write(&path, text)?;
    Ok((folder, path))
}

#[test]
fn a_good_file_is_understood() -> Result<()> {
    let (folder, path) = write(GOOD)?;
    let config = Config::load(&path)?;
    assert_eq!(config.data_dir, folder.path().join("data"));
    assert_eq!(config.log, LogFormat::Json);
    assert_eq!(config.refresh.every.as_secs(), 7);
    assert!(config.proxies.trusts("10.1.2.3".parse()?));
    assert!(config.is_https());
    assert_eq!(config.glpi[0].name, "Ancien GLPI");
    Ok(())
}

#[test]
fn what_is_wrong_is_said_with_its_line() -> Result<()> {
    let cases = [
        ("log = \"json\"", "logs = \"json\"", 6, "unknown field"),
        (
            "listen = \"127.0.0.1:8080\"",
            "listen = \"8080\"",
            1,
            "socket address",
        ),
        ("https://tournee", "http://tournee", 2, "https"),
        ("example.org\"", "example.org/app\"", 2, "path"),
        (
            "key_file = \"key\"",
            "key_file = \"absent\"",
            4,
            "no such file",
        ),
        (
            "key_file = \"key\"",
            "key_file = \"key\"\nweb_dir = \"absent\"",
            5,
            "no such folder",
        ),
        (
            "key_file = \"key\"",
            "key_file = \"key\"\ntls_cert = \"absent\"\ntls_key = \"key\"",
            5,
            "no such file",
        ),
        (
            "key_file = \"key\"",
            "key_file = \"key\"\ntls_cert = \"key\"\ntls_key = \"absent\"",
            6,
            "no such file",
        ),
        ("\"10.0.0.0/8\"", "\"ten\"", 5, "networks"),
        ("#b45309", "orange", 14, "color"),
        ("http://192.168.20.17/glpi", "192.168.20.17", 15, "url"),
        ("192.168.20.17", ":secret@192.168.20.17", 15, "user"),
        ("Europe/Paris", "Europe/Pari", 16, "zone"),
        ("id = \"ancien\"", "id = \"Ancien GLPI\"", 12, "a-z"),
    ];
    for (good, bad, line, words) in cases {
        let (_folder, path) = write(&GOOD.replace(good, bad))?;
        let error = Config::load(&path).unwrap_err();
        assert_eq!(error.line, Some(line), "{error}");
        assert!(
            error
                .to_string()
                .contains(&format!("tournee.toml:{line}: "))
        );
        assert!(error.to_string().contains(words), "{error}");
    }
    Ok(())
}

#[test]
fn the_address_of_the_api_is_understood_as_that_of_its_glpi() -> Result<()> {
    for (given, meant) in [
        (
            "http://192.168.20.17/glpi/apirest.php",
            "http://192.168.20.17/glpi",
        ),
        ("http://192.168.20.17/apirest.php/", "http://192.168.20.17/"),
    ] {
        let (_folder, path) = write(&GOOD.replace("http://192.168.20.17/glpi", given))?;
        assert_eq!(Config::load(&path)?.glpi[0].url.as_str(), meant);
    }
    Ok(())
}

#[test]
fn two_glpis_of_one_id_and_none_at_all_are_refused() -> Result<()> {
    let second = "\n[[glpi]]\nid = \"ancien\"\nurl = \"http://glpi10.local\"\n";
    let (_folder, path) = write(&format!("{GOOD}{second}"))?;
    let error = Config::load(&path).unwrap_err();
    assert_eq!(error.line, Some(19), "{error}");
    let none = GOOD.split("[[glpi]]").next().unwrap_or_default();
    let (_folder, path) = write(none)?;
    assert!(
        Config::load(&path)
            .unwrap_err()
            .to_string()
            .contains("at least one")
    );
    Ok(())
}

#[test]
fn the_example_of_the_readme_is_understood() -> Result<()> {
    let readme = include_str!("../../../server/README.md");
    let example = readme
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let example = example
        .unwrap_or_default()
        .replace("/etc/tournee/key", "key")
        .replace("/etc/tournee/gmail.secret", "gmail.secret");
    let (_folder, path) = write(&example)?;
    let config = Config::load(&path)?;
    assert_eq!(config.glpi.len(), 2);
    let gmail = config.gmail.unwrap();
    assert_eq!(
        gmail.endpoints.api.as_str(),
        "https://gmail.googleapis.com/"
    );
    assert_eq!(gmail.client.unwrap().secret.reveal(), "GOCSPX-x");
    Ok(())
}

const GMAIL: &str = r#"
[gmail]
client_id = "x.apps.googleusercontent.com"
client_secret_file = "gmail.secret"
service_account_file = "account.json"
shared = "Info@Pacapart.example"
domain = "@pacapart.example"
label_done = "Fait"
api_url = "http://127.0.0.1:8025"
units_per_minute = 15000
"#;

#[test]
fn gmail_is_understood_and_its_faults_are_said_with_their_lines() -> Result<()> {
    let (_folder, path) = write(&format!("{GOOD}{GMAIL}"))?;
    let gmail = Config::load(&path)?.gmail.unwrap();
    assert_eq!(gmail.shared.unwrap().0, "info@pacapart.example");
    assert_eq!(gmail.domain.as_deref(), Some("pacapart.example"));
    assert_eq!(
        (gmail.labels.done.as_str(), gmail.labels.urgent.as_str()),
        ("Fait", "Tickets (Urgent)")
    );
    assert_eq!(
        gmail.service_account.unwrap().email,
        "tournee@bac-a-sable.iam.gserviceaccount.com"
    );
    let cases = [
        (
            "client_id = \"x.apps.googleusercontent.com\"",
            "",
            20,
            "together",
        ),
        ("gmail.secret", "absent", 20, "no such file"),
        ("account.json", "gmail.secret", 21, "key file"),
        ("Info@Pacapart.example", "info", 22, "address"),
        ("\"Fait\"", "\" \"", 24, "label"),
        ("http://127.0.0.1:8025", "127.0.0.1", 25, "api_url"),
        ("15000", "50", 26, "units"),
    ];
    for (good, bad, line, words) in cases {
        let (_folder, path) = write(&format!("{GOOD}{}", GMAIL.replace(good, bad)))?;
        let error = Config::load(&path).unwrap_err();
        assert_eq!(error.line, Some(line), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let (_folder, path) = write(&format!("{GOOD}\n[gmail]\nshared = \"a@b.example\"\n"))?;
    let error = Config::load(&path).unwrap_err().to_string();
    assert!(error.contains("nothing could open a mailbox"), "{error}");
    Ok(())
}

#[test]
fn stores_and_objectives_are_understood_and_what_is_wrong_is_said_with_its_line() -> Result<()> {
    let objectives = "\n[objectives]\nmajor_hours = 4\nmedium_hours = 72\n";
    let store = "\n[[store]]\nname = \"Magasin Les ARCS\"\nphone = \"04 94 47 40 01\"\nmail = \"arcs@example.org\"\n\
                 latitude = 43\nlongitude = 6.4792\n";
    let good = format!("{GOOD}{objectives}{store}");
    let (_folder, path) = write(&good)?;
    let config = Config::load(&path)?;
    assert_eq!(config.goals.0[5], Some(Seconds(4 * 3_600)));
    assert_eq!(
        (config.goals.0[2], config.goals.0[0]),
        (Some(Seconds(72 * 3_600)), None)
    );
    assert_eq!(
        config.stores[0].position,
        Position::of_degrees(43.0, 6.4792)
    );
    let cases = [
        ("major_hours = 4", "major_hours = 0", 19, "one hour"),
        ("major_hours", "great_hours", 19, "unknown field"),
        ("Les ARCS\"", "Les ARCS\"\nfloor = 2", 24, "unknown field"),
        ("\"Magasin Les ARCS\"", "\" \"", 23, "store's name"),
        ("\"04 94 47 40 01\"", "\"au siège\"", 24, "dialled"),
        ("arcs@example.org", "arcs", 25, "mail address"),
        ("latitude = 43\n", "", 26, "together"),
        ("latitude = 43", "latitude = 430", 26, "degrees"),
    ];
    for (right, wrong, line, words) in cases {
        let (_folder, path) = write(&good.replace(right, wrong))?;
        let error = Config::load(&path).unwrap_err();
        assert_eq!(error.line, Some(line), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let twice = format!("{good}\n[[store]]\nname = \"MAGASIN LES ARCS\"\n");
    let (_folder, path) = write(&twice)?;
    let error = Config::load(&path).unwrap_err();
    assert!(error.to_string().contains("two stores"), "{error}");
    Ok(())
}
