//! Files on their way to the server, ahead of their changes, as the app sends them: from where the server has them.

use std::collections::BTreeSet;

use tournee_core::changes::AttachFile;
use tournee_core::ids::FileHash;
use tournee_core::phone::Table;
use tournee_core::wire::FileAt;

use crate::counters::Count;
use crate::hand::{Failed, Hand};
use crate::house::{Post, Reply};

/// Small ones make several even of a small file.
const PIECE: usize = 32;
/// More than any of these files has pieces.
const PIECES: usize = 12;
const TOO_LARGE: u16 = 413;

impl Hand {
    /// Sends a file that the server lacks, the first of them; answers whether there was something to do.
    ///
    /// # Errors
    /// The network, or the server.
    pub(crate) async fn send_a_file(
        &mut self,
        ready: &mut BTreeSet<FileHash>,
    ) -> Result<bool, Failed> {
        let mut unsent = self.phone.unsent_files().into_iter();
        let Some(file) = unsent.find(|file| !ready.contains(&file.hash)) else {
            return Ok(false);
        };
        self.send_pieces(&file).await?;
        ready.insert(file.hash);
        Ok(true)
    }

    async fn send_pieces(&mut self, file: &AttachFile) -> Result<(), Failed> {
        let path = format!("/api/files/{}", file.hash);
        let reply = self.ask(Post::get(&path, self.cookie.clone())).await?;
        let Some(mut at) = far(&reply) else {
            return Err(Failed::Unreachable);
        };
        self.count_start(at);
        let bytes = self.pocket.get(Table::Files, &file.hash.to_string());
        let bytes = bytes.unwrap_or_default().to_vec();
        if bytes.len() as u64 != file.size {
            let what = format!("{}: {} of {}", self.name, bytes.len(), file.size);
            self.world
                .ledger
                .broke("a phone keeps what it has to send", what);
            return Err(Failed::Refused);
        }
        for _ in 0..PIECES {
            if at.whole {
                return Ok(());
            }
            let from = usize::try_from(at.received).unwrap_or(usize::MAX);
            let rest = bytes.get(from..).unwrap_or_default();
            let piece = rest[..rest.len().min(PIECE)].to_vec();
            let to = format!("{path}?offset={from}&size={}", file.size);
            let reply = self.ask(Post::put(&to, self.cookie.clone(), piece)).await?;
            match far(&reply) {
                Some(next) => at = next,
                // The server takes no such file: its change says so, in its place in the queue.
                None if reply.status == TOO_LARGE => return Ok(()),
                None => return Err(Failed::Unreachable),
            }
        }
        let what = format!("{}: {at:?} of {file:?}", self.name);
        self.world.ledger.broke("a file arrives", what);
        Err(Failed::Unreachable)
    }

    fn count_start(&self, at: FileAt) {
        let count = match (at.whole, at.received) {
            (true, _) => Count::FileKnown,
            (false, 0) => Count::FileBegun,
            (false, _) => Count::FileResumed,
        };
        self.world.weather.count(count);
    }
}

fn far(reply: &Reply) -> Option<FileAt> {
    let fine = reply.status == 200;
    fine.then(|| serde_json::from_slice(&reply.body).ok())
        .flatten()
}
