//! Mails that want to do harm, and broken ones: nothing of them runs, nothing is fetched, nobody panics.

use std::collections::{HashMap, HashSet};

use ammonia::Builder;
use anyhow::Result;
use axum::body::{Body, to_bytes};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use tournee::gmail::body::body;
use tournee::gmail::message::Message;
use tournee_core::domain::Mail;
use tournee_core::ids::MailboxId;
use tournee_sandbox::gmail::{Gmail, Options, accounts};
use tower::ServiceExt as _;

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=javascript:alert(1)>",
    "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">",
    "<svg onload=alert(1)>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\" java\nscript:alert(1)\">x</a>",
    "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
    "<a href=\"vbscript:x\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=//pirate.example>x</a>",
    "<a href=/api/session>x</a>",
    "<iframe src=https://pirate.example></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=x></object>",
    "<embed src=x>",
    "<applet code=x></applet>",
    "<base href=https://pirate.example/>",
    "<meta http-equiv=refresh content=\"0;url=https://pirate.example\">",
    "<link rel=stylesheet href=https://pirate.example/x.css>",
    "<style>@import 'https://pirate.example';</style>",
    "<p style=\"background:url(https://pirate.example)\">x</p>",
    "<div style=\"position:fixed;inset:0\">x</div>",
    "<form action=https://pirate.example><input name=mdp><button>OK</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<textarea></textarea><script>alert(1)</script>",
    "<video src=https://pirate.example autoplay></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<body onload=alert(1)>",
    "<table background=https://pirate.example><tr><td>x</td></tr></table>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=1?><script>alert(1)</script>",
    "<img alt=\"<img src=x onerror=alert(1)>\" src=https://a.example/b.png>",
    "<img src='https://a.example/\"onerror=alert(1) x=\"'>",
    "<img src=\"https://a.example/x?a=&quot; onerror=&quot;alert(1)\">",
    "<img srcset=\"https://pirate.example/x 1x\">",
    "<picture><source srcset=https://pirate.example></picture>",
    "<img src=cid:x\" onerror=\"alert(1)>",
    "<img src=\"cid:x&quot; onerror=&quot;alert(1)\">",
    "<p id=app class=toast data-x=1 onclick=alert(1)>x</p>",
    "<blockquote cite=javascript:alert(1)>x</blockquote>",
    "<div class=\"gmail_quote\" onclick=alert(1)><script>alert(1)</script></div>",
    "<script>var a='<blockquote>';alert(1)</script>x:",
    "\u{202e}<b>gro.elpmaxe</b>",
    "<a href=https://xn--pple-43d.com>apple.com</a>",
    "<title></title><script>alert(1)</script>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<frameset onload=alert(1)><frame src=x></frameset>",
    "<a href=\"tel:0494\" target=_self rel=opener>x</a>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<isindex action=javascript:alert(1)>",
    "<select onchange=alert(1)><option>x</select>",
    "<img width=1 height=1 src=https://pisteur.example/o.gif>",
    "<use href=\"data:x\"/>",
];

/// A second sanitiser, as strict as what bodies promise: what it would alter was not safe.
fn strict() -> Builder<'static> {
    let tags = [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "center",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ];
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title", "target"])),
            (
                "img",
                HashSet::from(["data-cid", "data-remote", "alt", "width", "height"]),
            ),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan", "scope"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
}

fn check(mail: &Mail, seed: &str) {
    let strict = strict();
    let Some(body) = &mail.body else {
        return;
    };
    for html in [Some(&body.html), body.quoted.as_ref()]
        .into_iter()
        .flatten()
    {
        // A quotation mark or a space that doesn't break may stand in a text
        // as it is, or as its entity.
        let plain = |html: &str| html.replace("&quot;", "\"").replace("&nbsp;", "\u{a0}");
        let again = strict.clean(html).to_string();
        assert_eq!(plain(&again), plain(html), "{seed}");
    }
    for file in &mail.attachments {
        assert!(
            !file.name.contains(['/', '\\', '<', '"']) && !file.name.is_empty(),
            "{seed}: {}",
            file.name
        );
    }
}

fn mail_of(html: &str) -> Mail {
    let json = serde_json::json!({"id": "1", "payload": {"mimeType": "text/html", "headers": [], "body": {"data": encoded(html.as_bytes())}}});
    let message: Message = serde_json::from_value(json).unwrap_or_default();
    message.mail(&MailboxId::of("moi@x.example"), true)
}

