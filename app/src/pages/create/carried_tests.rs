use tournee_core::changes::CarryStep;
use tournee_core::domain::{Document, Entry, Level, Named, Status};
use tournee_core::ids::{MailboxId, ThreadKey, UserId};

use super::*;
use crate::pages::tickets::samples;

const NOW: Instant = Instant(1_800_000_000);

fn named(id: u64, name: &str) -> Named {
    Named {
        id,
        name: name.to_owned(),
    }
}

fn lists() -> Reference {
    Reference {
        source: SourceId::new("nouveau"),
        entities: vec![named(0, "Entité racine")],
        categories: vec![named(4, "Matériel > Téléphone")],
        locations: vec![named(7, "Magasin Les Arcs")],
        technicians: vec![named(7, "Patrick Marcoux"), named(8, "Claire Roumieux")],
        groups: Vec::new(),
        solution_types: Vec::new(),
        assets: Vec::new(),
        closed_assets: Vec::new(),
        solution_templates: Vec::new(),
        priority_matrix: None,
        people: Vec::new(),
        files: FileRules::default(),
        stores: Vec::new(),
        partial: Vec::new(),
    }
}

fn document(id: u64, name: &str) -> Entry {
    Entry {
        id,
        at: Instant(5),
        author: None,
        what: EntryKind::Document(Document {
            id,
            name: name.to_owned(),
            mime: "image/png".to_owned(),
        }),
        change: None,
    }
}

fn start() -> CarryStart {
    let mut ticket = samples::ticket("ancien", 7754);
    ticket.status = Status::Assigned;
    ticket.kind = TicketType::Request;
    ticket.urgency = Level::new(4).unwrap();
    ticket.impact = Level::new(5).unwrap();
    ticket.category = Some(named(90, "Autre > Disparue"));
    ticket.location = Some(named(91, "Magasin LES ARCS"));
    ticket.assignees = ["Roumieux Claire", "Marcoux Patrick"]
        .iter()
        .zip(70..)
        .map(|(name, id)| Actor::User {
            id: UserId(id),
            name: (*name).to_owned(),
        })
        .collect();
    ticket.timeline = Some(vec![
        document(4, "photo.png"),
        document(0, "en-chemin.png"),
        document(5, "winmail.dat"),
    ]);
    CarryStart {
        ticket,
        glpi: "Ancien".to_owned(),
        from: None,
        to: SourceId::new("nouveau"),
        to_glpi: "Nouveau".to_owned(),
        lists: Arc::new(lists()),
        account: samples::account("nouveau"),
        mails: Vec::new(),
        when: |_| "un jour".to_owned(),
    }
}

fn form() -> Form {
    start().form(NOW, |_| "demain".to_owned())
}

#[test]
fn what_has_a_counterpart_stands_in_the_form_and_what_has_none_is_asked() {
    let mut form = form();
    assert_eq!(form.location.id, Some(7));
    assert_eq!(form.why(About::Location), Some(&Reason::SameName));
    assert_eq!((form.urgency, form.impact, form.is_request), (4, 5, true));
    assert_eq!(form.asked(About::Location), None);
    assert_eq!(form.asked(About::Category), Some("Autre > Disparue"));
    assert!(
        form.content
            .contains("Repris du ticket #7754 de « Ancien »")
    );
    form.category = super::super::form::Picked::of(4, "Matériel > Téléphone");
    assert_eq!(form.asked(About::Category), None);
    assert_eq!(Form::read(&form.stored()), form);
}

#[test]
fn a_due_date_that_has_passed_is_none() {
    assert_eq!(form().due, "");
    let mut start = start();
    start.ticket.due_at = Some(Instant(NOW.0 + 60));
    assert_eq!(start.form(NOW, |_| "demain".to_owned()).due, "demain");
}

#[test]
fn whoever_works_on_it_goes_on_and_the_steps_come_last() {
    let form = form();
    assert_eq!(form.assign, Assign::Me);
    let beside = start().beside(&form, &FileRules::default());
    let seats: Vec<&str> = beside
        .iter()
        .filter_map(|body| match body {
            ChangeBody::Seat(seat) => Some(seat.seat.label()),
            _ => None,
        })
        .collect();
    assert_eq!(seats, ["Claire Roumieux"]);
    let steps: Vec<CarryStep> = beside
        .iter()
        .rev()
        .map_while(|body| Some(body.carry()?.step))
        .collect();
    assert_eq!(steps, [CarryStep::Close, CarryStep::Solve, CarryStep::Link]);
}

#[test]
fn its_mails_go_along_before_the_steps_and_these_name_all_that_the_form_took() {
    let mut start = start();
    let thread = ThreadKey {
        mailbox: MailboxId::of("moi@x.example"),
        id: "19a".to_owned(),
    };
    start.mails = vec![LinkMail {
        thread,
        names: vec!["1.a@x.example".to_owned()],
        subject: "Téléphone muet".to_owned(),
        linked: true,
    }];
    let beside = start.beside(&form(), &FileRules::default());
    let is_link = |body: &ChangeBody| matches!(body, ChangeBody::Link(link) if link.linked);
    let link = beside.iter().position(is_link);
    let first = beside.iter().position(|body| body.carry().is_some());
    assert!(link < first && link.is_some());
    let told: Vec<Option<usize>> = beside
        .iter()
        .filter_map(|body| Some(body.carry()?.told.as_ref().map(Vec::len)))
        .collect();
    assert_eq!(told, [None, Some(3), Some(3)]);
}

#[test]
fn documents_go_along_as_far_as_that_glpi_takes_them() {
    let mut form = form();
    let names = |form: &Form| -> Vec<String> {
        let beside = start().beside(form, &FileRules::default());
        let files = beside.iter().filter_map(|body| match body {
            ChangeBody::TicketFile(file) => Some(file.name.clone()),
            _ => None,
        });
        files.collect()
    };
    assert_eq!(names(&form), ["photo.png"]);
    form.choose_carried(4, false);
    form.choose_carried(5, true);
    assert_eq!(names(&form), ["winmail.dat"]);
}

#[test]
fn a_document_that_comes_while_the_form_stands_goes_along_and_what_was_chosen_stays() {
    let mut form = form();
    form.choose_carried(4, false);
    let mut ticket = start().ticket;
    assert!(form.documents_since(&ticket).is_empty());
    let mut entries = ticket.timeline.take().unwrap();
    let mut late = entries
        .iter()
        .find(|entry| matches!(entry.what, EntryKind::Document(_)))
        .cloned()
        .unwrap();
    if let EntryKind::Document(document) = &mut late.what {
        document.id = 90;
        document.name = "devis.png".to_owned();
    }
    entries.push(late);
    ticket.timeline = Some(entries);
    let came = form.documents_since(&ticket);
    let names: Vec<&str> = came.iter().map(|one| one.file.name.as_str()).collect();
    assert_eq!(names, ["devis.png"]);
    form.carried.as_mut().unwrap().files.extend(came);
    let beside = start().beside(&form, &FileRules::default());
    let files = beside
        .iter()
        .filter(|body| matches!(body, ChangeBody::TicketFile(_)));
    assert_eq!(files.count(), 1);
}
