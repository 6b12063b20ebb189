//! Which mails a rule is for, which never become a ticket, and what becomes of the others.

#![allow(clippy::expect_used)]

mod common;

use std::collections::BTreeSet;

use common::source_state;
use proptest::prelude::*;
use tournee_core::changes::{ChangeBody, ChangeKind as _};
use tournee_core::domain::{
    Actor, Attachment, Correspondent, FileRules, Level, Machine, Mail, MailBody, MailBox, Named,
    Person, Reference, Thread, UrgentBox,
};
use tournee_core::ids::{MailboxId, RuleId, SourceId, ThreadKey, UserId};
use tournee_core::rules::{
    Conditions, Incoming, Outcome, Rule, RuleFault, Unsaid, WhyNot, named_by_glpi, why_not,
};
use tournee_core::time::Instant;
use uuid::Uuid;

fn named(id: u64, name: &str) -> Named {
    Named {
        id,
        name: name.to_owned(),
    }
}

fn mail(id: &str, from: &str, subject: &str, text: &str) -> Mail {
    Mail {
        id: id.to_owned(),
        from: Correspondent {
            name: String::new(),
            address: from.to_owned(),
        },
        to: Vec::new(),
        cc: Vec::new(),
        reply_to: Vec::new(),
        subject: subject.to_owned(),
        at: Instant(1_800_000_000),
        snippet: String::new(),
        message_id: Some(format!("{id}@x.example")),
        references: Vec::new(),
        outgoing: false,
        unread: true,
        machine: None,
        body: Some(MailBody {
            text: text.to_owned(),
            ..MailBody::default()
        }),
        attachments: Vec::new(),
    }
}

fn picture(cid: Option<&str>) -> Attachment {
    Attachment {
        part: "2".to_owned(),
        name: "écran.png".to_owned(),
        mime: "image/png".to_owned(),
        size: 90_000,
        cid: cid.map(str::to_owned),
    }
}

fn broken() -> Mail {
    let mut broken = mail("1", "Magali@Magasin.example", "Re: Caisse 3 cassée", "");
    broken.body = Some(MailBody {
        text: "Elle fume.".to_owned(),
        quoted: Some("<p>imprimante</p>".to_owned()),
        ..MailBody::default()
    });
    broken
}

fn thread(mails: Vec<Mail>) -> Thread {
    Thread {
        key: ThreadKey {
            mailbox: MailboxId::of("moi@x.example"),
            id: "1".to_owned(),
        },
        boxes: vec![MailBox::ToSort],
        ticket: None,
        mails,
    }
}

fn rule() -> Rule {
    Rule {
        id: RuleId(Uuid::from_u128(1)),
        name: "Caisses".to_owned(),
        mailbox: MailboxId::of("moi@x.example"),
        when: Conditions::default(),
        then: Outcome {
            source: SourceId::new("ancien"),
            entity: None,
            category: None,
            location: None,
            urgency: None,
            assignee: None,
        },
    }
}

fn unmet(when: Conditions, mail: &Mail, labels: &[&str]) -> Option<Unsaid> {
    let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
    when.unmet(Incoming {
        mail,
        labels: &labels,
    })
}

#[test]
fn a_rule_without_conditions_is_for_every_mail_and_each_condition_can_fail() {
    let mail = broken();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(unmet(Conditions::default(), &mail, &[]), None);
    let label = || Conditions {
        label: some("Étiquette A"),
        ..Conditions::default()
    };
    assert_eq!(unmet(label(), &mail, &["etiquette a"]), None);
    assert_eq!(unmet(label(), &mail, &["b"]), Some(Unsaid::Label));
    let sender = |who| Conditions {
        sender: some(who),
        ..Conditions::default()
    };
    assert_eq!(unmet(sender("magali@magasin.example "), &mail, &[]), None);
    assert_eq!(
        unmet(sender("m@magasin.example"), &mail, &[]),
        Some(Unsaid::Sender)
    );
    let domain = |from| Conditions {
        domain: some(from),
        ..Conditions::default()
    };
    assert_eq!(unmet(domain("@MAGASIN.example"), &mail, &[]), None);
    assert_eq!(
        unmet(domain("asin.example"), &mail, &[]),
        Some(Unsaid::Domain)
    );
}

#[test]
fn one_of_the_words_is_enough_and_stands_as_a_word_in_what_is_new() {
    let says = |words: &[&str]| {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        let when = Conditions {
            words,
            ..Conditions::default()
        };
        unmet(when, &broken(), &[]).is_none()
    };
    assert!(says(&["CAISSES"]) && says(&["onduleur", "cassee"]));
    assert!(says(&["caisse 3"]) && says(&["fume"]));
    assert!(!says(&["cais"]) && !says(&["caisse cassée"]));
    assert!(!says(&["imprimante"]), "what it quotes is not new");
}

