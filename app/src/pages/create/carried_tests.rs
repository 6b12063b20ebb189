use tournee_core::domain::{Document, Entry, Named};
use tournee_core::ids::UserId;

use super::*;
use crate::pages::tickets::samples;
