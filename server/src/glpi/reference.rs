//! The lists that forms are made of, as far as the technician's rights go.

use std::collections::BTreeSet;

use serde_json::Value;
use tournee_core::changes::plain_text;
use tournee_core::domain::{Named, Reference, ReferenceKind, SolutionTemplate};

use super::call::Call;
use super::client::Client;
use super::error::GlpiError;
use super::json;
use super::names::{Place, sorted};
use super::session::Session;
use super::text;

const PAGE: usize = 1000;
const PAGES: usize = 20;
/// A phone carries so many people about; a longer directory is for the search of the server.
const MOST_PEOPLE: usize = 5000;

impl Client {
    /// Reference data. A list that his profile may not read holds what was seen on tickets, and `partial` says so.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does.
    pub async fn reference(&self, session: &Session) -> Result<Reference, GlpiError> {
        let mut partial = Vec::new();
        let (entities, categories, locations, groups, solution_types, files, templates) = futures::try_join!(
            self.entities(session),
            self.named_list(session, "ITILCategory"),
            self.locations(session),
            self.named_list(session, "Group"),
            self.named_list(session, "SolutionType"),
            self.file_rules(session),
            self.solution_templates(session),
        )?;
        let mut told = |list: Option<Vec<Named>>, place, kind| match list {
            Some(list) => {
                for named in &list {
                    self.names().learn(place, named.id, &named.name);
                }
                sorted(list)
            }
            None => {
                partial.push(kind);
                Vec::new()
            }
        };
        let entities = told(entities, Place::Entity, ReferenceKind::Entities);
        let categories = told(categories, Place::Category, ReferenceKind::Categories);
        let (locations, stores) = match locations {
            Some(told) => (Some(told.named), told.stores),
            None => (None, Vec::new()),
        };
        let locations = told(locations, Place::Location, ReferenceKind::Locations);
        let groups = told(groups, Place::Group, ReferenceKind::Groups);
        if solution_types.is_none() {
            partial.push(ReferenceKind::SolutionTypes);
        }
        // Who may be assigned depends on profiles, which a technician may not read: those who are seen to be.
        partial.push(ReferenceKind::Technicians);
        let me = BTreeSet::from([session.identity().user.0]);
        self.ensure_users(session, me).await?;
        let directory = self.names().people();
        if directory.is_empty() || directory.len() > MOST_PEOPLE {
            partial.push(ReferenceKind::People);
        }
        let mut reference = Reference {
            source: self.config().id.clone(),
            entities,
            categories,
            locations,
            technicians: Vec::new(),
            groups,
            solution_types: sorted(solution_types.unwrap_or_default()),
            solution_templates: templates,
            priority_matrix: self.priority_matrix(),
            files,
            stores,
            assets: Vec::new(),
            closed_assets: Vec::new(),
            people: directory.iter().take(MOST_PEOPLE).cloned().collect(),
            partial,
        };
        self.complete(session, &mut reference);
        Ok(reference)
    }

    /// Fills the lists that his profile may not read with what was seen on tickets.
    pub fn complete(&self, session: &Session, reference: &mut Reference) {
        for kind in &reference.partial {
            let (place, list) = match kind {
                ReferenceKind::Entities => (Place::Entity, &mut reference.entities),
                ReferenceKind::Categories => (Place::Category, &mut reference.categories),
                ReferenceKind::Locations => (Place::Location, &mut reference.locations),
                ReferenceKind::Groups => (Place::Group, &mut reference.groups),
                ReferenceKind::Technicians => {
                    reference.technicians = self.technicians(session);
                    continue;
                }
                ReferenceKind::SolutionTypes | ReferenceKind::People => continue,
            };
            *list = self.names().places(place);
        }
    }

    fn technicians(&self, session: &Session) -> Vec<Named> {
        let identity = session.identity();
        let mut technicians = self.names().assignees();
        if !technicians.iter().any(|named| named.id == identity.user.0) {
            technicians.push(Named {
                id: identity.user.0,
                name: identity.name.clone(),
            });
        }
        sorted(technicians)
    }

