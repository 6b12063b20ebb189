//! What a new ticket is filled with, out of French mails, one sentence a test.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use proptest::prelude::*;
use tournee_core::changes::{ChangeBody, CreateTicket, MAX_TITLE_LETTERS};
use tournee_core::domain::{
    Actor, Correspondent, FileRules, Level, Machine, Mail, MailBody, MailOrigin, Named, Person,
    Reference, Status, TicketRow, TicketType,
};
use tournee_core::ids::{SourceId, UserId};
use tournee_core::proposal::{
    Because, Choice, Choices, Ground, Letter, Lore, Proposal, Reason, Standing, best_source,
    likely, propose, standing,
};

fn named(id: u64, name: &str) -> Named {
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

fn lists(source: &str) -> Reference {
    let stores = [
        "Magasin Les ARCS",
        "Magasin ST-ZAC",
        "Magasin LE LUC",
        "Magasin FRÉJUS",
        "Magasin ST-MAXIMIN & BRAS",
        "Siège > Comptabilité",
    ];
    let categories = [
        "Informatique",
        "Réseau",
        "Matériel",
        "Logiciel",
        "Matériel > Imprimante",
        "Matériel > Caisse enregistreuse",
        "Matériel > Téléphone",
        "Informatique > Comptes & accès",
        "Réseau > Wi-Fi",
    ];
    let list = |names: &[&str]| {
        let numbered = names.iter().zip(1..);
        numbered.map(|(name, id)| named(id, name)).collect()
    };
    Reference {
        source: SourceId::new(source),
        entities: vec![named(0, "Entité racine")],
        categories: list(&categories),
        locations: list(&stores),
        technicians: Vec::new(),
        groups: Vec::new(),
        solution_types: Vec::new(),
        solution_templates: Vec::new(),
        files: FileRules::default(),
        stores: Vec::new(),
        assets: Vec::new(),
        closed_assets: Vec::new(),
        priority_matrix: None,
        people: vec![
            person(
                40,
                "Garcin Magali",
                "mgarcin@magasin.example",
                Some("Magasin Les ARCS"),
            ),
            person(41, "Martin Paul", "accueil@magasin.example", None),
            person(
                42,
                "Roux Anne",
                "accueil@magasin.example",
                Some("Magasin FRÉJUS"),
            ),
        ],
        partial: Vec::new(),
    }
}

fn from(name: &str, address: &str) -> Correspondent {
    Correspondent {
        name: name.to_owned(),
        address: address.to_owned(),
    }
}

fn letter(subject: &str, text: &str) -> Letter {
    letter_of(
        from("Magali GARCIN", "mgarcin@magasin.example"),
        subject,
        text,
    )
}

fn letter_of(from: Correspondent, subject: &str, text: &str) -> Letter {
    Letter::of(&written(from, subject, text, None))
}

fn written(from: Correspondent, subject: &str, text: &str, quoted: Option<&str>) -> Mail {
    let body = MailBody {
        html: String::new(),
        quoted: quoted.map(str::to_owned),
        text: text.to_owned(),
        remote: false,
    };
    Mail {
        from,
        subject: subject.to_owned(),
        body: Some(body),
        ..mail("1", "")
    }
}

fn proposed(letter: &Letter) -> Proposal {
    proposed_by(letter, &Lore::default(), &Choices::default())
}

fn proposed_by(letter: &Letter, lore: &Lore, choices: &Choices) -> Proposal {
    let lists = lists("ancien");
    let ground = Ground {
        lists: &lists,
        lore,
        choices,
    };
    propose(letter, &ground)
}

fn name_of(found: &Option<Because<Named>>) -> Option<(&str, &Reason)> {
    let found = found.as_ref()?;
    Some((found.value.name.as_str(), &found.reason))
}

fn said(words: &str) -> Reason {
    let words = words.to_owned();
    Reason::Said { words }
}

fn row(id: u64, title: &str, category: &str) -> TicketRow {
    let mut ticket = ticket(id);
    ticket.title = title.to_owned();
    ticket.category = Some(named(0, category));
    TicketRow::of(&ticket, false)
}

#[test]
fn the_text_is_what_is_new_and_the_rest_is_kept_beside_it() {
    let quoted = "<div>-- <br>Magali<br>Magasin ST-ZAC</div><blockquote>R&amp;D</blockquote>";
    let sender = || from("Magali", "m@x.example");
    let text = "Bonjour,\n\nPlus de tonalité.\n\n\n\nCordialement,\nMagali";
    let plain = Letter::of(&written(
        sender(),
        "RE : Tél. caisse 23",
        text,
        Some(quoted),
    ));
    assert_eq!(plain.title, "Tél. caisse 23");
    assert_eq!(plain.text, "Bonjour,\n\nPlus de tonalité.");
    assert_eq!(
        plain.rest,
        "Cordialement,\nMagali\n\n--\nMagali\nMagasin ST-ZAC\nR&D"
    );
    assert!(!plain.is_partial);

    let passed_on = Letter::of(&written(
        sender(),
        "TR: Facture",
        "Pour info.",
        Some("De : X<br>La facture"),
    ));
    assert_eq!(passed_on.text, "Pour info.\n\nDe : X\nLa facture");
    assert_eq!(passed_on.rest, "");

    let head = Letter::of(&Mail {
        body: None,
        snippet: "Plus de ton".into(),
        ..written(sender(), "", "", None)
    });
    assert_eq!(
        (head.title.as_str(), head.text.as_str()),
        ("Plus de ton", "Plus de ton")
    );
    assert!(head.is_partial);
    let empty = Letter::of(&written(sender(), "Re:", "", None));
    assert_eq!(empty.title, "Magali");
}

#[test]
fn the_sender_is_known_by_his_address() {
    let known = proposed(&letter("x", "y")).requester.expect("known");
    assert_eq!(
        (known.value.user(), known.reason),
        (Some(UserId(40)), Reason::Address)
    );
    let stranger = proposed(&letter_of(from("SAV", "sav@fournisseur.example"), "x", "y")).requester;
    let stranger = stranger.expect("an address");
    assert_eq!(stranger.reason, Reason::Stranger);
    assert_eq!(
        stranger.value,
        Actor::Email {
            address: "sav@fournisseur.example".into()
        }
    );
    // Of two who share one, the one of that name; else the address alone.
    let anne = proposed(&letter_of(
        from("Anne Roux", "accueil@magasin.example"),
        "x",
        "y",
    ));
    assert_eq!(
        anne.requester.and_then(|r| r.value.user()),
        Some(UserId(42))
    );
    let desk = proposed(&letter_of(
        from("Accueil", "Accueil@magasin.example"),
        "x",
        "y",
    ));
    assert_eq!(desk.requester.and_then(|r| r.value.user()), None);
    assert_eq!(
        proposed(&letter_of(from("Casse", "pas une adresse"), "x", "y")).requester,
        None
    );
}

#[test]
fn the_store_is_the_one_that_the_mail_names_else_where_the_sender_works() {
    for (subject, text, store, reason) in [
        (
            "Caisse 23",
            "Elle fume",
            "Magasin Les ARCS",
            Reason::Workplace,
        ),
        (
            "imprimante magasin frejus",
            "",
            "Magasin FRÉJUS",
            said("frejus"),
        ),
        (
            "Panne",
            "Je suis à Saint-Zac aujourd'hui",
            "Magasin ST-ZAC",
            said("Saint Zac"),
        ),
        (
            "Panne",
            "Au magasin St Maximin & Bras",
            "Magasin ST-MAXIMIN & BRAS",
            said("St Maximin Bras"),
        ),
        (
            "Panne au Luc",
            "Luc est prévenu",
            "Magasin Les ARCS",
            Reason::Workplace,
        ),
        (
            "Panne",
            "Merci de passer au Luc, magasin Le Luc",
            "Magasin LE LUC",
            said("Le Luc"),
        ),
        (
            "Accès",
            "La comptabilité n'imprime plus",
            "Siège > Comptabilité",
            said("comptabilité"),
        ),
    ] {
        let found = proposed(&letter(subject, text)).location;
        assert_eq!(
            name_of(&found),
            Some((store, &reason)),
            "{subject} / {text}"
        );
    }
    let signed = letter_of(
        from("X", "x@y.example"),
        "Panne",
        "Rien ne va.\n\nCordialement,\nX\nMagasin ST-ZAC",
    );
    assert_eq!(
        name_of(&proposed(&signed).location),
        Some(("Magasin ST-ZAC", &Reason::Signature))
    );
}

#[test]
fn the_category_is_named_hinted_or_left_open() {
    for (subject, text, expected) in [
        (
            "Téléphone caisse 23",
            "Plus de tonalité",
            Some(("Matériel > Téléphone", said("Téléphone"))),
        ),
        (
            "IMPRIMANTES du bureau",
            "",
            Some(("Matériel > Imprimante", said("IMPRIMANTES"))),
        ),
        (
            "Fil de la caisse 10 dénudé",
            "",
            Some(("Matériel", said("Fil"))),
        ),
        (
            "Caisse 23",
            "elle est tombée",
            Some(("Matériel > Caisse enregistreuse", said("Caisse"))),
        ),
        (
            "Mot de passe oublié",
            "",
            Some(("Informatique > Comptes & accès", said("Mot de passe"))),
        ),
        (
            "Lenteurs ce matin",
            "surtout le Wi-Fi",
            Some(("Réseau > Wi-Fi", said("Wi Fi"))),
        ),
        ("Bonjour au service informatique", "Une question", None),
    ] {
        let found = proposed(&letter(subject, text)).category;
        let expected = expected.as_ref().map(|(name, reason)| (*name, reason));
        assert_eq!(name_of(&found), expected, "{subject}");
    }
}

#[test]
fn tickets_of_the_past_teach_which_words_go_with_which_category() {
    let mut rows: Vec<TicketRow> = (1..=6)
        .map(|id| row(id, "Onduleurs HS rayon frais", "Réseau"))
        .collect();
    rows.push(row(7, "Onduleur bruyant", "Logiciel"));
    rows.extend((10..20).map(|id| row(id, "Divers", "Matériel")));
    let lore = Lore::of_rows(rows.iter(), None);
    let found = proposed_by(&letter("Re: onduleur", ""), &lore, &Choices::default()).category;
    let reason = Reason::Similar {
        word: "onduleur".into(),
        count: 6,
    };
    assert_eq!(name_of(&found), Some(("Réseau", &reason)));
}

fn chosen(letter: &Letter, category: u64, location: u64, urgency: u8) -> Choice {
    let ChangeBody::Create(create) = create("x") else {
        unreachable!()
    };
    let create = CreateTicket {
        category: Some(named(category, "")),
        location: Some(named(location, "")),
        urgency: Level::new(urgency).expect("a level"),
        ..*create
    };
    Choice::of(letter, &create, &SourceId::new("ancien"), NOW)
}

#[test]
fn what_was_chosen_for_that_sender_and_those_words_is_proposed_again() {
    let mut choices = Choices::default();
    choices.learn(chosen(&letter("Borne accueil", ""), 4, 4, 2));
    let again = proposed_by(
        &letter("La borne est noire", ""),
        &Lore::default(),
        &choices,
    );
    let reason = Reason::ChosenFor {
        word: "borne".into(),
    };
    assert_eq!(name_of(&again.category), Some(("Logiciel", &reason)));
    assert_eq!(
        name_of(&again.location),
        Some(("Magasin FRÉJUS", &Reason::Chosen))
    );
    // Once is no habit, twice is one.
    assert_eq!(again.urgency, None);
    choices.learn(chosen(&letter("Autre chose", ""), 4, 4, 2));
    let third = proposed_by(&letter("Rien de tel", ""), &Lore::default(), &choices);
    assert_eq!(
        name_of(&third.category),
        Some(("Logiciel", &Reason::Chosen))
    );
    assert_eq!(third.urgency.map(|u| u.value.number()), Some(2));
    for _ in 0..50 {
        choices.learn(chosen(&letter("Encore", ""), 1, 1, 3));
    }
    assert_eq!(choices.0.len(), 20);
}

#[test]
fn urgency_and_kind_are_what_the_mail_says() {
    for (subject, text, urgency, is_request) in [
        ("URGENT caisse 23 bloquée", "", Some(4), false),
        (
            "Fil de la caisse 10 dénudé",
            "C'est dangereux !",
            Some(5),
            false,
        ),
        ("Écran", "Ce n'est pas urgent.", Some(2), false),
        ("Demande de 2ème écran", "Serait-il possible", None, true),
        (
            "Demande de remplacement",
            "La caisse est hors service",
            Some(4),
            false,
        ),
        ("Étiquettes prix", "Elles sortent blanches", None, false),
    ] {
        let proposal = proposed(&letter(subject, text));
        assert_eq!(
            proposal.urgency.map(|u| u.value.number()),
            urgency,
            "{subject}"
        );
        let request = proposal.kind.map(|kind| kind.value) == Some(TicketType::Request);
        assert_eq!(request, is_request, "{subject}");
    }
}

fn ground<'a>(lists: &'a Reference, lore: &'a Lore, choices: &'a Choices) -> Ground<'a> {
    Ground {
        lists,
        lore,
        choices,
    }
}

