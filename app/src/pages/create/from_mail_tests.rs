use tournee_core::domain::Actor;
use tournee_core::ids::UserId;

use super::*;

fn named(id: u64, name: &str) -> Named {
    Named {
        id,
        name: name.to_owned(),
    }
}

fn because<T>(value: T, reason: Reason) -> Option<Because<T>> {
    Some(Because { value, reason })
}

fn proposal(store: u64) -> Proposal {
    let magali = Actor::User {
        id: UserId(40),
        name: "Garcin Magali".into(),
    };
    Proposal {
        requester: because(magali, Reason::Address),
        category: because(named(4, "Réseau"), Reason::Chosen),
        location: because(named(store, "Magasin Les Arcs"), Reason::Workplace),
        urgency: because(
            Level::new(4).unwrap(),
            Reason::Said {
                words: "urgent".into(),
            },
        ),
        kind: None,
    }
}

fn form() -> Form {
    let mut form = Form {
        mail: Some(FromMail::default()),
        ..Form::default()
    };
    form.take(&proposal(7));
    form
}

#[test]
fn what_is_proposed_stands_in_the_form_with_its_reason() {
    let form = form();
    assert_eq!(form.requester, Picked::of(40, "Garcin Magali"));
    assert_eq!((form.urgency, form.is_request), (4, false));
    assert!(form.location_follows);
    assert_eq!(form.why(About::Location), Some(&Reason::Workplace));
    assert_eq!(form.why(About::Kind), None);
    assert_eq!(Form::read(&form.stored()), form);
}

#[test]
fn what_is_corrected_has_no_reason_and_stays_in_another_glpi() {
    let mut form = form();
    form.category = Picked::typed("Matériel".into());
    assert_eq!(form.why(About::Category), None);
    form.move_with(SourceId::new("nouveau"), Some(&proposal(31)));
    assert_eq!(form.category, Picked::typed("Matériel".into()));
    assert_eq!(form.location, Picked::of(31, "Magasin Les Arcs"));
    assert_eq!(form.why(About::Location), Some(&Reason::Workplace));
    form.move_with(SourceId::new("ancien"), None);
    assert_eq!(form.location.id, None);
}

#[test]
fn what_was_cut_can_be_put_in_and_the_rest_of_a_mail_comes_later() {
    let mail = |text: &str, rest: &str| {
        let json = serde_json::json!({
            "id": "1", "from": {"name": "Magali", "address": "m@x.example"}, "to": [], "cc": [], "subject": "Caisse",
            "at": 0, "snippet": "Elle fu", "message_id": null, "references": [], "outgoing": false, "unread": false,
            "machine": null,
            "attachments": [{"part": "1", "name": "ecran.png", "mime": "image/png", "size": 9, "cid": null}],
            "body": (!text.is_empty()).then(|| serde_json::json!({"html": "", "quoted": rest, "text": text, "remote": false})),
        });
        serde_json::from_value::<Mail>(json).unwrap()
    };
    let thread = ThreadKey::parse("moi@x.example:1").unwrap();
    let (head, whole) = (Letter::of(&mail("", "")), mail("Elle fume.", "Avant"));
    let mut form = form();
    form.content.clone_from(&head.text);
    form.title.clone_from(&head.title);
    form.complete(&head, &thread, &whole);
    assert_eq!(form.content, "Elle fume.");
    let files = |form: &Form| form.mail.as_ref().map_or(0, |mail| mail.files.len());
    assert_eq!(files(&form), 1);
    form.put_rest_in();
    assert_eq!(form.content, "Elle fume.\n\nAvant");
    form.complete(&head, &thread, &whole);
    assert_eq!(
        form.content, "Elle fume.\n\nAvant",
        "what was written is left alone"
    );
}