    /// Entities he may see, with complete names. (9.2 answers `GET Entity` with 404.)
    async fn entities(&self, session: &Session) -> Result<Option<Vec<Named>>, GlpiError> {
        let mine = self
            .call(session, Call::get("getMyEntities").with("is_recursive", 1))
            .await?;
        let active = self.call(session, Call::get("getActiveEntities")).await?;
        let rows = mine.body["myentities"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let mut known: Vec<Named> = rows.iter().map(|row| named(session, row, "name")).collect();
        for entity in &known {
            self.names().learn(Place::Entity, entity.id, &entity.name);
        }
        let all = active.body["active_entity"]["active_entities"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        // 9.2 does not recurse here: what lies below has its name asked for alone, once.
        for row in all {
            let id = json::number(row, "id");
            if !known.iter().any(|named| named.id == id) {
                known.extend(self.one_entity(session, id).await?);
            }
        }
        Ok((known.len() >= all.len()).then_some(known))
    }

    async fn one_entity(&self, session: &Session, id: u64) -> Result<Option<Named>, GlpiError> {
        if let Some(name) = self.names().place(Place::Entity, id) {
            return Ok(Some(Named { id, name }));
        }
        let call = Call::get(format!("Entity/{id}")).with("get_hateoas", 0);
        match self.call(session, call).await {
            Ok(answer) => Ok(Some(named(session, &answer.body, "completename"))),
            Err(GlpiError::Rights { .. } | GlpiError::NotFound | GlpiError::Refused { .. }) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Words to solve with; none where his profile may not read them (the stock technician's may not), or where they want
    /// to be filled in from the ticket, which is GLPI's page's business.
    async fn solution_templates(
        &self,
        session: &Session,
    ) -> Result<Vec<SolutionTemplate>, GlpiError> {
        let rows = match self.list_page(session, "SolutionTemplate", 0, PAGE).await {
            Ok((rows, _)) => rows,
            Err(GlpiError::Rights { .. } | GlpiError::NotFound | GlpiError::Refused { .. }) => {
                return Ok(Vec::new());
            }
            Err(error) => return Err(error),
        };
        let decoded = |row: &Value, field| session.dialect().decode(&json::text(row, field));
        let mut templates: Vec<SolutionTemplate> = rows
            .iter()
            .map(|row| SolutionTemplate {
                name: decoded(row, "name"),
                content: plain_text(&text::to_screen(&decoded(row, "content"))),
                solution_type: json::reference(row, "solutiontypes_id"),
            })
            .filter(|template| !template.content.is_empty() && !template.content.contains("{{"))
            .collect();
        templates.sort_by(|one, two| one.name.cmp(&two.name));
        Ok(templates)
    }

    /// A whole dropdown by complete names; `None` when his profile may not read it.
    pub(crate) async fn named_list(
        &self,
        session: &Session,
        kind: &str,
    ) -> Result<Option<Vec<Named>>, GlpiError> {
        let rows = self.dropdown(session, kind).await?;
        Ok(rows.map(|rows| rows.iter().map(|row| row_name(session, row)).collect()))
    }

    /// The rows of a whole dropdown; `None` when his profile may not read it.
    pub(crate) async fn dropdown(
        &self,
        session: &Session,
        kind: &str,
    ) -> Result<Option<Vec<Value>>, GlpiError> {
        let mut all = Vec::new();
        for page in 0..PAGES {
            match self.list_page(session, kind, page * PAGE, PAGE).await {
                Ok((rows, _)) => {
                    let last = rows.len() < PAGE;
                    all.extend(rows);
                    if last {
                        break;
                    }
                }
                Err(GlpiError::Rights { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(all))
    }
}

/// A row of a dropdown by its complete name.
pub(super) fn row_name(session: &Session, row: &Value) -> Named {
    let field = match row["completename"].is_null() {
        true => "name",
        false => "completename",
    };
    named(session, row, field)
}

fn named(session: &Session, row: &Value, field: &str) -> Named {
    Named {
        id: json::number(row, "id"),
        name: session.dialect().decode(&json::text(row, field)),
    }
}
