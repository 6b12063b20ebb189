//! What is in a mailbox, and what moves in it.

use anyhow::{Context as _, Result};
use tournee_core::domain::MailBox;
use tournee_sandbox::gmail::{Letter, Mailbox, accounts, mailbox::Person};
use tournee_sandbox::{Canned, Effect, Matcher};

use super::post::{Post, Reader};

async fn connected(post: &Post) -> Result<Reader> {
    let mut phone = post.phone().await?;
    phone.connect(false, "accept", accounts::TECHNICIAN).await?;
    phone.read().await?;
    Ok(phone)
}

fn letter(subject: &str, text: &str) -> Letter {
    let from = Person::new("Noémie Esmieu", "user01@magasin.example");
    let to = Person::new("", accounts::TECHNICIAN);
    Letter::new(from, to, subject, text, jiff::Timestamp::now())
}

fn edit<T>(post: &Post, change: impl FnOnce(&mut Mailbox) -> T) -> Result<T> {
    let mut world = post.gmail.world();
    Ok(change(
        world
            .mailbox_mut(accounts::TECHNICIAN)
            .context("a mailbox")?,
    ))
}

#[tokio::test]
async fn threads_are_in_the_boxes_of_their_labels() -> Result<()> {
    let post = Post::with(120, |_| Ok(())).await?;
    let phone = connected(&post).await?;
    let world = post.gmail.world();
    let mailbox = world.mailbox(accounts::TECHNICIAN).context("a mailbox")?;
    let [in_progress, done, urgent] =
        accounts::LABELS.map(|name| mailbox.label_id(name).unwrap_or_default());
    for thread in phone.threads.values() {
        let has = |wanted: &str| {
            let messages = mailbox.thread(&thread.key.id);
            messages
                .iter()
                .any(|message| message.labels.contains(wanted))
        };
        let shown = |mail_box: MailBox| thread.boxes.contains(&mail_box);
        assert_eq!(shown(MailBox::Urgent), has(&urgent));
        assert_eq!(shown(MailBox::InProgress), has(&in_progress));
        assert_eq!(shown(MailBox::Done), has(&done));
        assert_eq!(
            thread.mails.len(),
            mailbox.thread(&thread.key.id).len(),
            "what was answered is there too"
        );
    }
    let all = [
        MailBox::Urgent,
        MailBox::InProgress,
        MailBox::Done,
        MailBox::ToSort,
    ];
    for mail_box in all {
        assert!(
            phone
                .threads
                .values()
                .any(|thread| thread.boxes.contains(&mail_box)),
            "{mail_box:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn one_new_mail_costs_few_units_and_bytes() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = connected(&post).await?;
    {
        let mut world = post.gmail.world();
        world.deliver(&letter(
            "Caisse 23 bloquée",
            "Bonjour,\n\nElle est bloquée depuis ce matin.\n\nMerci",
        ));
        world.log.clear();
    }
    phone.read().await?;
    let arrived = phone
        .threads
        .values()
        .find(|thread| thread.subject() == "Caisse 23 bloquée");
    let arrived = arrived.context("it is there")?;
    assert_eq!(arrived.boxes, [MailBox::ToSort]);
    assert!(arrived.is_unread());
    let body = arrived.mails[0].body.as_ref().context("its body")?;
    assert!(body.html.starts_with("Bonjour,<br><br>Elle est bloquée"));
    let world = post.gmail.world();
    assert!(world.log.units() <= 30, "{} units", world.log.units());
    assert!(world.log.bytes() <= 3_000, "{} bytes", world.log.bytes());
    Ok(())
}

#[tokio::test]
async fn labels_moved_on_gmails_page_move_the_thread() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = connected(&post).await?;
    let id = post.gmail.world().deliver(&letter("À classer", "x"))[0]
        .1
        .clone();
    phone.read().await?;
    let label = |name: &str| edit(&post, |mailbox| mailbox.label_id(name).unwrap_or_default());
    let (in_progress, done) = (label(accounts::LABELS[0])?, label(accounts::LABELS[1])?);
    let boxes = |phone: &Reader| phone.threads.get(&id).map(|thread| thread.boxes.clone());

    edit(&post, |mailbox| {
        mailbox.modify(&id, std::slice::from_ref(&in_progress), &[])
    })?;
    post.gmail.world().log.clear();
    phone.read().await?;
    assert_eq!(boxes(&phone), Some(vec![MailBox::InProgress]));
    assert_eq!(
        post.gmail.world().log.count("messages.get"),
        0,
        "history says it all"
    );

    edit(&post, |mailbox| {
        mailbox.modify(
            &id,
            &[done],
            &[in_progress, "INBOX".to_owned(), "UNREAD".to_owned()],
        )
    })?;
    phone.read().await?;
    assert_eq!(boxes(&phone), Some(vec![MailBox::Done]));
    edit(&post, |mailbox| mailbox.delete(&id))?;
    phone.read().await?;
    assert_eq!(boxes(&phone), None);
    Ok(())
}

#[tokio::test]
async fn missing_labels_are_made_and_a_deleted_one_is_made_again() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = post.phone().await?;
    phone.connect(true, "accept", accounts::SHARED).await?;
    phone.read().await?;
    let ids = || -> Vec<Option<String>> {
        let world = post.gmail.world();
        let mailbox = world.mailbox(accounts::SHARED);
        accounts::LABELS
            .iter()
            .map(|name| mailbox.and_then(|mailbox| mailbox.label_id(name)))
            .collect()
    };
    let made = ids();
    assert!(made.iter().all(Option::is_some));
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::SHARED).context("a mailbox")?;
        mailbox.delete_label(made[0].as_deref().unwrap_or_default());
        mailbox.rename_label(made[1].as_deref().unwrap_or_default(), "Fini");
    }
    phone.read().await?;
    let again = ids();
    assert!(again[0].is_some() && again[0] != made[0]);
    assert_eq!(again[1], None, "a renamed one keeps its work");
    Ok(())
}

