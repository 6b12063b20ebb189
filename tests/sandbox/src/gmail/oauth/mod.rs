//! Google's sign-in: consent, codes, tokens, and their deaths.

mod assertion;
mod authorize;
mod token;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rand::{Rng, SeedableRng, distr::Alphanumeric};
use rand_chacha::ChaCha8Rng;

pub use authorize::authorize;
pub use token::{revoke, token};

/// The scope that Tournée asks for.
pub const SCOPE: &str = "https://www.googleapis.com/auth/gmail.modify";

/// How many refresh tokens of one client a user may have; one more kills the oldest without a word.
const MOST_GRANTS: usize = 100;

/// What an access token opens.
#[derive(Clone, Debug)]
pub struct Access {
    pub address: String,
    pub scopes: Vec<String>,
    expires: Timestamp,
    refresh: Option<String>,
}

/// A code on its way back to the client.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub address: String,
    pub scopes: Vec<String>,
    pub redirect_uri: String,
    pub challenge: Option<String>,
    pub offline: bool,
    pub expires: Timestamp,
}

/// What a refresh token stands for.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub address: String,
    pub scopes: Vec<String>,
    pub alive: bool,
    made: u64,
}

/// All that was handed out.
#[derive(Clone, Debug)]
pub struct Oauth {
    codes: BTreeMap<String, Code>,
    grants: BTreeMap<String, Grant>,
    access: BTreeMap<String, Access>,
    made: u64,
    rng: ChaCha8Rng,
}

impl Oauth {
    pub fn new(seed: u64) -> Self {
        Oauth {
            codes: BTreeMap::new(),
            grants: BTreeMap::new(),
            access: BTreeMap::new(),
            made: 0,
            rng: ChaCha8Rng::seed_from_u64(seed ^ 0x0a07),
        }
    }

    /// What a token opens, while it lives.
    pub fn access(&self, token: &str, now: Timestamp) -> Option<&Access> {
        self.access.get(token).filter(|access| access.expires > now)
    }

    pub fn give_access(
        &mut self,
        address: &str,
        scopes: &[String],
        expires: Timestamp,
        refresh: Option<String>,
    ) -> String {
        let token = format!("ya29.{}", self.random(60));
        let access = Access {
            address: address.to_lowercase(),
            scopes: scopes.to_vec(),
            expires,
            refresh,
        };
        self.access.insert(token.clone(), access);
        token
    }

    pub(super) fn give_refresh(&mut self, address: &str, scopes: &[String]) -> String {
        let alive: Vec<_> = self
            .grants
            .values()
            .filter(|grant| grant.alive && grant.address == address)
            .map(|grant| grant.made)
            .collect();
        if alive.len() >= MOST_GRANTS {
            let oldest = alive.iter().min().copied();
            for grant in self.grants.values_mut() {
                grant.alive &= Some(grant.made) != oldest;
            }
        }
        self.made += 1;
        let token = format!("1//{}", self.random(70));
        let grant = Grant {
            address: address.to_owned(),
            scopes: scopes.to_vec(),
            alive: true,
            made: self.made,
        };
        self.grants.insert(token.clone(), grant);
        token
    }

    pub(super) fn give_code(&mut self, code: Code) -> String {
        let name = format!("4/0{}", self.random(50));
        self.codes.insert(name.clone(), code);
        name
    }

    /// A code is good once.
    pub(super) fn take_code(&mut self, code: &str) -> Option<Code> {
        self.codes.remove(code)
    }

    pub(super) fn grant(&self, refresh: &str) -> Option<&Grant> {
        self.grants.get(refresh).filter(|grant| grant.alive)
    }

    pub(super) fn expire_access(&mut self, address: &str) {
        self.access.retain(|_, access| access.address != address);
    }

    pub(super) fn kill(&mut self, address: &str, access_too: bool) {
        for grant in self.grants.values_mut() {
            grant.alive &= grant.address != address;
        }
        if access_too {
            self.expire_access(address);
        }
    }

    pub(super) fn alive(&self, address: &str) -> usize {
        let own = |grant: &&Grant| grant.alive && grant.address == address;
        self.grants.values().filter(own).count()
    }

    /// Either token ends the whole grant.
    pub(super) fn revoke(&mut self, token: &str, now: Timestamp) -> bool {
        let refresh = match self.access(token, now) {
            Some(access) => access.refresh.clone().unwrap_or_default(),
            None if self.grant(token).is_some() => token.to_owned(),
            None => return false,
        };
        if let Some(grant) = self.grants.get_mut(&refresh) {
            grant.alive = false;
        }
        self.access.retain(|name, access| {
            name != token && (refresh.is_empty() || access.refresh.as_ref() != Some(&refresh))
        });
        true
    }

    fn random(&mut self, length: usize) -> String {
        (&mut self.rng)
            .sample_iter(Alphanumeric)
            .take(length)
            .map(char::from)
            .collect()
    }
}
