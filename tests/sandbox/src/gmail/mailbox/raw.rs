//! The bytes of a message, kept or made when somebody asks.

use std::{borrow::Cow, fmt, sync::Arc};

use super::head::Head;

type Maker = dyn Fn(usize) -> Vec<u8> + Send + Sync;

/// The bytes of a message.
#[derive(Clone)]
pub enum Raw {
    /// Kept.
    Kept(Arc<[u8]>),
    /// Made anew each time, with an attachment of so many bytes: nobody wants 20 MB in memory for each test.
    Made {
        /// Makes it with an attachment of any size.
        maker: Arc<Maker>,
        /// The attachment's size.
        size: usize,
    },
}

impl From<Vec<u8>> for Raw {
    fn from(bytes: Vec<u8>) -> Self {
        Raw::Kept(bytes.into())
    }
}

impl Raw {
    /// One that is made when somebody asks for it.
    pub fn made(size: usize, maker: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Raw::Made {
            maker: Arc::new(maker),
            size,
        }
    }

    /// The bytes.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Raw::Kept(bytes) => Cow::Borrowed(bytes),
            Raw::Made { maker, size } => Cow::Owned(maker(*size)),
        }
    }

    /// What is known of it without its whole.
    pub(super) fn head(&self) -> Head {
        match self {
            Raw::Kept(bytes) => Head::read(bytes),
            Raw::Made { maker, size } => {
                let mut head = Head::read(&maker(1));
                // In base64 with line ends.
                head.size += size / 57 * 78;
                head
            }
        }
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Raw::Kept(bytes) => write!(f, "Kept({} bytes)", bytes.len()),
            Raw::Made { size, .. } => write!(f, "Made({size} bytes)"),
        }
    }
}
