//! Mails that no person wrote: GLPI's notifications, automatic answers, bounces, newsletters.

use super::craft::by_hand;
use crate::gmail::mailbox::{Letter, Person};

type Machine = fn(usize, &mut Letter) -> Vec<u8>;

const MACHINES: &[Machine] = &[notification, away, bounce, newsletter, supervision, list];

/// Writes the mail of the machine whose turn it is.
pub fn write(turn: usize, letter: &mut Letter) -> Vec<u8> {
    MACHINES[turn % MACHINES.len()](turn, letter)
}

fn becomes(letter: &mut Letter, from: (&str, &str), subject: &str, text: &str) {
    letter.from = Person::new(from.0, from.1);
    letter.subject = subject.to_owned();
    letter.text = Some(text.to_owned());
}

/// GLPI says what became of a ticket.
fn notification(turn: usize, letter: &mut Letter) -> Vec<u8> {
    let number = turn % 390 + 1;
    let subject = format!("[GLPI #{number:07}] Nouveau suivi {}", letter.subject);
    let text = format!(
        "URL : http://glpi10.example/index.php?redirect=ticket_{number}\n\nTicket : Description\nTitre : {}\nDemandeurs : {}\n\nNombre de suivis : 1\n",
        letter.subject, letter.from.name
    );
    becomes(letter, ("GLPI", "glpi@glpi.example"), &subject, &text);
    letter
        .clone()
        .header("Auto-Submitted", "auto-generated")
        .header("X-Auto-Response-Suppress", "OOF, DR, NDR, RN, NRN")
        .header("X-Mailer", "GLPI")
        .write()
}

fn away(_: usize, letter: &mut Letter) -> Vec<u8> {
    let subject = format!("Réponse automatique : {}", letter.subject);
    let text = "Bonjour,\n\nJe suis absent(e) jusqu'au 30 novembre. Pour toute urgence : accueil@magasin.example.\n";
    let from = letter.from.clone();
    becomes(letter, (&from.name, &from.address), &subject, text);
    letter
        .clone()
        .header("Auto-Submitted", "auto-replied")
        .header("X-Autoreply", "yes")
        .write()
}

fn bounce(_: usize, letter: &mut Letter) -> Vec<u8> {
    let text = "Votre message n'a pas pu être remis à user99@magasin.example.";
    becomes(
        letter,
        ("Mail Delivery Subsystem", "mailer-daemon@googlemail.com"),
        "Delivery Status Notification (Failure)",
        text,
    );
    let body = format!(
        "--=_dsn\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--=_dsn\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; googlemail.com\r\n\r\nFinal-Recipient: rfc822; user99@magasin.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--=_dsn\r\nContent-Type: message/rfc822\r\n\r\nFrom: pmarcoux@glpi.example\r\nSubject: Votre demande\r\n\r\nBonjour\r\n--=_dsn--\r\n"
    );
    by_hand(
        &letter.clone().header("Auto-Submitted", "auto-replied"),
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"=_dsn\"",
        body.as_bytes(),
    )
}

fn newsletter(turn: usize, letter: &mut Letter) -> Vec<u8> {
    let subject = format!(
        "Offres de la semaine {} : -30 % sur les écrans",
        turn % 52 + 1
    );
    becomes(
        letter,
        ("Bureau & Co", "offres@bureau-et-co.example"),
        &subject,
        "Voir en ligne : https://bureau-et-co.example/",
    );
    let html = "<table><tr><td><img src=\"https://bureau-et-co.example/logo.png\"></td></tr><tr><td>-30 % sur les écrans</td></tr></table><img src=\"https://bureau-et-co.example/o.gif\" width=\"1\" height=\"1\">";
    letter
        .clone()
        .html(html)
        .header("Precedence", "bulk")
        .header("List-Unsubscribe", "<https://bureau-et-co.example/d?u=1>")
        .write()
}

fn supervision(turn: usize, letter: &mut Letter) -> Vec<u8> {
    let subject = format!(
        "** PROBLEM Service Alert: srv-caisse-{}/PING is CRITICAL **",
        turn % 12 + 1
    );
    let text = "Notification Type: PROBLEM\nState: CRITICAL\nDate/Time: 2026-11-20\nInfo: PING CRITICAL - Packet loss = 100%";
    becomes(
        letter,
        ("Supervision", "nagios@glpi.example"),
        &subject,
        text,
    );
    letter
        .clone()
        .header("Auto-Submitted", "auto-generated")
        .write()
}

fn list(_: usize, letter: &mut Letter) -> Vec<u8> {
    letter.subject = format!("[tous-magasins] {}", letter.subject);
    letter
        .clone()
        .header("List-Id", "Tous les magasins <tous.magasin.example>")
        .header("Precedence", "list")
        .write()
}