#[test]
fn a_picture_within_the_text_is_no_file() {
    let with = |wanted| Conditions {
        attachment: Some(wanted),
        ..Conditions::default()
    };
    let mut mail = broken();
    assert_eq!(unmet(with(true), &mail, &[]), Some(Unsaid::Attachment));
    mail.attachments = vec![picture(Some("logo"))];
    assert_eq!(unmet(with(true), &mail, &[]), Some(Unsaid::Attachment));
    mail.attachments.push(picture(None));
    assert_eq!(unmet(with(true), &mail, &[]), None);
    assert_eq!(unmet(with(false), &mail, &[]), Some(Unsaid::Attachment));
}

#[test]
fn a_rule_that_says_nothing_it_could_mean_is_refused() {
    let with = |alter: fn(&mut Rule)| {
        let mut rule = rule();
        alter(&mut rule);
        rule.validate()
    };
    assert_eq!(with(|_| {}), Ok(()));
    assert_eq!(with(|r| r.name = " ".into()), Err(RuleFault::NoName));
    assert_eq!(
        with(|r| r.when.sender = Some("magali".into())),
        Err(RuleFault::Sender)
    );
    assert_eq!(
        with(|r| r.when.domain = Some("a@b".into())),
        Err(RuleFault::Domain)
    );
    assert_eq!(
        with(|r| r.when.words = vec!["?".into()]),
        Err(RuleFault::Words)
    );
    assert_eq!(
        with(|r| r.when.label = Some("x".repeat(201))),
        Err(RuleFault::TooLong)
    );
    assert_eq!(
        with(|r| r.then.urgency = Level::new(6)),
        Err(RuleFault::Urgency)
    );
}

fn why(mails: Vec<Mail>) -> Option<WhyNot> {
    let ours = BTreeSet::from(["info@x.example".to_owned(), "moi@x.example".to_owned()]);
    let last = mails.last().expect("a mail").clone();
    why_not(&thread(mails), &last, &ours)
}

#[test]
fn only_what_a_person_begins_becomes_a_ticket() {
    let person = || mail("1", "magali@magasin.example", "Caisse", "Elle fume.");
    assert_eq!(why(vec![person()]), None);
    let by = |machine| {
        let mut mail = person();
        mail.machine = Some(machine);
        why(vec![mail])
    };
    assert_eq!(by(Machine::AutoReply), Some(WhyNot::AutoReply));
    assert_eq!(by(Machine::Bounce), Some(WhyNot::Bounce));
    assert_eq!(by(Machine::Bulk), Some(WhyNot::Bulk));
    assert_eq!(by(Machine::Unknown), Some(WhyNot::Machine));
    let glpi = |ticket| Some(WhyNot::Glpi { ticket });
    assert_eq!(by(Machine::Glpi { ticket: 7 }), glpi(Some(7)));
    let mut numbered = person();
    numbered.subject = "RE: [GLPI #0000012] Caisse".to_owned();
    assert_eq!(why(vec![numbered]), glpi(Some(12)));
    let mut answering = person();
    answering.references = vec!["GLPI-9.17.3@host".to_owned()];
    assert_eq!(why(vec![answering]), glpi(Some(9)));
    let mut nobody = person();
    nobody.from = Correspondent::default();
    assert_eq!(why(vec![nobody]), Some(WhyNot::Bounce));
}

#[test]
fn our_own_mails_and_conversations_that_go_on_are_left_alone() {
    let theirs = |id| mail(id, "magali@magasin.example", "Caisse", "Elle fume.");
    let mut sent = theirs("1");
    sent.outgoing = true;
    assert_eq!(why(vec![sent.clone()]), Some(WhyNot::Ours));
    let shared = mail("1", "Info@X.example", "Caisse", "Fait.");
    assert_eq!(why(vec![shared.clone()]), Some(WhyNot::Ours));
    for first in [sent, shared, theirs("1")] {
        assert_eq!(why(vec![first, theirs("2")]), Some(WhyNot::Answer));
    }
    let mut absent = theirs("1");
    absent.machine = Some(Machine::AutoReply);
    assert_eq!(why(vec![absent, theirs("2")]), None, "nobody wrote before");
    let mut told = theirs("1");
    told.machine = Some(Machine::Glpi { ticket: 7 });
    let glpi = WhyNot::Glpi { ticket: Some(7) };
    assert_eq!(why(vec![told, theirs("2")]), Some(glpi));
}

#[test]
fn glpis_own_names_are_known() {
    assert_eq!(named_by_glpi("GLPI-7754.1700000000.5@h"), Some(Some(7754)));
    assert_eq!(
        named_by_glpi("<GLPI_a1b2-Ticket-31/new.17@h>"),
        Some(Some(31))
    );
    assert_eq!(named_by_glpi("GLPI_a1b2-Problem@h"), Some(None));
    assert_eq!(named_by_glpi("GLPIcaisse@h"), None);
    assert_eq!(named_by_glpi("abc@h"), None);
}

