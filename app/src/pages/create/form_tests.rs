use tournee_core::domain::{AccountState, EntityChoice, FileRules, PriorityMatrix, ReferenceKind};

use super::*;

const NOW: Instant = Instant(1_800_000_000);

fn one(id: u64, name: &str) -> Named {
    Named {
        id,
        name: name.to_owned(),
    }
}

fn person(id: u64, name: &str, address: &str, location: Option<&str>) -> Person {
    Person {
        id: UserId(id),
        name: name.to_owned(),
        address: Some(address.to_owned()),
        phone: None,
        location: location.map(str::to_owned),
    }
}

fn lists() -> Reference {
    // Priority is urgency here, so that a wrong axis shows.
    let rows = (1..=5).map(|urgency| vec![Level::new(urgency).unwrap(); 5]);
    Reference {
        source: SourceId::new("nouveau"),
        entities: vec![one(0, "Entité racine"), one(3, "Entité racine > Var")],
        categories: vec![one(4, "Informatique > Réseau")],
        locations: vec![one(7, "Magasin Les Arcs"), one(8, "Magasin St-Zac")],
        technicians: vec![one(20, "Marcoux Patrick"), one(21, "Roumieux Claire")],
        groups: vec![one(2, "Caisses")],
        solution_types: Vec::new(),
        assets: Vec::new(),
        closed_assets: Vec::new(),
        solution_templates: Vec::new(),
        priority_matrix: Some(PriorityMatrix(rows.collect())),
        people: vec![
            person(
                40,
                "Garcin Magali",
                "mgarcin@magasin.example",
                Some("Magasin Les Arcs"),
            ),
            person(41, "Martin Paul", "paul1@magasin.example", None),
            person(42, "Martin Paul", "paul2@magasin.example", None),
        ],
        files: FileRules::default(),
        stores: Vec::new(),
        partial: vec![ReferenceKind::Technicians],
    }
}

fn account() -> Account {
    Account {
        source: SourceId::new("nouveau"),
        user: UserId(20),
        login: "pmarcoux".into(),
        name: "Marcoux Patrick".into(),
        groups: Vec::new(),
        profile: one(6, "Technician"),
        profiles: Vec::new(),
        entity: EntityChoice::All,
        state: AccountState::Active,
        stores_emoji: true,
        assigns_creator: false,
        version: 9,
        web_url: String::new(),
    }
}

fn at(field: &str) -> Option<Instant> {
    field.parse().ok().map(Instant)
}

