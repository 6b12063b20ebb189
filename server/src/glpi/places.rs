//! Names of entities, categories and locations on tickets.

use serde_json::Value;
use tournee_core::changes::{ChangeBody, Fact};
use tournee_core::domain::{Named, Ticket};
use tournee_core::ids::TicketId;

use super::call::Call;
use super::client::Client;
use super::criteria::equals;
use super::error::GlpiError;
use super::json;
use super::names::Place;
use super::session::Session;

/// Whether GLPI still has what was chosen from one of its lists. It takes the number of one that is gone in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has.
    There,
    /// It has not.
    Gone,
    /// His profile does not read the list, and no ticket that he sees shows it.
    Untold,
}

/// A row that was chosen from a list of GLPI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    place: Place,
    id: u64,
}

impl Chosen {
    /// The category and the place that a change puts on a ticket.
    pub fn by(body: &ChangeBody) -> Vec<Self> {
        let of = |place, named: &Option<Named>| named.as_ref().map(|n| Self { place, id: n.id });
        let chosen = match body {
            ChangeBody::Create(create) => [
                of(Place::Category, &create.category),
                of(Place::Location, &create.location),
            ],
            ChangeBody::Fact(fact) => match &fact.to {
                Fact::Category(category) => [of(Place::Category, category), None],
                Fact::Location(location) => [of(Place::Location, location), None],
                _ => [None, None],
            },
            _ => [None, None],
        };
        chosen.into_iter().flatten().collect()
    }

    fn list(self) -> (&'static str, u16, &'static str) {
        match self.place {
            Place::Category => ("ITILCategory", 7, "itilcategories_id"),
            Place::Entity => ("Entity", 80, "entities_id"),
            Place::Group => ("Group", 8, "groups_id"),
            Place::Location => ("Location", 83, "locations_id"),
        }
    }
}

impl Client {
    /// Whether it is there: by the list itself, or by the tickets that show it.
    ///
    /// # Errors
    /// GLPI's.
    pub async fn standing(&self, session: &Session, chosen: Chosen) -> Result<Standing, GlpiError> {
        let (list, option, _) = chosen.list();
        let call = Call::get(format!("{list}/{}", chosen.id)).with("get_hateoas", 0);
        match self.call(session, call).await {
            Ok(_) => return Ok(Standing::There),
            Err(GlpiError::NotFound) => return Ok(Standing::Gone),
            Err(GlpiError::Rights { .. }) => {}
            Err(error) => return Err(error),
        }
        let call = equals(option, chosen.id).add_to(Call::get("search/Ticket"), 0, "AND");
        let call = call.with("forcedisplay[0]", option).with("range", "0-0");
        let body = self.call(session, call).await?.body;
        let row = body["data"].as_array().and_then(|rows| rows.first());
        let named = row.is_some_and(|row| !json::text(row, &option.to_string()).is_empty());
        Ok(match named {
            true => Standing::There,
            false => Standing::Untold,
        })
    }

    /// Whether a ticket shows it by a name: of one that is gone there is none.
    ///
    /// # Errors
    /// GLPI's.
    pub async fn shows_by_name(
        &self,
        session: &Session,
        ticket: TicketId,
        chosen: Chosen,
    ) -> Result<bool, GlpiError> {
        let (_, _, column) = chosen.list();
        let row = self.with_names(session, ticket).await?;
        Ok(!shown_name(session, &row, column).is_empty())
    }

    async fn with_names(&self, session: &Session, ticket: TicketId) -> Result<Value, GlpiError> {
        let call = Call::get(format!("Ticket/{ticket}"))
            .with("get_hateoas", 0)
            .with("expand_dropdowns", 1);
        Ok(self.call(session, call).await?.body)
    }

    /// Names of entity, category and location. A stock technician may not read those lists, but sees the names on
    /// his tickets: so an unknown one is asked for through the ticket itself.
    pub(crate) async fn place_names(
        &self,
        session: &Session,
        ticket: &mut Ticket,
    ) -> Result<(), GlpiError> {
        if !self.fill_places(ticket) {
            let row = self.with_names(session, ticket.key.id).await?;
            self.learn_places(session, ticket, &row);
            self.fill_places(ticket);
        }
        Ok(())
    }

    fn learn_places(&self, session: &Session, ticket: &Ticket, row: &Value) {
        let name = |field| shown_name(session, row, field);
        let names = self.names();
        names.learn(Place::Entity, ticket.entity.id, &name("entities_id"));
        if let Some(category) = &ticket.category {
            names.learn(Place::Category, category.id, &name("itilcategories_id"));
        }
        if let Some(location) = &ticket.location {
            names.learn(Place::Location, location.id, &name("locations_id"));
        }
    }

    /// Fills in the places' names; false when one is not known yet.
    pub(crate) fn fill_places(&self, ticket: &mut Ticket) -> bool {
        let places = [
            (Place::Entity, Some(&mut ticket.entity)),
            (Place::Category, ticket.category.as_mut()),
            (Place::Location, ticket.location.as_mut()),
        ];
        let mut complete = true;
        for (kind, named) in places {
            if let Some(named) = named {
                match self.names().place(kind, named.id) {
                    Some(name) => named.name = name,
                    None => {
                        complete = false;
                        named.name = format!("#{}", named.id);
                    }
                }
            }
        }
        complete
    }
}

/// A name as a ticket shows it. What has none is shown as its number, or as nothing.
fn shown_name(session: &Session, row: &Value, field: &str) -> String {
    let text = session.dialect().decode(&json::text(row, field));
    match text.parse::<u64>() {
        Ok(_) => String::new(),
        Err(_) => text,
    }
}