#[tokio::test]
async fn a_history_that_is_forgotten_loses_nothing_that_moved_meanwhile() -> Result<()> {
    let post = Post::with(120, |_| Ok(())).await?;
    let mut phone = connected(&post).await?;
    let before: Vec<String> = phone.threads.keys().cloned().collect();
    let arrived = post.gmail.world().deliver(&letter("Pendant l'oubli", "x"))[0]
        .1
        .clone();
    edit(&post, |mailbox| {
        let done = mailbox.label_id(accounts::LABELS[1]).unwrap_or_default();
        let first: Vec<String> = mailbox
            .thread(&before[0])
            .iter()
            .map(|m| m.id.clone())
            .collect();
        let second: Vec<String> = mailbox
            .thread(&before[1])
            .iter()
            .map(|m| m.id.clone())
            .collect();
        for id in first {
            mailbox.delete(&id);
        }
        for id in second {
            mailbox.modify(&id, std::slice::from_ref(&done), &["INBOX".to_owned()]);
        }
        mailbox.expire_history();
    })?;
    post.gmail.world().log.clear();
    phone.read().await?;
    assert!(phone.threads.contains_key(&arrived));
    assert!(!phone.threads.contains_key(&before[0]));
    assert!(phone.threads[&before[1]].boxes.contains(&MailBox::Done));
    assert_eq!(phone.threads.len(), post.shown(accounts::TECHNICIAN)?);
    let gets = post.gmail.world().log.count("messages.get");
    assert!(gets < 20, "what is held is not read again: {gets}");
    Ok(())
}

#[tokio::test]
async fn what_was_archived_unread_belongs_to_its_thread_whenever_all_is_read() -> Result<()> {
    let post = Post::open().await?;
    let first = letter("Caisse en panne", "Elle fume.");
    let id = post.gmail.world().deliver(&first)[0].1.clone();
    let sort_and_archive = |mailbox: &mut Mailbox, last_only: bool| {
        let label = mailbox.label_id(accounts::LABELS[0]).unwrap_or_default();
        let mails: Vec<String> = mailbox.thread(&id).iter().map(|m| m.id.clone()).collect();
        for (place, mail) in mails.iter().enumerate() {
            let inbox = ["INBOX".to_owned()];
            match last_only {
                false => mailbox.modify(mail, std::slice::from_ref(&label), &inbox),
                true if place + 1 == mails.len() => mailbox.modify(mail, &[], &inbox),
                true => continue,
            };
        }
    };
    edit(&post, |mailbox| sort_and_archive(mailbox, false))?;
    let goes_on = |text: &str| {
        let next = letter("Re: Caisse en panne", text).answering(&first);
        post.gmail.world().deliver(&next);
    };
    // Before the mailbox was ever read.
    goes_on("Elle ne fume plus.");
    edit(&post, |mailbox| sort_and_archive(mailbox, true))?;
    let mut phone = connected(&post).await?;
    assert_eq!(phone.threads[&id].mails.len(), 2);
    // While its history was forgotten.
    goes_on("Elle fume de nouveau.");
    edit(&post, |mailbox| {
        sort_and_archive(mailbox, true);
        mailbox.expire_history();
    })?;
    phone.read().await?;
    assert_eq!(phone.threads[&id].mails.len(), 3);
    Ok(())
}