fn held<R>(form: &Form, ask: impl FnOnce(&Form, &Ground<'_>) -> R) -> R {
    let (account, lists) = (account(), lists());
    let ground = Ground {
        account: &account,
        lists: Some(&lists),
        now: NOW,
        instant: at,
    };
    ask(form, &ground)
}

fn typed(words: &str) -> Picked {
    Picked::typed(words.to_owned())
}

#[test]
fn a_title_alone_makes_a_ticket_of_his_own() {
    let form = Form {
        title: " Téléphone caisse 23 ".into(),
        ..Form::default()
    };
    assert_eq!(held(&form, Form::faults), []);
    let ticket = held(&form, Form::ticket);
    assert_eq!(ticket.title, "Téléphone caisse 23");
    assert_eq!(ticket.assignees[0].user(), Some(UserId(20)));
    assert_eq!(ticket.entity, one(0, "Entité racine"));
    assert_eq!((ticket.requester, ticket.location), (None, None));
}

#[test]
fn what_is_typed_in_full_counts_as_chosen_without_accents_too() {
    let form = Form {
        requester: typed("garcin magali"),
        location: typed("magasin st-zac "),
        category: typed("informatique > reseau"),
        ..Form::default()
    };
    assert_eq!(held(&form, Form::faults), []);
    let ticket = held(&form, Form::ticket);
    assert_eq!(ticket.requester.unwrap().user(), Some(UserId(40)));
    assert_eq!(ticket.location, Some(one(8, "Magasin St-Zac")));
    assert_eq!(ticket.category, Some(one(4, "Informatique > Réseau")));
}

#[test]
fn of_two_with_one_name_the_chosen_one_is_meant() {
    let form = Form {
        requester: Picked::of(42, "Martin Paul"),
        ..Form::default()
    };
    let ticket = held(&form, Form::ticket);
    assert_eq!(ticket.requester.unwrap().user(), Some(UserId(42)));
}

#[test]
fn an_address_is_a_person_of_the_directory_or_an_address() {
    let of = |words: &str| {
        let form = Form {
            requester: typed(words),
            ..Form::default()
        };
        held(&form, Form::ticket).requester
    };
    assert_eq!(
        of("MGarcin@magasin.example").unwrap().user(),
        Some(UserId(40))
    );
    let address = "sav@fournisseur.example".to_owned();
    assert_eq!(of(&address), Some(Actor::Email { address }));
    for odd in [
        "sav@",
        "@x.fr",
        "a b@x.fr",
        "sav@fournisseur",
        "a@b@c.fr",
        "a@x.",
        "Magali",
    ] {
        assert_eq!(of(odd), None, "{odd}");
    }
}

#[test]
fn what_glpi_would_refuse_or_drop_is_a_fault() {
    let form = Form {
        requester: typed("Personne"),
        location: typed("Magasin"),
        category: typed("?"),
        due: NOW.0.to_string(),
        ..Form::default()
    };
    let all = [
        Fault::Requester,
        Fault::Location,
        Fault::Category,
        Fault::Due,
    ];
    assert_eq!(held(&form, Form::faults), all);
    let later = Form {
        due: (NOW.0 + 60).to_string(),
        ..Form::default()
    };
    assert_eq!(held(&later, Form::faults), []);
    assert_eq!(held(&later, Form::ticket).due_at, Some(Instant(NOW.0 + 60)));
}

#[test]
fn the_store_comes_with_the_requester_until_one_is_chosen() {
    let lists = lists();
    let (magali, paul) = (&lists.people[0], &lists.people[1]);
    let mut form = Form::default();
    form.choose_requester(magali, &lists, Some("Magasin St-Zac"));
    assert_eq!(form.location, Picked::of(7, "Magasin Les Arcs"));
    form.choose_requester(paul, &lists, Some("Magasin St-Zac"));
    assert_eq!(form.location, Picked::of(8, "Magasin St-Zac"));
    form.choose_requester(paul, &lists, None);
    assert_eq!(form.location, Picked::default());
    form.location = Picked::of(8, "Magasin St-Zac");
    form.location_follows = false;
    form.choose_requester(magali, &lists, None);
    assert_eq!(form.location, Picked::of(8, "Magasin St-Zac"));
}

#[test]
fn in_another_glpi_the_words_stay_and_the_numbers_go() {
    let mut form = Form {
        location: Picked::of(3, "Magasin Les Arcs"),
        assign: Assign::Group(9),
        entity: Some(12),
        ..Form::default()
    };
    form.move_to(SourceId::new("nouveau"));
    assert_eq!((&form.assign, form.entity), (&Assign::Me, None));
    let ticket = held(&form, Form::ticket);
    assert_eq!(ticket.location, Some(one(7, "Magasin Les Arcs")));
}

#[test]
fn the_priority_is_that_glpi_s_own() {
    let form = Form {
        urgency: 5,
        impact: 1,
        ..Form::default()
    };
    assert_eq!(held(&form, Form::ticket).priority.number(), 5);
    assert_eq!(form.priority(None), Level::MEDIUM);
}

#[test]
fn a_form_is_kept_whole_and_an_empty_one_not_at_all() {
    let form = Form {
        title: "Ligne 1\n« deux »".into(),
        assign: Assign::Technician(21),
        ..Form::default()
    };
    assert_eq!(Form::read(&form.stored()), form);
    assert_eq!(Form::default().stored(), "");
    assert_eq!(Form::read(""), Form::default());
    assert_eq!(
        Form::read(r#"{"title":"a","of_a_later_version":1}"#).title,
        "a"
    );
}

#[test]
fn a_creation_that_is_made_again_is_the_same() {
    let form = Form {
        title: "Fil dénudé".into(),
        content: "Caisse 10".into(),
        requester: Picked::of(40, "Garcin Magali"),
        location: Picked::of(7, "Magasin Les Arcs"),
        category: Picked::of(4, "Informatique > Réseau"),
        is_request: true,
        urgency: 4,
        assign: Assign::Group(2),
        due: (NOW.0 + 60).to_string(),
        entity: Some(3),
        ..Form::default()
    };
    let ticket = held(&form, Form::ticket);
    let source = SourceId::new("nouveau");
    let again = Form::of(&ticket, &source, UserId(20), (NOW.0 + 60).to_string());
    assert_eq!(held(&again, Form::ticket), ticket);
}
