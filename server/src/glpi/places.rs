//! Names of entities, categories and locations on tickets.

use serde_json::Value;
use tournee_core::domain::Ticket;

use super::call::Call;
use super::client::Client;
use super::error::GlpiError;
use super::json;
use super::names::Place;
use super::session::Session;

impl Client {
    /// Names of entity, category and location. A stock technician may not read those lists, but sees the names on
    /// his tickets: so an unknown one is asked for through the ticket itself.
    pub(crate) async fn place_names(
        &self,
        session: &Session,
        ticket: &mut Ticket,
    ) -> Result<(), GlpiError> {
        if !self.fill_places(ticket) {
            let call = Call::get(format!("Ticket/{}", ticket.key.id))
                .with("get_hateoas", 0)
                .with("expand_dropdowns", 1);
            let row = self.call(session, call).await?.body;
            self.learn_places(session, ticket, &row);
            self.fill_places(ticket);
        }
        Ok(())
    }

    fn learn_places(&self, session: &Session, ticket: &Ticket, row: &Value) {
        let name = |field| {
            // What has no name is shown as its number.
            let text = session.dialect().decode(&json::text(row, field));
            if text.parse::<u64>().is_ok() {
                String::new()
            } else {
                text
            }
        };
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
