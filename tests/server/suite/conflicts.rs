//! Two people on one ticket, and refusals.

use anyhow::Result;
use serde_json::json;
use tournee_core::changes::{ConflictValue, Field};
use tournee_core::domain::{Status, TicketRow};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{Problem, ProblemKind, Wish};
use tournee_sandbox::accounts::{SUPER_ADMIN, technician};
use tournee_sandbox::{Canned, Effect, Matcher};

use crate::carrying::stuck;
use crate::support::handset::{followup, solution, status};
use crate::support::{Handset, House, SOURCES};

fn problem(phone: &Handset, id: ChangeId) -> Result<Problem> {
    match phone.state(id)? {
        State::NeedsYou { problem } => Ok(problem),
        other => anyhow::bail!("no problem: {other:?}"),
    }
}

fn number(key: &TicketKey) -> i64 {
    i64::try_from(key.id.0).unwrap_or(-1)
}

#[tokio::test]
async fn a_status_that_somebody_else_moved_waits_with_both_values_and_insisting_settles_it()
-> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let colleague = house.glpi(source).world().user_id(&technician(2)).unwrap();
        let fields = [("status", json!(3))];
        house
            .glpi(source)
            .world()
            .edit_ticket(number(&own), colleague, &fields);
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        let note = phone.edit(&own, followup("Une note passe quand même."))?;
        phone.settle().await?;
        let found = problem(&phone, moved)?;
        assert_eq!(found.kind, ProblemKind::Conflict);
        let conflict = found.conflict.unwrap();
        assert_eq!(conflict.field, Field::Status);
        assert_eq!(conflict.theirs, ConflictValue::Status(Status::Planned));
        assert!(conflict.at.is_some());
        assert!(matches!(phone.state(note)?, State::Delivered { .. }));
        phone.wish(moved, Wish::Insist);
        phone.settle().await?;
        assert!(
            matches!(phone.state(moved)?, State::Delivered { .. }),
            "{:?}",
            phone.state(moved)?
        );
        assert_eq!(
            house
                .glpi(source)
                .world()
                .ticket(number(&own))
                .unwrap()
                .status,
            4
        );
    }
    Ok(())
}

