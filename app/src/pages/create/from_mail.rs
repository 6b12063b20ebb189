//! What of a form came out of a mail, and why: pure. What is corrected by hand has no reason any more.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tournee_core::changes::AttachMailFile;
use tournee_core::domain::{Level, Mail, MailOrigin, Named, TicketType};
use tournee_core::ids::{SourceId, ThreadKey};
use tournee_core::proposal::{
    Because, Letter, Proposal, Reason, Standing, best_source, propose, requester, standing,
};

use super::along::Along;
use super::form::{Form, Picked};
use crate::contexts::{Counsel, Tournee};

/// What of a form is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// In which GLPI.
    Source,
    /// Who asked.
    Requester,
    /// Where.
    Location,
    /// What about.
    Category,
    /// How much it hurries.
    Urgency,
    /// Incident or request.
    Kind,
}

impl About {
    /// Its name in the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Requester => "requester",
            Self::Location => "location",
            Self::Category => "category",
            Self::Urgency => "urgency",
            Self::Kind => "kind",
        }
    }
}

/// What a mail left in a form beside the fields themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FromMail {
    /// What was cut off the description; empty once it was put in.
    pub rest: String,
    /// Only its first words are on the phone.
    pub is_partial: bool,
    /// The files that came with it.
    pub files: Vec<Along>,
    pub(super) source: Option<Because<SourceId>>,
    pub(super) requester: Option<Because<Picked>>,
    pub(super) location: Option<Because<Picked>>,
    pub(super) category: Option<Because<Picked>>,
    pub(super) urgency: Option<Because<u8>>,
    pub(super) is_request: Option<Because<bool>>,
}

/// A mail that becomes a ticket.
#[derive(Clone)]
pub struct MailStart {
    /// Which.
    pub origin: MailOrigin,
    /// What it says.
    pub letter: Letter,
    /// What proposals are drawn from.
    pub counsel: Counsel,
    /// The form, filled in.
    pub form: Form,
}

impl MailStart {
    /// The form of a mail, in the GLPI that fits best.
    pub fn new(thread: &ThreadKey, mail: &Mail, counsel: Counsel) -> Self {
        let (origin, letter) = (MailOrigin::of(thread, mail), Letter::of(mail));
        let source = best_source(&letter, &counsel.grounds());
        let mut form = Form {
            origin: Some(origin.clone()),
            title: letter.title.clone(),
            content: letter.text.clone(),
            mail: Some(FromMail {
                rest: letter.rest.clone(),
                is_partial: letter.is_partial,
                files: Along::all(AttachMailFile::all_of(thread, mail)),
                ..FromMail::default()
            }),
            ..Form::default()
        };
        match &source {
            Some(source) => {
                form.source = Some(source.value.clone());
                let ground = counsel.ground(&source.value);
                form.take(
                    &ground
                        .map(|ground| propose(&letter, &ground))
                        .unwrap_or_default(),
                );
            }
            // Its lists have not come yet: the address is what is known.
            None => form.requester = Picked::typed(letter.from.address.clone()),
        }
        if let Some(mail) = &mut form.mail {
            mail.source = source;
        }
        Self {
            origin,
            letter,
            counsel,
            form,
        }
    }

    /// Its thread.
    pub fn thread(&self) -> &ThreadKey {
        &self.origin.thread
    }

    /// What the sender is called in each GLPI.
    pub fn names(&self) -> BTreeSet<String> {
        let grounds = self.counsel.grounds().into_iter();
        let requesters = grounds.filter_map(|ground| requester(&self.letter, ground.lists));
        let users = requesters.filter(|found| found.value.user().is_some());
        users.map(|found| found.value.label().to_owned()).collect()
    }

    /// What is proposed in one GLPI.
    pub fn proposal(&self, source: &SourceId) -> Option<Proposal> {
        let ground = self.counsel.ground(source)?;
        Some(propose(&self.letter, &ground))
    }

    /// The mail, once it was fetched as a whole.
    pub async fn completed(self: &Arc<Self>, tournee: Tournee) -> Option<Mail> {
        tournee
            .fetch_mail(self.thread(), &self.origin.mail)
            .await
            .ok()?;
        let opening = tournee.opening(self.thread()).await?;
        match standing(&opening.thread) {
            Standing::Free(mail) => Some(mail.clone()),
            _ => None,
        }
    }
}

fn picked(named: &Because<Named>) -> Because<Picked> {
    Because {
        value: Picked::of(named.value.id, &named.value.name),
        reason: named.reason.clone(),
    }
}