#[test]
fn the_glpi_is_the_one_of_before_or_that_knows_the_sender_or_that_is_used_most() {
    let (old, mut new) = (lists("ancien"), lists("nouveau"));
    let used = |mine| {
        let mut lore = Lore::default();
        lore.mine = mine;
        lore
    };
    let (few, many) = (used(2), used(9));
    let none = Choices::default();
    let best = |letter: &Letter, new: &Reference, choices: &Choices| {
        let grounds = [ground(&old, &many, choices), ground(new, &few, choices)];
        best_source(letter, &grounds).map(|found| (found.value.0, found.reason))
    };
    let known = letter("x", "y");
    assert_eq!(
        best(&known, &new, &none),
        Some(("ancien".into(), Reason::MostUsed))
    );
    let stranger = letter_of(from("", "neuf@magasin.example"), "x", "y");
    new.people
        .push(person(50, "Neuf", "neuf@magasin.example", None));
    assert_eq!(
        best(&stranger, &new, &none),
        Some(("nouveau".into(), Reason::KnownThere))
    );
    let mut choices = Choices::default();
    choices.learn(Choice {
        source: SourceId::new("nouveau"),
        ..chosen(&known, 1, 1, 3)
    });
    assert_eq!(
        best(&known, &new, &choices),
        Some(("nouveau".into(), Reason::Chosen))
    );
    assert_eq!(best_source(&known, &[]), None);
}

