//! The writes, their marks, and what an unknown outcome leaves behind.

use anyhow::{Context as _, Result, bail};
use tournee::glpi::{Mark, WriteError};
use tournee_core::changes::Take;
use tournee_core::domain::{EntryKind, Status, Ticket};
use tournee_core::ids::{TicketId, UserId};
use tournee_core::wire::Notice;
use tournee_sandbox::accounts::{SELF_SERVICE, TECHNICIAN};
use tournee_sandbox::{Canned, Effect, Matcher, Options};

use crate::support::{House, both, mark};

/// The content of the entry that a change left, and its number.
fn entry_of(ticket: &Ticket, mark: Mark) -> Result<(String, u64)> {
    let mut entries = ticket.timeline.iter().flatten();
    let entry = entries
        .find(|entry| entry.change == Some(mark.change()))
        .context("no entry with this mark")?;
    match &entry.what {
        EntryKind::Followup { content, .. }
        | EntryKind::Solution { content, .. }
        | EntryKind::Task { content, .. } => Ok((content.clone(), entry.id)),
        other @ EntryKind::Document(_) => bail!("{other:?}"),
    }
}

/// Shown HTML as the text that a person reads.
fn text_of(html: &str) -> String {
    let lines = html
        .replace("<br>", "\n")
        .replace("<p>", "")
        .replace("</p>", "");
    html_escape::decode_html_entities(&lines).into_owned()
}

#[tokio::test]
async fn taking_a_new_ticket_assigns_it_and_taking_it_twice_is_no_error() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let me = UserId(house.user(TECHNICIAN)?.cast_unsigned());
        let id = house.ticket_of(1, None)?;
        let take = Take {
            user: me,
            name: String::new(),
            before: Vec::new(),
        };
        let seat = take.seat();
        let written = house.client.set_seat(&session, TicketId(id), &seat).await?;
        assert!(written.id.is_some());
        let ticket = house.ticket(&session, id).await?;
        assert_eq!(ticket.status, Status::Assigned);
        assert_eq!(ticket.assignees.first().and_then(|a| a.user()), Some(me));
        house.client.set_seat(&session, TicketId(id), &seat).await?;
        assert_eq!(house.ticket(&session, id).await?.assignees.len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn every_legal_move_between_statuses_is_made() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let me = house.user(TECHNICIAN)?;
        let id = house.ticket_of(2, Some(me))?;
        let path = [
            Status::Pending,
            Status::Planned,
            Status::Assigned,
            Status::Solved,
            Status::Assigned,
            Status::Solved,
            Status::Closed,
            Status::Assigned,
        ];
        for status in path {
            house
                .client
                .set_status(&session, TicketId(id), status)
                .await?;
            assert_eq!(house.ticket(&session, id).await?.status, status);
        }
        let missing = TicketId(99_999_999);
        assert_eq!(
            house
                .client
                .set_status(&session, missing, Status::Pending)
                .await,
            Err(WriteError::NotFound)
        );
    }
    Ok(())
}

#[tokio::test]
async fn many_statuses_go_in_one_request_and_are_matched_by_number() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let me = house.user(TECHNICIAN)?;
        let first = TicketId(house.ticket_of(2, Some(me))?);
        let second = TicketId(house.ticket_of(3, Some(me))?);
        let gone = TicketId(99_999_999);
        house.glpi.world().log.clear();
        let moves = [first, gone, second].map(|id| (id, Status::Pending));
        let results = house.client.set_statuses(&session, &moves).await?;
        assert_eq!(house.glpi.world().log.total(), 1);
        assert!(results[0].1.is_ok() && results[2].1.is_ok());
        assert_eq!(results[1], (gone, Err(WriteError::NotFound)));
        for id in [first, second] {
            assert_eq!(house.ticket(&session, id.0).await?.status, Status::Pending);
        }
        let none = house.client.set_statuses(&session, &moves[1..2]).await?;
        assert_eq!(none, [(gone, Err(WriteError::NotFound))]);
    }
    Ok(())
}

