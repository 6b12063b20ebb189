//! The binary, as an administrator starts it. (All else that the server does is tried from `tests/server`.)

use std::io::Result;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

fn tournee(folder: &Path, arguments: &[&str]) -> Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_tournee"))
        .current_dir(folder)
        .args(arguments)
        .output()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_key_is_written_for_its_owner_alone_and_never_over_another() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let made = tournee(folder.path(), &["keygen", "vault.key"])?;
    assert!(made.status.success(), "{}", words(&made));
    let path = folder.path().join("vault.key");
    assert_eq!(
        std::fs::metadata(&path)?.permissions().mode() & 0o777,
        0o600
    );
    let key = std::fs::read(&path)?;
    let again = tournee(folder.path(), &["keygen", "vault.key"])?;
    assert!(!again.status.success());
    assert!(words(&again).contains("vault.key"), "{}", words(&again));
    assert_eq!(std::fs::read(&path)?, key);
    Ok(())
}

#[test]
fn a_file_that_is_wrong_or_missing_is_refused_with_where_and_why() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let missing = tournee(folder.path(), &["serve", "--config", "nowhere.toml"])?;
    assert!(!missing.status.success());
    assert!(
        words(&missing).contains("nowhere.toml"),
        "{}",
        words(&missing)
    );
    std::fs::write(folder.path().join("tournee.toml"), "lisen = \"x\"\n")?;
    for command in ["serve", "check"] {
        let wrong = tournee(folder.path(), &[command])?;
        assert!(!wrong.status.success());
        let said = words(&wrong);
        assert!(
            said.contains("lisen") && said.contains("tournee.toml"),
            "{said}"
        );
    }
    Ok(())
}