fn encoded(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn hostile_html_is_made_harmless() {
    for html in HOSTILE {
        for around in [
            "{}",
            "<p>Bonjour</p>{}<p>fin</p>",
            "<div class=\"gmail_quote\">{}</div>",
            "<p>a</p><blockquote>{}",
        ] {
            let html = around.replace("{}", html);
            check(&mail_of(&html), &html);
        }
    }
}

#[test]
fn mutated_and_crossed_html_is_made_harmless_too() {
    let mut rng = ChaCha12Rng::seed_from_u64(5);
    for round in 0..4_000 {
        let mut bytes: Vec<u8> = Vec::new();
        for _ in 0..rng.random_range(1..4) {
            let part = HOSTILE[rng.random_range(0..HOSTILE.len())].as_bytes();
            let from = rng.random_range(0..part.len());
            bytes.extend_from_slice(&part[if rng.random() { from } else { 0 }..]);
        }
        for _ in 0..rng.random_range(0..6) {
            let at = rng.random_range(0..bytes.len());
            match rng.random_range(0..4) {
                0 => bytes[at] = rng.random(),
                1 => bytes.insert(at, b"<>\"'/=& \0\n-!"[rng.random_range(0..12)]),
                2 => bytes.truncate(at.max(1)),
                _ => {
                    bytes.remove(at);
                    bytes.push(b'>');
                }
            }
        }
        let html = String::from_utf8_lossy(&bytes);
        check(&mail_of(&html), &format!("{round}: {html}"));
    }
}

#[test]
fn depth_and_length_are_borne() {
    let deep = "<div><blockquote>".repeat(20_000);
    let wide = "<p>a &amp; b</p>".repeat(100_000);
    let quotes = "> ".repeat(100_000);
    for html in [deep, wide] {
        let made = body(Some(&html), None);
        assert!(made.html.len() < 2_000_000);
    }
    assert!(
        body(None, Some(&quotes)).quoted.is_none(),
        "a mail that only quotes"
    );
}

/// Every mail of the demo as Google shows it, in both manners.
async fn demo(keep: bool) -> Result<Vec<serde_json::Value>> {
    let gmail = Gmail::new(Options {
        units_per_minute: u32::MAX,
        ..Options::default()
    });
    {
        let mut world = gmail.world();
        world.settings.keep_charsets = keep;
        world.settings.keep_encoded_words = keep;
    }
    let mut all = Vec::new();
    for address in [accounts::TECHNICIAN, accounts::SHARED] {
        let token = gmail.world().access_token(address);
        let ids: Vec<String> = {
            let world = gmail.world();
            let messages = world
                .mailbox(address)
                .map(|mailbox| mailbox.messages())
                .unwrap_or_default();
            let small = messages
                .iter()
                .filter(|message| message.head.size < 1_000_000);
            small.map(|message| message.id.clone()).collect()
        };
        for id in ids {
            let request = axum::http::Request::get(format!("/gmail/v1/users/me/messages/{id}"))
                .header("authorization", format!("Bearer {token}"))
                .body(Body::empty())?;
            let response = gmail.router().oneshot(request).await?;
            let bytes = to_bytes(response.into_body(), usize::MAX).await?;
            all.push(serde_json::from_slice(&bytes)?);
        }
    }
    Ok(all)
}

#[tokio::test]
async fn every_mail_of_the_demo_is_read_the_same_in_whatever_manner_google_shows_it() -> Result<()>
{
    let me = MailboxId::of(accounts::TECHNICIAN);
    let (one, two) = (demo(false).await?, demo(true).await?);
    assert!(one.len() > 450);
    let mut texts = String::new();
    let mut names = String::new();
    for (one, two) in one.iter().zip(&two) {
        let read = |json: &serde_json::Value| -> Result<Mail> {
            let message: Message = serde_json::from_value(json.clone())?;
            Ok(message.mail(&me, true))
        };
        let (one, two) = (read(one)?, read(two)?);
        check(&one, &one.id);
        for body in [&one, &two]
            .into_iter()
            .filter_map(|mail| mail.body.as_ref())
        {
            // What is behind a signature is folded.
            texts = format!(
                "{texts}{}{}",
                body.text,
                body.quoted.as_deref().unwrap_or_default()
            );
        }
        for file in &one.attachments {
            names = format!("{names}\n{}", file.name);
        }
        // Sizes differ with the charset; broken words may be decoded differently by whoever decodes them.
        let known = |mail: &Mail| {
            let text = mail
                .body
                .as_ref()
                .map(|body| body.text.replace('\u{fffd}', ""));
            (
                mail.from.address.clone(),
                mail.message_id.clone(),
                text.map(|text| text.is_empty()),
                mail.machine,
            )
        };
        assert_eq!(known(&one), known(&two), "{}", one.subject);
    }
    for words in [
        "Réglé : 12,50 € – cœur de gamme…",
        "Total : 100 €",
        "コンニチハ",
        "Caisse bloquée, merci",
    ] {
        assert!(texts.contains(words), "{words}");
    }
    for name in [
        "Relevé des températures du rayon frais – novembre 2026.pdf",
        "Inventaire dépôt.xls",
        "winmail.dat",
        "Facture n4471.eml",
    ] {
        assert!(names.contains(name), "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn messages_with_anything_altered_are_read_all_the_same() -> Result<()> {
    let mut rng = ChaCha12Rng::seed_from_u64(11);
    let me = MailboxId::of(accounts::TECHNICIAN);
    for (number, json) in demo(false).await?.into_iter().enumerate() {
        let mut json = json;
        alter(&mut json["payload"], &mut rng);
        let message: Message = match serde_json::from_value(json) {
            Ok(message) => message,
            Err(_) => continue,
        };
        check(&message.mail(&me, true), &number.to_string());
        message.opened(&me);
    }
    Ok(())
}

/// Turns texts over, cuts them, swaps types; the form stays JSON.
fn alter(json: &mut serde_json::Value, rng: &mut ChaCha12Rng) {
    match json {
        serde_json::Value::String(text) if rng.random_bool(0.15) => {
            let mut bytes = std::mem::take(text).into_bytes();
            for _ in 0..3 {
                if bytes.is_empty() {
                    break;
                }
                let at = rng.random_range(0..bytes.len());
                match rng.random_range(0..3) {
                    0 => bytes[at] = rng.random(),
                    1 => bytes.truncate(at),
                    _ => bytes.insert(at, b"=?<>\"\r\n;"[rng.random_range(0..8)]),
                }
            }
            *text = String::from_utf8_lossy(&bytes).into_owned();
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| alter(item, rng)),
        serde_json::Value::Object(object) => {
            object.values_mut().for_each(|value| alter(value, rng))
        }
        _ => {}
    }
}