#[tokio::test]
async fn what_is_typed_is_what_is_read_back() -> Result<()> {
    let typed = [
        "Câble remplacé.",
        "ligne 1\nligne 2\n\nligne 4",
        "Imprimante <A4> & \"scanner\" d'été « oui » €",
        "C:\\new\\temp \\\\SRV\\new a\\'b dom\\roux deux\\\\",
        "null",
        "<b>R&D</b>",
        "00123",
        "réf. T-12 à rappeler",
    ];
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let me = house.user(TECHNICIAN)?;
        let id = house.ticket_of(2, Some(me))?;
        for (index, text) in typed.into_iter().enumerate() {
            let mark = mark();
            let private = index % 2 == 1;
            let written = house
                .client
                .add_followup(&session, TicketId(id), text, private, &mark)
                .await?;
            assert_eq!(written.notices, []);
            let ticket = house.marked(&session, id, &[mark]).await?;
            let (html, number) = entry_of(&ticket, mark)?;
            assert_eq!(text_of(&html), text, "{}", session.dialect().name());
            assert_eq!(Some(number), written.id);
            let found = house
                .client
                .find_mark(&session, TicketId(id), &mark)
                .await?;
            assert_eq!(found, written.id);
        }
        let followups = house.glpi.world().followups(id.cast_signed());
        assert!(
            followups
                .iter()
                .rev()
                .take(8)
                .step_by(2)
                .all(|f| f.is_private)
        );
    }
    Ok(())
}

#[tokio::test]
async fn emoji_are_kept_by_10_and_spelled_for_9_2() -> Result<()> {
    for (options, notices, shown) in [
        (
            Options::glpi_9_2(),
            vec![Notice::EmojiSpelled],
            "Feu :fire: !",
        ),
        (Options::glpi_10(), vec![], "Feu 🔥 !"),
    ] {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let id = house.ticket_of(2, Some(house.user(TECHNICIAN)?))?;
        let mark = mark();
        let written = house
            .client
            .add_followup(&session, TicketId(id), "Feu 🔥 !", false, &mark)
            .await?;
        assert_eq!(written.notices, notices);
        let ticket = house.marked(&session, id, &[mark]).await?;
        assert_eq!(text_of(&entry_of(&ticket, mark)?.0), shown);
    }
    Ok(())
}

#[tokio::test]
async fn a_solution_solves_and_keeps_its_lines() -> Result<()> {
    for (options, closes) in both().into_iter().zip([true, false]) {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let id = house.ticket_of(2, Some(house.user(TECHNICIAN)?))?;
        let mark = mark();
        let text = "Tambour <remplacé> & testé\nC:\\new : 2ᵉ ligne d'essai";
        house
            .client
            .add_solution(&session, TicketId(id), text, Some(1), &mark)
            .await?;
        let ticket = house.marked(&session, id, &[mark]).await?;
        let expected = if closes {
            Status::Closed
        } else {
            Status::Solved
        };
        assert_eq!(ticket.status, expected);
        assert_eq!(session.dialect().may_close_at_once(), closes);
        assert_eq!(text_of(&entry_of(&ticket, mark)?.0), text);
        assert!(ticket.solved_at.is_some());
        let found = house
            .client
            .find_mark(&session, TicketId(id), &mark)
            .await?;
        assert!(found.is_some());
        assert_eq!(house.glpi.world().solutions(id.cast_signed()).len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_the_mark_finds_what_was_done() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let id = TicketId(house.ticket_of(2, Some(house.user(TECHNICIAN)?))?);
        let followup = session.dialect().followup_type();
        let page = || Canned::html(502, "<html>Bad gateway</html>");
        let missing = || Canned::json(404, "[\"ERROR_ITEM_NOT_FOUND\",\"\"]");
        for (effect, done) in [
            (Effect::DoThenLose, true),
            (Effect::DoThenStatus(page()), true),
            (Effect::DoThenStatus(missing()), true),
            (Effect::LoseBefore, false),
        ] {
            let rule = house
                .glpi
                .faults()
                .add(Matcher::on("POST", followup), effect);
            let mark = mark();
            let result = house
                .client
                .add_followup(&session, id, "Une seule fois", false, &mark)
                .await;
            assert!(
                matches!(result, Err(WriteError::Unknown { .. })),
                "{result:?}"
            );
            assert_eq!(house.glpi.faults().hits(rule), 1, "a write is sent once");
            house.glpi.faults().remove(rule);
            let found = house.client.find_mark(&session, id, &mark).await?;
            assert_eq!(found.is_some(), done);
        }
    }
    Ok(())
}

#[tokio::test]
async fn refusals_and_expired_sessions_are_told_apart() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let id = TicketId(house.ticket_of(2, Some(house.user(TECHNICIAN)?))?);
        let requester = house.sign_in(SELF_SERVICE).await?;
        let result = house
            .client
            .add_followup(&requester, id, "intrus", false, &mark())
            .await;
        assert!(
            matches!(
                result,
                Err(WriteError::Refused { .. } | WriteError::Rights { .. })
            ),
            "{result:?}"
        );
        let session = house.technician().await?;
        house.glpi.world().expire_all_sessions();
        let result = house
            .client
            .add_followup(&session, id, "plus tard", false, &mark())
            .await;
        assert_eq!(result, Err(WriteError::SessionExpired));
    }
    Ok(())
}
