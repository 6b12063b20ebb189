//! Rules, what they did, and mails that wait for them, in both stores.

use anyhow::{Context as _, Result};
use tournee::store::mail_links::MailLink;
use tournee::store::mails::{MailRecord, MailboxRecord};
use tournee::store::rules::{self, Done, NewMail, RuleRow, What};
use tournee::store::{Connection, Store, StoreError, TechnicianId, technicians};
use tournee_core::domain::{Correspondent, Level, Status};
use tournee_core::ids::{MailboxId, RuleId, SourceId, ThreadKey};
use tournee_core::rules::{Conditions, Outcome, Rule, WhyNot};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::RuleMail;
use uuid::Uuid;

use crate::support::*;

on_both!(
    rules_are_asked_in_their_order_and_go_with_their_owner,
    a_merged_technician_brings_his_rules,
    a_mail_is_new_once_and_only_where_a_rule_looks,
    a_mail_in_the_thread_of_a_ticket_concerns_who_tells_answers,
    what_was_done_is_told_newest_first_and_forgotten_in_the_end,
);

fn rule(number: u128) -> Rule {
    Rule {
        id: RuleId(Uuid::from_u128(number)),
        name: "Caisses".to_owned(),
        mailbox: mailbox(),
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

fn row(number: u128, num: i64, owner: TechnicianId) -> RuleRow {
    RuleRow {
        num,
        owner,
        rule: rule(number),
        on_since: Some(NOW),
        tried: true,
    }
}

fn mailbox() -> MailboxId {
    MailboxId::of("moi@x.example")
}

fn mail(id: &str, at: Instant) -> MailRecord {
    MailRecord {
        id: id.to_owned(),
        thread: id.to_owned(),
        at,
        labels: vec!["INBOX".to_owned()],
        names: Vec::new(),
        body: Vec::new(),
    }
}

fn done(id: &str, what: What) -> Done {
    Done {
        mail: RuleMail {
            thread: ThreadKey {
                mailbox: mailbox(),
                id: id.to_owned(),
            },
            at: NOW,
            from: Correspondent::default(),
            subject: "Caisse".to_owned(),
        },
        what,
    }
}

async fn technician(db: &mut Connection) -> Result<TechnicianId> {
    Ok(technicians::create(db, &chance(), NOW).await?)
}

async fn rules_are_asked_in_their_order_and_go_with_their_owner(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let (one, two) = (technician(&mut tx).await?, technician(&mut tx).await?);
    rules::put(&mut tx, &row(7, 2, one)).await?;
    rules::put(&mut tx, &row(9, 1, two)).await?;
    assert_eq!(rules::next_place(&mut tx).await?, 3);
    let ids = |rows: Vec<RuleRow>| rows.iter().map(|row| row.num).collect::<Vec<_>>();
    assert_eq!(ids(rules::all(&mut tx).await?), [1, 2]);
    assert_eq!(ids(rules::on_mailbox(&mut tx, &mailbox()).await?), [1, 2]);
    let off = RuleRow {
        on_since: None,
        ..row(9, 1, two)
    };
    rules::put(&mut tx, &off).await?;
    assert_eq!(ids(rules::on_mailbox(&mut tx, &mailbox()).await?), [2]);
    assert!(rules::own(&mut tx, one, off.rule.id).await?.is_none());
    assert_eq!(rules::own(&mut tx, two, off.rule.id).await?, Some(off));
    tx.delete_technician(two).await?;
    assert_eq!(ids(rules::all(&mut tx).await?), [2]);
    tx.commit().await?;
    let mut tx = store.write().await?;
    let taken = rules::put(&mut tx, &row(8, 2, one)).await;
    assert!(taken.is_err());
    let nobody = rules::put(&mut tx, &row(8, 5, two)).await;
    assert_fails!(nobody, StoreError::Dangling(_));
    Ok(())
}

async fn a_merged_technician_brings_his_rules(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let (one, two) = (technician(&mut tx).await?, technician(&mut tx).await?);
    rules::put(&mut tx, &row(7, 1, one)).await?;
    technicians::merge(&mut tx, &chance(), one, two).await?;
    let own = rules::own(&mut tx, two, rule(7).id).await?;
    assert_eq!(own.context("his now")?.owner, two);
    Ok(tx.commit().await?)
}

async fn a_mail_is_new_once_and_only_where_a_rule_looks(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    tx.put_mailbox(&MailboxRecord::new(mailbox(), Some(who)))
        .await?;
    let mails = [mail("a", NOW - Seconds(1)), mail("b", NOW), mail("c", NOW)];
    let came = rules::came(&mut tx, &mailbox(), &mails[..1]).await?;
    assert!(!came[0].for_rules, "nobody looks");
    rules::put(&mut tx, &row(7, 1, who)).await?;
    tx.put_mail(&mailbox(), &mails[2]).await?;
    let came = rules::came(&mut tx, &mailbox(), &mails).await?;
    let seen = came
        .iter()
        .map(|came| (came.new.mail.as_str(), came.for_rules));
    let seen: Vec<(&str, bool)> = seen.collect();
    assert_eq!(seen, [("a", false), ("b", true)], "one was there");
    let came = [came[1].new.clone()];
    for mail in &mails {
        tx.put_mail(&mailbox(), mail).await?;
    }
    tx.put_new_mail(&came[0]).await?;
    // It is read anew, with other labels.
    tx.put_mail(&mailbox(), &mails[1]).await?;
    assert_eq!(tx.new_mails(&mailbox(), 9).await?, came);
    // Those of one that is paused keep no other's waiting.
    let others = MailboxId::of("autre@x.example");
    assert!(tx.new_mails(&others, 9).await?.is_empty());
    assert!(tx.is_new_mail(&came[0]).await?);
    // It is to be looked at anew while the first look is under way: that one does not end it.
    tx.put_new_mail(&came[0]).await?;
    assert!(!tx.is_new_mail(&came[0]).await?);
    tx.delete_new_mail(&came[0]).await?;
    let again = tx.new_mails(&mailbox(), 9).await?;
    assert_eq!(again.len(), 1);
    assert!(tx.is_new_mail(&again[0]).await?);
    tx.delete_new_mail(&again[0]).await?;
    assert!(tx.new_mails(&mailbox(), 9).await?.is_empty());
    tx.put_new_mail(&came[0]).await?;
    let newest = tx.newest_mails(&mailbox(), 2).await?;
    let names: Vec<&str> = newest.iter().map(|mail| mail.id.as_str()).collect();
    assert_eq!(names, ["c", "b"]);
    tx.delete_mail(&mailbox(), "b").await?;
    assert!(
        tx.new_mails(&mailbox(), 9).await?.is_empty(),
        "it goes with its mail"
    );
    let gone = NewMail {
        mail: "z".to_owned(),
        ..came[0].clone()
    };
    let dangling = tx.put_new_mail(&gone).await;
    assert_fails!(dangling, StoreError::Dangling(_));
    Ok(())
}

async fn a_mail_in_the_thread_of_a_ticket_concerns_who_tells_answers(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    tx.put_mailbox(&MailboxRecord::new(mailbox(), Some(who)))
        .await?;
    let first = MailRecord {
        names: vec!["1@x.example".to_owned()],
        ..mail("a", NOW)
    };
    let answers = [NOW, NOW + Seconds(9)].map(|at| MailRecord {
        thread: "a".to_owned(),
        ..mail("b", at)
    });
    tx.put_mail(&mailbox(), &first).await?;
    let came = [
        rules::came(&mut tx, &mailbox(), &answers[..1]).await?,
        rules::came(&mut tx, &mailbox(), &answers[1..]).await?,
    ]
    .concat();
    assert!(
        !rules::concerns(&mut tx, &came[1], true).await?,
        "no ticket"
    );
    tx.put_link(&MailLink {
        name: "1@x.example".to_owned(),
        ticket: key(12),
        since: NOW + Seconds(5),
        status: Status::Assigned,
        priority: Level::MEDIUM,
        stirred: false,
        moved_for: None,
        of_before: false,
    })
    .await?;
    assert!(
        !rules::concerns(&mut tx, &came[0], true).await?,
        "of before"
    );
    assert!(rules::concerns(&mut tx, &came[1], true).await?);
    assert!(
        !rules::concerns(&mut tx, &came[1], false).await?,
        "by setting"
    );
    Ok(())
}

async fn what_was_done_is_told_newest_first_and_forgotten_in_the_end(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    tx.put_mailbox(&MailboxRecord::new(mailbox(), Some(who)))
        .await?;
    rules::put(&mut tx, &row(7, 1, who)).await?;
    let id = rule(7).id;
    let reopened = What::Changes {
        ids: vec![],
        reopens: Some(key(12)),
    };
    let whats = [What::Left { why: WhyNot::Bulk }, reopened];
    for (name, what) in ["a", "b"].into_iter().zip(whats) {
        let at = NOW + Seconds(i64::from(name == "b"));
        tx.put_mail(&mailbox(), &mail(name, at)).await?;
        let new = NewMail {
            mailbox: mailbox(),
            mail: name.to_owned(),
            at,
            turn: 0,
        };
        tx.put_new_mail(&new).await?;
        rules::record(&mut tx, id, &new, &done(name, what), at).await?;
    }
    assert!(tx.new_mails(&mailbox(), 9).await?.is_empty());
    let told = rules::done(&mut tx, id).await?;
    let names: Vec<&str> = told
        .iter()
        .map(|(_, done)| done.mail.thread.id.as_str())
        .collect();
    assert_eq!(names, ["b", "a"]);
    let ticket = key(12).to_string();
    assert_eq!(tx.reopenings(&ticket, NOW).await?, 1);
    assert_eq!(tx.reopenings(&ticket, NOW + Seconds(2)).await?, 0);
    rules::sweep(&mut tx, NOW + Seconds(180 * 86_400 + 1)).await?;
    assert_eq!(rules::done(&mut tx, id).await?.len(), 1);
    tx.delete_rule(id).await?;
    assert!(rules::done(&mut tx, id).await?.is_empty());
    Ok(())
}
