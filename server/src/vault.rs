//! Secrets at rest: sealed with a key that is not in the database.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use rand::RngCore as _;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::chance::Chance;
use crate::config::KeySource;

/// The environment variable that may carry the key, as `tournee keygen` writes it.
pub const KEY_VARIABLE: &str = "TOURNEE_KEY";

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// A key of the vault.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; KEY_BYTES]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id())
    }
}

impl Key {
    /// A fresh one.
    pub fn generate() -> Self {
        let mut bytes = [0; KEY_BYTES];
        rand::rng().fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Which key sealed a row: so many bytes of its hash that two differ, so few that they tell nothing.
    pub fn id(&self) -> String {
        let digest = Sha256::digest(self.0);
        digest.iter().take(4).map(|b| format!("{b:02x}")).collect()
    }

    fn parse(line: &str) -> Result<Self, VaultError> {
        let mut bytes = STANDARD
            .decode(line.trim())
            .map_err(|_| VaultError::NotAKey)?;
        let key = <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).map_err(|_| VaultError::NotAKey);
        bytes.zeroize();
        key.map(Self)
    }

    fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0))
    }
}

/// What can go wrong with secrets.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key's file can't be read.
    #[error("the key file {path} can't be read: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Others can read the key's file.
    #[error("the key file {0} can be read by others: chmod 600 it")]
    Exposed(String),
    /// What should be a key is none.
    #[error("not a key: make one with `tournee keygen PATH`")]
    NotAKey,
    /// No key is given.
    #[error("the environment has no {KEY_VARIABLE}")]
    NoKey,
    /// A row was sealed with a key that is not here, or was tampered with.
    #[error("a sealed row can't be opened with the present keys")]
    Sealed,
}

/// Seals with the first key, opens with any: a new first line in the key file rotates, and rows are sealed again
/// at start-up.
pub struct Vault {
    keys: Vec<Key>,
    nonces: Chance,
}

/// A sealed secret, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The key that sealed it.
    pub key_id: String,
    /// Nonce and cipher text.
    pub bytes: Vec<u8>,
}

impl Vault {
    /// A vault with the configured keys.
    ///
    /// # Errors
    /// No key, not a key, or one that others can read.
    pub fn open(source: &KeySource) -> Result<Self, VaultError> {
        let keys = match source {
            KeySource::Given(key) => vec![key.clone()],
            KeySource::Environment => {
                let text = std::env::var(KEY_VARIABLE).map_err(|_| VaultError::NoKey)?;
                parse_all(&Zeroizing::new(text))?
            }
            KeySource::File(path) => parse_all(&read_private(path)?)?,
        };
        Ok(Self {
            keys,
            nonces: Chance::machine(),
        })
    }

    /// The same, with nonces from elsewhere: a simulation's run must be the same again.
    pub fn drawing_from(self, nonces: Chance) -> Self {
        Self { nonces, ..self }
    }

    /// Seals a secret for one row: `row` binds it there, so that no row can pass for another.
    ///
    /// # Errors
    /// None in practice: the cipher refuses only texts of many gigabytes.
    pub fn seal(&self, row: &str, secret: &[u8]) -> Result<Sealed, VaultError> {
        let key = self.keys.first().ok_or(VaultError::NoKey)?;
        let mut bytes = vec![0; NONCE_BYTES];
        self.nonces.fill(&mut bytes);
        let nonce = XNonce::clone_from_slice(&bytes);
        let payload = Payload {
            msg: secret,
            aad: row.as_bytes(),
        };
        let sealed = cipher(key).encrypt(&nonce, payload);
        bytes.extend(sealed.map_err(|_| VaultError::Sealed)?);
        Ok(Sealed {
            key_id: key.id(),
            bytes,
        })
    }

    /// Opens what was sealed for `row`.
    ///
    /// # Errors
    /// Another row's, another key's, or altered.
    pub fn open_sealed(
        &self,
        row: &str,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let key = self.keys.iter().find(|key| key.id() == sealed.key_id);
        let key = key.ok_or(VaultError::Sealed)?;
        let (nonce, text) = sealed
            .bytes
            .split_at_checked(NONCE_BYTES)
            .ok_or(VaultError::Sealed)?;
        let payload = Payload {
            msg: text,
            aad: row.as_bytes(),
        };
        cipher(key)
            .decrypt(XNonce::from_slice(nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| VaultError::Sealed)
    }

    /// The key that it seals with.
    pub fn key_id(&self) -> Option<String> {
        self.keys.first().map(Key::id)
    }

    /// Whether a row waits to be sealed again with the present first key.
    pub fn is_outdated(&self, sealed: &Sealed) -> bool {
        self.keys
            .first()
            .is_some_and(|key| key.id() != sealed.key_id)
    }
}

/// Writes a fresh key to a new file that only its owner can read.
///
/// # Errors
/// The file is there already, or can't be written.
pub fn keygen(path: &Path) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    writeln!(file, "{}", *Key::generate().text())?;
    file.sync_all()
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.0.into())
}

fn read_private(path: &Path) -> Result<Zeroizing<String>, VaultError> {
    let unreadable = |source| VaultError::Unreadable {
        path: path.display().to_string(),
        source,
    };
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(VaultError::Exposed(path.display().to_string()));
    }
    fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(unreadable)
}

fn parse_all(text: &str) -> Result<Vec<Key>, VaultError> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let keys = lines.map(Key::parse).collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err(VaultError::NotAKey);
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(keys: &[&Key]) -> Vault {
        Vault {
            nonces: Chance::machine(),
            keys: keys.iter().map(|&key| key.clone()).collect(),
        }
    }

    #[test]
    fn a_secret_opens_for_its_own_row_only() {
        let vault = vault(&[&Key::generate()]);
        let sealed = vault.seal("account:1", b"secret").unwrap();
        assert_eq!(*vault.open_sealed("account:1", &sealed).unwrap(), b"secret");
        assert!(vault.open_sealed("account:2", &sealed).is_err());
    }

    #[test]
    fn an_altered_secret_does_not_open() {
        let vault = vault(&[&Key::generate()]);
        let mut sealed = vault.seal("account:1", b"secret").unwrap();
        *sealed.bytes.last_mut().unwrap() ^= 1;
        assert!(vault.open_sealed("account:1", &sealed).is_err());
    }

    #[test]
    fn a_new_first_key_opens_what_the_old_one_sealed_and_seals_anew() {
        let (old, new) = (Key::generate(), Key::generate());
        let sealed = vault(&[&old]).seal("account:1", b"secret").unwrap();
        let rotated = vault(&[&new, &old]);
        assert!(rotated.is_outdated(&sealed));
        let secret = rotated.open_sealed("account:1", &sealed).unwrap();
        let again = rotated.seal("account:1", &secret).unwrap();
        assert!(!rotated.is_outdated(&again));
        assert!(vault(&[&new]).open_sealed("account:1", &again).is_ok());
    }

    #[test]
    fn a_key_file_is_private_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        keygen(&path).unwrap();
        assert!(keygen(&path).is_err());
        assert!(Vault::open(&KeySource::File(path.clone())).is_ok());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = Vault::open(&KeySource::File(path));
        assert!(matches!(refused, Err(VaultError::Exposed(_))));
    }
}