impl Form {
    /// Why something stands in it; nothing where somebody has corrected it.
    pub fn why(&self, about: About) -> Option<&Reason> {
        fn still<'a, T: PartialEq>(
            proposed: &'a Option<Because<T>>,
            now: &T,
        ) -> Option<&'a Reason> {
            let proposed = proposed
                .as_ref()
                .filter(|proposed| proposed.value == *now)?;
            Some(&proposed.reason)
        }
        let mail = self.mail.as_ref()?;
        match about {
            About::Source => still(&mail.source, self.source.as_ref()?),
            About::Requester => still(&mail.requester, &self.requester),
            About::Location => still(&mail.location, &self.location),
            About::Category => still(&mail.category, &self.category),
            About::Urgency => still(&mail.urgency, &self.urgency),
            About::Kind => still(&mail.is_request, &self.is_request),
        }
    }

    /// Fills in what is proposed, where nothing stands or only what was proposed before.
    pub fn take(&mut self, proposal: &Proposal) {
        let Some(mut mail) = self.mail.take() else {
            return;
        };
        let requester = proposal.requester.as_ref().map(|found| Because {
            value: Picked::of_actor(&found.value),
            reason: found.reason.clone(),
        });
        put(&mut self.requester, &mut mail.requester, requester);
        let location = proposal.location.as_ref();
        // The sender's own store goes with him; one that the mail names stays.
        let is_his =
            |found: &Because<Named>| matches!(found.reason, Reason::Workplace | Reason::Usual);
        self.location_follows = location.is_none_or(is_his);
        put(&mut self.location, &mut mail.location, location.map(picked));
        put(
            &mut self.category,
            &mut mail.category,
            proposal.category.as_ref().map(picked),
        );
        let level = |found: &Because<Level>| Because {
            value: found.value.number(),
            reason: found.reason.clone(),
        };
        put_or(
            &mut self.urgency,
            &mut mail.urgency,
            proposal.urgency.as_ref().map(level),
            Level::MEDIUM.number(),
        );
        let kind = |found: &Because<TicketType>| Because {
            value: found.value == TicketType::Request,
            reason: found.reason.clone(),
        };
        put_or(
            &mut self.is_request,
            &mut mail.is_request,
            proposal.kind.as_ref().map(kind),
            false,
        );
        self.mail = Some(mail);
    }

    /// Moves to another GLPI: what was proposed is proposed anew, what was corrected keeps its words.
    pub fn move_with(&mut self, source: SourceId, proposal: Option<&Proposal>) {
        let Some(proposal) = proposal else {
            return self.move_to(source);
        };
        let abouts = [About::Requester, About::Location, About::Category];
        let untouched = abouts.map(|about| self.why(about).is_some());
        let fields = [&mut self.requester, &mut self.location, &mut self.category];
        for (field, untouched) in fields.into_iter().zip(untouched) {
            if untouched {
                *field = Picked::default();
            }
        }
        self.move_to(source);
        self.take(proposal);
    }

    /// The whole mail has come: its text takes the place of its first words, unless somebody has begun to write.
    pub fn complete(&mut self, before: &Letter, thread: &ThreadKey, mail: &Mail) {
        let whole = Letter::of(mail);
        if self.content == before.text {
            self.content.clone_from(&whole.text);
        }
        if self.title == before.title {
            self.title.clone_from(&whole.title);
        }
        if let Some(into) = &mut self.mail {
            into.rest = whole.rest;
            into.is_partial = whole.is_partial;
            into.files = Along::all(AttachMailFile::all_of(thread, mail));
        }
    }

    /// What was cut goes into the description after all.
    pub fn put_rest_in(&mut self) {
        if let Some(mail) = &mut self.mail {
            let rest = std::mem::take(&mut mail.rest);
            self.content = format!("{}\n\n{rest}", self.content.trim_end());
        }
    }
}

fn put(field: &mut Picked, before: &mut Option<Because<Picked>>, now: Option<Because<Picked>>) {
    put_or(field, before, now, Picked::default());
}

fn put_or<T: Clone + PartialEq>(
    field: &mut T,
    before: &mut Option<Because<T>>,
    now: Option<Because<T>>,
    empty: T,
) {
    let is_free = *field == empty || before.as_ref().is_some_and(|before| before.value == *field);
    if is_free {
        *field = now.as_ref().map_or(empty, |now| now.value.clone());
    }
    *before = now;
}

#[cfg(test)]
#[path = "from_mail_tests.rs"]
mod tests;