#[test]
fn machines_our_own_mails_and_glpis_numbers_make_no_ticket() {
    let person = mail("2", "Elle fume");
    let of = |mails: Vec<Mail>| thread("1", mails);
    let alone = of(vec![person.clone()]);
    assert_eq!(standing(&alone), Standing::Free(&alone.mails[0]));
    let away = Mail {
        machine: Some(Machine::AutoReply),
        ..mail("1", "absent")
    };
    assert_eq!(
        standing(&of(vec![away.clone()])),
        Standing::Machine(Machine::AutoReply)
    );
    let with_person = of(vec![away, person.clone()]);
    assert_eq!(
        standing(&with_person),
        Standing::Free(&with_person.mails[1])
    );
    let glpi = Mail {
        machine: Some(Machine::Glpi { ticket: 7754 }),
        ..mail("1", "Suivi")
    };
    let told = of(vec![person.clone(), glpi]);
    assert_eq!(
        standing(&told),
        Standing::Names {
            number: 7754,
            by_glpi: true
        }
    );
    let answered = of(vec![Mail {
        subject: "Re: [GLPI #0000012] x".into(),
        ..person.clone()
    }]);
    assert_eq!(
        standing(&answered),
        Standing::Names {
            number: 12,
            by_glpi: false
        }
    );
    let ours = of(vec![Mail {
        outgoing: true,
        ..person
    }]);
    assert_eq!(standing(&ours), Standing::Ours);
}