#[tokio::test]
async fn empty_pages_of_history_are_turned_and_a_stale_one_for_ever_is_read_whole() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = connected(&post).await?;
    post.gmail.world().settings.empty_history_page = true;
    let first = post.gmail.world().deliver(&letter("Page vide", "x"))[0]
        .1
        .clone();
    phone.read().await?;
    assert!(phone.threads.contains_key(&first));
    post.gmail.world().settings.history_always_stale = true;
    let second = post
        .gmail
        .world()
        .deliver(&letter("Toujours trop vieux", "y"))[0]
        .1
        .clone();
    phone.read().await?;
    assert!(phone.threads.contains_key(&second));
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_costs_a_repeat_and_a_strange_mail_costs_itself() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = connected(&post).await?;
    let odd = post.gmail.world().deliver(&letter("Étrange", "x"))[0]
        .1
        .clone();
    let fine = post.gmail.world().deliver(&letter("Normal", "y"))[0]
        .1
        .clone();
    let faults = post.gmail.faults();
    faults.add(Matcher::on("GET", "/history").times(1), Effect::DoThenLose);
    let page = Canned::json(
        400,
        "{\"error\":{\"code\":400,\"message\":\"Precondition check failed.\",\"errors\":[{\"reason\":\"failedPrecondition\"}]}}",
    );
    faults.add(
        Matcher::on("GET", &format!("/messages/{odd}")),
        Effect::Status(page),
    );
    phone.read().await?;
    assert!(phone.threads.contains_key(&fine) && !phone.threads.contains_key(&odd));
    Ok(())
}

#[tokio::test]
async fn an_older_app_is_told_of_no_mails_and_a_newer_one_of_all() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = connected(&post).await?;
    let all = phone.threads.len();
    assert!(all > 5);
    let mut old = post.phone().await?;
    for _ in 0..20 {
        let response = old.exchange(false).await?;
        assert!(response.mailboxes.is_empty());
        if !response.more {
            break;
        }
    }
    assert!(old.threads.is_empty());
    old.read().await?;
    assert_eq!(old.threads.len(), all, "the same phone with a newer app");
    phone.read().await?;
    assert_eq!(phone.threads, old.threads);
    Ok(())
}

#[tokio::test]
async fn files_come_when_asked_for_and_never_as_a_page() -> Result<()> {
    let post = Post::open().await?;
    let mut phone = connected(&post).await?;
    let evil = letter("Pièce", "voir").file(
        "../é<script>.html",
        "text/html",
        b"<script>alert(1)</script>",
    );
    let id = post.gmail.world().deliver(&evil)[0].1.clone();
    phone.read().await?;
    let file = phone.threads[&id].mails[0].attachments[0].clone();
    assert_eq!(file.name, "éscript.html");
    let path = format!(
        "/api/gmail/{}/mails/{id}/files/{}",
        accounts::TECHNICIAN,
        file.part
    );
    let answer = phone.get(&path).await?;
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename*=UTF-8''%C3%A9script.html"
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(answer.bytes().await?.as_ref(), b"<script>alert(1)</script>");
    let none = format!("/api/gmail/{}/mails/{id}/files/9", accounts::TECHNICIAN);
    assert_eq!(phone.get(&none).await?.status(), 404);
    let odd = format!(
        "/api/gmail/{}/mails/..%2f..%2fprofile",
        accounts::TECHNICIAN
    );
    assert_eq!(phone.get(&odd).await?.status(), 404);
    Ok(())
}

#[tokio::test]
async fn who_asks_sees_the_mail_that_came_this_moment() -> Result<()> {
    let seldom = |google: &mut tournee::gmail::GmailConfig| {
        google.every = std::time::Duration::from_secs(3_600);
        Ok(())
    };
    let post = Post::with(40, seldom).await?;
    let mut phone = connected(&post).await?;
    for subject in ["Caisse 3", "Caisse 4"] {
        let arrived = post.gmail.world().deliver(&letter(subject, "En panne."));
        let thread = &arrived[0].1;
        phone.exchange(true).await?;
        assert!(!phone.threads.contains_key(thread), "nobody asked");
        phone.pulls = true;
        phone.exchange(true).await?;
        phone.pulls = false;
        assert!(phone.threads.contains_key(thread), "{subject}");
    }
    Ok(())
}