fn lists() -> Reference {
    Reference {
        source: SourceId::new("ancien"),
        entities: vec![named(4, "PACAP > Magasins"), named(2, "PACAP")],
        categories: vec![named(1, "Matériel > Caisse enregistreuse")],
        locations: vec![named(1, "Magasin Les ARCS"), named(2, "Magasin LE LUC")],
        technicians: Vec::new(),
        groups: Vec::new(),
        solution_types: Vec::new(),
        solution_templates: Vec::new(),
        files: FileRules::default(),
        stores: Vec::new(),
        assets: Vec::new(),
        closed_assets: Vec::new(),
        priority_matrix: None,
        people: vec![Person {
            id: UserId(40),
            name: "Garcin Magali".to_owned(),
            address: Some("magali@magasin.example".to_owned()),
            phone: None,
            location: Some("Magasin Les ARCS".to_owned()),
        }],
        partial: Vec::new(),
    }
}

#[test]
fn what_a_rule_leaves_open_is_proposed_and_what_it_says_is_so() {
    let mut sent = broken();
    sent.attachments = vec![picture(None)];
    let thread = thread(vec![sent.clone()]);
    let urgent = UrgentBox::Beside;
    let work = rule().work(
        &thread,
        &sent,
        &source_state("ancien").account,
        &lists(),
        urgent,
    );
    assert_eq!(work.create.title, "Caisse 3 cassée");
    assert_eq!(work.create.entity.id, 2);
    let requester = work.create.requester.as_ref().and_then(Actor::user);
    assert_eq!(requester, Some(UserId(40)));
    assert_eq!(work.create.location, Some(named(1, "Magasin Les ARCS")));
    assert_eq!(work.create.category.as_ref().map(|found| found.id), Some(1));
    assert_eq!(work.create.origin.as_ref().map(|o| o.chain.len()), Some(1));
    // 9.2 gives a ticket to who creates it, which is the rule's owner.
    let mut account = source_state("ancien").account;
    assert_eq!(
        work.create.assignees.first().and_then(Actor::user),
        account.assigns_creator.then_some(account.user)
    );
    account.assigns_creator = !account.assigns_creator;
    let other = rule().work(&thread, &sent, &account, &lists(), urgent);
    assert_ne!(
        other.create.assignees.is_empty(),
        work.create.assignees.is_empty()
    );
    assert_eq!(work.files.len(), 1);
    let bodies = work.bodies();
    assert!(matches!(bodies[0], ChangeBody::Create(_)));
    assert!(bodies.iter().all(|body| body.validate().is_ok()));

    let mut said = rule();
    said.then.entity = Some(named(4, ""));
    said.then.location = Some(named(2, "Magasin LE LUC"));
    said.then.urgency = Level::new(5);
    said.then.assignee = Some(named(9, "Roumieux Claire"));
    let work = said.work(
        &thread,
        &sent,
        &source_state("ancien").account,
        &lists(),
        urgent,
    );
    assert_eq!(work.create.entity.name, "PACAP > Magasins");
    assert_eq!(work.create.location, Some(named(2, "Magasin LE LUC")));
    assert_eq!(work.create.urgency, Level::new(5).expect("a level"));
    assert_eq!(work.create.assignees[0].user(), Some(UserId(9)));
    let to = work.classify.expect("it moves").to;
    assert_eq!(to, [MailBox::Urgent, MailBox::InProgress]);
}

#[test]
fn a_mail_that_is_in_its_box_is_not_moved() {
    let mut thread = thread(vec![broken()]);
    thread.boxes = vec![MailBox::InProgress];
    let urgent = UrgentBox::Beside;
    let mut calm = rule();
    calm.then.urgency = Level::new(3);
    let work = calm.work(
        &thread,
        &broken(),
        &source_state("ancien").account,
        &lists(),
        urgent,
    );
    assert_eq!(work.classify, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever a mail says: what a rule makes of it can be queued, and a chain's name is kept.
    #[test]
    fn whatever_a_mail_says_its_ticket_can_be_queued(subject in "\\PC{0,300}", text in "\\PC{0,200}", times in 1_usize..600) {
        let sent = mail("1", "magali@magasin.example", &subject, &text.repeat(times));
        let thread = thread(vec![sent.clone()]);
        let work = rule().work(&thread, &sent, &source_state("ancien").account, &lists(), UrgentBox::Beside);
        prop_assert!(work.create.content.len() <= 50_010);
        prop_assert_eq!(work.create.origin.as_ref().map(|o| o.chain.clone()), Some(vec!["1@x.example".to_owned()]));
        for body in work.bodies() {
            prop_assert_eq!(body.validate(), Ok(()));
        }
    }

    /// A machine's mail never becomes a ticket, wherever in its thread it stands and whatever else it says.
    #[test]
    fn a_machine_is_never_converted(before in 0_usize..4, which in 0_usize..5, subject in "\\PC{0,80}") {
        let machines = [Machine::Glpi { ticket: 3 }, Machine::AutoReply, Machine::Bounce, Machine::Bulk, Machine::Unknown];
        let mut mails: Vec<Mail> = (0..before).map(|n| mail(&format!("p{n}"), "a@b.example", &subject, "x")).collect();
        let mut last = mail("m", "a@b.example", &subject, "x");
        last.machine = Some(machines[which]);
        mails.push(last);
        prop_assert!(why(mails).is_some());
    }
}