#[test]
fn tickets_that_a_mail_may_belong_to_come_with_what_speaks_for_them() {
    let names = ["Garcin Magali".to_owned()].into();
    let mut rows = [
        row(1, "Téléphone caisse 23", "x"),
        row(2, "Imprimante du bureau", "x"),
        row(3, "Téléphone caisse rayon frais", "x"),
        row(7754, "Autre chose", "x"),
    ];
    rows[0].requester = "Garcin Magali +1".into();
    rows[1].requester = "Garcin Magali".into();
    rows[3].status = Status::Closed;
    let about = letter("Re: téléphone caisse", "au rayon frais");
    let found = likely(&about, "Re: téléphone caisse", &names, rows.iter());
    let keys: Vec<u64> = found.iter().map(|one| one.key.id.0).collect();
    assert_eq!(keys, [3, 1]);
    assert_eq!(
        found[1].words,
        ["téléphone", "caisse"]
            .map(str::to_owned)
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    let told = likely(&letter("x", ""), "[GLPI #0007754] x", &names, rows.iter());
    assert!(told[0].is_named && told[0].key.id.0 == 7754);
}

#[test]
fn an_origin_keeps_the_first_and_the_newest_of_a_chain() {
    let references: Vec<String> = (0..50).map(|n| format!("{n}@x")).collect();
    let long = Mail {
        references,
        message_id: Some("own@x".into()),
        ..mail("9", "x")
    };
    let origin = MailOrigin::of(&thread_key("1"), &long);
    assert_eq!(origin.chain.len(), 10);
    assert_eq!(
        (origin.chain[0].as_str(), origin.chain[9].as_str()),
        ("0@x", "own@x")
    );
    let bare = Mail {
        references: Vec::new(),
        message_id: None,
        ..mail("9", "x")
    };
    assert!(MailOrigin::of(&thread_key("1"), &bare).chain.is_empty());
}

proptest! {
    #[test]
    fn any_mail_makes_a_ticket_that_glpi_takes_and_loses_no_line(
        subject in "(re ?: |TR: |Fwd: ){0,3}\\PC{0,300}",
        text in "(\\PC{0,60}\n){0,12}",
        quoted in proptest::option::of("\\PC{0,80}"),
        address in "[a-z@. ]{0,20}",
    ) {
        let quoted = quoted.map(|text| text.replace(['<', '>', '&'], ""));
        let mail = written(from("Magali", &address), &subject, &text, quoted.as_deref());
        let letter = Letter::of(&mail);
        prop_assert!(letter.title.chars().count() <= MAX_TITLE_LETTERS);
        if !letter.title.trim().is_empty() {
            prop_assert!(CreateTicket::check_title(&letter.title).is_ok());
        }
        let all = format!("{}\n{}", letter.text, letter.rest);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            prop_assert!(all.contains(line), "{line} of {all}");
        }
        let _ = proposed(&letter);
    }
}