#[tokio::test]
async fn who_moved_the_field_is_named_where_the_log_tells_and_not_who_wrote_a_note_since()
-> Result<()> {
    let house = House::open().await?;
    let mut phone = house.phone()?;
    for source in SOURCES {
        phone.sign_in(source, SUPER_ADMIN).await?;
    }
    phone.sync_whole().await?;
    for source in SOURCES {
        let key = phone.free_ticket(source)?;
        // Not on GLPI's page: the sandbox keeps no log of that.
        let mut mover = house.phone()?;
        mover.sign_in(source, &technician(2)).await?;
        mover.sync_whole().await?;
        mover.edit(&key, status(Status::New, Status::Planned))?;
        mover.settle().await?;
        {
            let mut world = house.glpi(source).world();
            let writer = world.user_id(&technician(3)).unwrap();
            world.add_followup(number(&key), writer, "Je n'ai rien déplacé.", false);
        }
        let moved = phone.edit(&key, status(Status::New, Status::Pending))?;
        phone.settle().await?;
        let conflict = problem(&phone, moved)?.conflict.unwrap();
        let who = conflict.who.unwrap_or_default();
        let account = mover.account(source)?;
        assert_eq!(who, account.name, "{source}");
        phone.wish(moved, Wish::Withdraw);
        phone.settle().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_later_change_of_the_same_field_waits_behind_the_conflict() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let colleague = house.new.world().user_id(&technician(2)).unwrap();
    house
        .new
        .world()
        .edit_ticket(number(&own), colleague, &[("status", json!(3))]);
    let first = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
    let second = phone.edit(&own, status(Status::Pending, Status::Assigned))?;
    stuck(&mut phone, &[first, second]).await?;
    assert_eq!(problem(&phone, first)?.kind, ProblemKind::Conflict);
    assert_eq!(phone.state(second)?, State::Server);
    phone.wish(first, Wish::Withdraw);
    phone.settle().await?;
    assert!(matches!(phone.state(first)?, State::Withdrawn { .. }));
    // Without the first, the second is made on a status that the ticket does not have.
    assert_eq!(problem(&phone, second)?.kind, ProblemKind::Conflict);
    Ok(())
}

#[tokio::test]
async fn taking_what_a_colleague_took_is_a_conflict() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let free = phone.free_ticket(source)?;
        let taken = phone.edit(&free, phone.take(&free)?)?;
        let mut world = house.glpi(source).world();
        let colleague = world.user_id(&technician(2)).unwrap();
        world.assign(number(&free), colleague, colleague);
        drop(world);
        phone.settle().await?;
        let conflict = problem(&phone, taken)?.conflict.unwrap();
        assert_eq!(conflict.field, Field::Assignees);
        let ConflictValue::People(people) = conflict.theirs else {
            panic!("{conflict:?}");
        };
        assert_eq!(people.len(), 1);
        assert!(!people[0].starts_with('#'), "{people:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_there_already_is_delivered_without_a_write() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let colleague = house.new.world().user_id(&technician(2)).unwrap();
    house
        .new
        .world()
        .edit_ticket(number(&own), colleague, &[("status", json!(4))]);
    let puts = Matcher::on("PUT", "Ticket");
    let writes = house
        .new
        .faults()
        .add(puts, Effect::Delay(std::time::Duration::ZERO));
    let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
    phone.settle().await?;
    assert!(matches!(phone.state(moved)?, State::Delivered { .. }));
    assert_eq!(house.new.faults().hits(writes), 0);
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_was_trashed_purged_or_closed_meanwhile_is_not_written_to() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let account = phone.account(source)?;
        let own = phone.rows(source, |row| row.is_mine(&account) && row.status.is_open());
        let [trashed, purged, closed] = [0, 1, 2].map(|index| own[index].key.clone());
        let colleague = {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).unwrap();
            world.trash_ticket(number(&trashed), colleague);
            world.purge_ticket(number(&purged));
            colleague
        };
        let fields = [("status", json!(6))];
        house
            .glpi(source)
            .world()
            .edit_ticket(number(&closed), colleague, &fields);
        let expected = [
            (
                phone.edit(&trashed, followup("a"))?,
                ProblemKind::TicketTrashed,
            ),
            (phone.edit(&purged, followup("b"))?, ProblemKind::TicketGone),
            (
                phone.edit(&closed, followup("c"))?,
                ProblemKind::TicketClosed,
            ),
        ];
        phone.settle().await?;
        for (id, kind) in expected {
            assert_eq!(problem(&phone, id)?.kind, kind, "{source}");
        }
        let world = house.glpi(source).world();
        for key in [&trashed, &closed] {
            let notes = world.followups(number(key));
            assert!(
                !notes
                    .iter()
                    .any(|f| ["a", "c"].contains(&f.content.as_str()))
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_missing_right_and_a_refusal_bring_glpis_words() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for (source, code) in [("ancien", 401), ("nouveau", 403)] {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let words = r#"["ERROR_RIGHT_MISSING","Vous n'avez pas les droits requis."]"#;
        faults.add(
            Matcher::on("POST", "Followup"),
            Effect::Status(Canned::json(code, words)),
        );
        let refused = r#"["ERROR_GLPI_UPDATE",[{"x":false,"message":"<p>Champ obligatoire&nbsp;: lieu</p>"}]]"#;
        faults.add(
            Matcher::on("PUT", "Ticket"),
            Effect::Status(Canned::json(400, refused)),
        );
        let note = phone.edit(&own, followup("note"))?;
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.settle().await?;
        let found = problem(&phone, note)?;
        assert_eq!(found.kind, ProblemKind::Rights, "{source}");
        assert!(found.words.unwrap().contains("droits"));
        assert_eq!(
            problem(&phone, moved)?.kind,
            ProblemKind::Refused,
            "{source}"
        );
        faults.clear();
        phone.wish(note, Wish::Retry);
        phone.wish(moved, Wish::Retry);
        phone.settle().await?;
        assert!(matches!(phone.state(note)?, State::Delivered { .. }));
        assert!(matches!(phone.state(moved)?, State::Delivered { .. }));
    }
    Ok(())
}

#[tokio::test]
async fn success_without_effect_is_no_success() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let account = phone.account(source)?;
        let is_his = |row: &TicketRow| row.is_mine(&account) && row.status == Status::Assigned;
        let his = phone.rows(source, is_his);
        let free = phone.free_ticket(source)?;
        // 9.2 has the solution as a field of the ticket.
        let (notes, solutions) = match source {
            "ancien" => ("TicketFollowup", ("PUT", "Ticket")),
            _ => ("ITILFollowup", ("POST", "ITILSolution")),
        };
        let writes = [
            (
                ("PUT", "Ticket"),
                &his[0].key,
                status(Status::Assigned, Status::Pending),
            ),
            (("POST", "Ticket_User"), &free, phone.take(&free)?),
            (("POST", notes), &his[1].key, followup("Sans effet.")),
            (solutions, &his[2].key, solution("Sans effet.")),
        ];
        for ((method, path), key, body) in writes {
            let faults = house.glpi(source).faults();
            let rule = faults.add(Matcher::on(method, path), Effect::OkWithoutEffect);
            let id = phone.edit(key, body)?;
            phone.settle().await?;
            let place = format!("{source}: {method} {path}");
            assert!(faults.hits(rule) > 0, "{place} is not how it is written");
            assert_eq!(problem(&phone, id)?.kind, ProblemKind::NoEffect, "{place}");
            faults.clear();
            phone.wish(id, Wish::Retry);
            phone.settle().await?;
            assert!(
                matches!(phone.state(id)?, State::Delivered { .. }),
                "{place}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_second_solution_is_a_conflict() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let solved = phone.own_ticket("nouveau", Status::Solved)?;
    let id = phone.edit(&solved, solution("Encore."))?;
    phone.settle().await?;
    assert_eq!(problem(&phone, id)?.kind, ProblemKind::Conflict);
    Ok(())
}

#[tokio::test]
async fn two_phones_of_one_technician_conflict_only_where_both_moved_the_same_field() -> Result<()>
{
    let house = House::open().await?;
    let mut first = house.ready_phone().await?;
    let mut second = house.ready_phone().await?;
    for source in SOURCES {
        let own = first.own_ticket(source, Status::Assigned)?;
        let early = first.edit(&own, status(Status::Assigned, Status::Pending))?;
        let late = second.edit(&own, status(Status::Assigned, Status::Planned))?;
        let notes = [
            first.edit(&own, followup("Du premier."))?,
            second.edit(&own, followup("Du second."))?,
        ];
        let free = first.free_ticket(source)?;
        let takes = [
            first.edit(&free, first.take(&free)?)?,
            second.edit(&free, second.take(&free)?)?,
        ];
        first.settle().await?;
        second.settle().await?;
        assert!(matches!(first.state(early)?, State::Delivered { .. }));
        let conflict = problem(&second, late)?.conflict.unwrap();
        assert_eq!(conflict.field, Field::Status);
        assert_eq!(conflict.mine, ConflictValue::Status(Status::Planned));
        assert_eq!(conflict.theirs, ConflictValue::Status(Status::Pending));
        assert!(conflict.at.is_some(), "{source}");
        for (phone, id) in [(&first, notes[0]), (&second, notes[1])] {
            assert!(matches!(phone.state(id)?, State::Delivered { .. }));
        }
        // He has it already: nothing to do, nobody to ask.
        for (phone, id) in [(&first, takes[0]), (&second, takes[1])] {
            assert!(
                matches!(phone.state(id)?, State::Delivered { .. }),
                "{source}"
            );
        }
        second.wish(late, Wish::Withdraw);
        second.settle().await?;
        assert!(matches!(second.state(late)?, State::Withdrawn { .. }));
    }
    Ok(())
}

#[tokio::test]
async fn two_technicians_with_phones_take_and_solve_one_ticket_and_the_second_is_asked()
-> Result<()> {
    let house = House::open().await?;
    let mut first = house.ready_phone().await?;
    let mut second = house.phone()?;
    for source in SOURCES {
        second.sign_in(source, &technician(2)).await?;
    }
    second.sync_whole().await?;
    for source in SOURCES {
        let free = first.free_ticket(source)?;
        assert!(second.has(&free), "both may take it");
        let mine = first.edit(&free, first.take(&free)?)?;
        let theirs = second.edit(&free, second.take(&free)?)?;
        let solved = second.edit(&free, solution("Réglé par le second."))?;
        first.settle().await?;
        second.settle().await?;
        assert!(matches!(first.state(mine)?, State::Delivered { .. }));
        let conflict = problem(&second, theirs)?.conflict.unwrap();
        assert_eq!(conflict.field, Field::Assignees);
        let ConflictValue::People(people) = conflict.theirs else {
            panic!("{conflict:?}");
        };
        assert_eq!(people, [first.account(source)?.name], "{source}");
        assert!(matches!(second.state(solved)?, State::Delivered { .. }));
        // The first solves what is solved by now, as his phone did not know.
        let late = first.edit(&free, solution("Réglé par le premier."))?;
        let request = first.phone.request(false);
        first.send(&request).await?;
        first.settle().await?;
        let found = problem(&first, late)?;
        // 9.2 closes at once; 10 leaves it solved.
        match source {
            "ancien" => assert_eq!(found.kind, ProblemKind::TicketClosed),
            _ => assert_eq!(found.conflict.map(|c| c.field), Some(Field::Solution)),
        }
        second.wish(theirs, Wish::Insist);
        second.settle().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_plugins_refusal_is_shown_as_text_and_leaves_every_way_out() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let words = r#"["ERROR_GLPI_ADD","<div class='msg'><b>Champs obligatoires</b>&nbsp;: <ul><li>Lieu</li></ul><script>x()</script></div>"]"#;
        faults.add(
            Matcher::on("POST", "Followup"),
            Effect::Status(Canned::json(400, words)),
        );
        let [retried, edited, dropped] = ["À réessayer.", "À corigger.", "À jeter."]
            .map(|text| phone.edit(&own, followup(text)));
        let (retried, edited, dropped) = (retried?, edited?, dropped?);
        phone.settle().await?;
        for id in [retried, edited, dropped] {
            let found = problem(&phone, id)?;
            assert_eq!(found.kind, ProblemKind::Refused, "{source}");
            let words = found.words.unwrap();
            assert!(words.contains("Champs obligatoires") && words.contains("Lieu"));
            assert!(!words.contains('<') && !words.contains("&nbsp;"), "{words}");
        }
        // The words that he typed are still his: to copy, to edit.
        let kept = phone
            .phone
            .outbox()
            .get(edited)
            .map(|q| q.change.body.clone());
        assert_eq!(kept, Some(followup("À corigger.")));
        faults.clear();
        // A plugin that has no words of the API's, but a page of its own.
        let page = "<html><body><h1>Refusé</h1><p>Lieu&nbsp;obligatoire</p></body></html>";
        faults.add(
            Matcher::on("POST", "Followup").times(1),
            Effect::Status(Canned::html(400, page)),
        );
        phone.wish(retried, Wish::Retry);
        phone.settle().await?;
        let words = problem(&phone, retried)?.words.unwrap();
        assert!(
            words.contains("Refusé") && words.contains("obligatoire"),
            "{words}"
        );
        assert!(!words.contains('<') && !words.contains("HTTP"), "{words}");
        phone.wish(retried, Wish::Retry);
        phone.wish(dropped, Wish::Withdraw);
        let corrected = phone.replace(&own, followup("À corriger."), Some(edited))?;
        phone.settle().await?;
        assert!(matches!(phone.state(retried)?, State::Delivered { .. }));
        assert!(matches!(phone.state(corrected)?, State::Delivered { .. }));
        for id in [edited, dropped] {
            assert!(matches!(phone.state(id)?, State::Withdrawn { .. }));
        }
        let world = house.glpi(source).world();
        let notes = world.followups(number(&own));
        let count = |text: &str| notes.iter().filter(|n| n.content.contains(text)).count();
        assert_eq!(
            ["réessayer", "corriger", "corigger", "jeter"].map(count),
            [1, 1, 0, 0]
        );
    }
    Ok(())
}
