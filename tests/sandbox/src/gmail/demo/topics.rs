//! What people write about, and how.

use jiff::tz::TimeZone;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::gmail::mailbox::{Letter, Person};

/// What a mail is about.
pub struct Topic {
    pub subject: String,
    body: String,
}

/// Subject, and what the mail says; `{n}` is a number, `{lieu}` a store.
const TOPICS: &[(&str, &str)] = &[
    (
        "Téléphone caisse {n}",
        "Le téléphone de la caisse {n} ne sonne plus depuis hier soir. On entend le client mais lui ne nous entend pas.",
    ),
    (
        "URGENT caisse {n} bloquée",
        "La caisse {n} est bloquée sur « Veuillez patienter… » et nous avons du monde.\nNous avons déjà débranché et rebranché, sans effet.",
    ),
    (
        "Étiquettes prix",
        "L'étiqueteuse du rayon frais n'imprime plus les prix au-dessus de 100 €.\nLe message est : \"Erreur <E-50> & tambour\".",
    ),
    (
        "imprimante {lieu}",
        "Bourrage papier à répétition sur l'imprimante du bureau. Le bac {n} fait un bruit bizarre.",
    ),
    (
        "Mot de passe oublié",
        "J'ai oublié mon mot de passe Windows après mes congés. Pouvez-vous le réinitialiser ?",
    ),
    (
        "Accès dossier Compta",
        "Je n'ai plus accès au dossier \\\\SRV-FIC\\Compta alors que j'y accédais la semaine dernière.",
    ),
    (
        "Nouvel arrivant lundi",
        "Nous accueillons une nouvelle collègue lundi à {lieu}. Il lui faudrait :\n- un compte\n- une adresse de messagerie\n- l'accès à l'ERP",
    ),
    (
        "Lenteurs réseau ce matin",
        "Depuis 8 h tout est très lent, surtout le Wi-Fi de la réserve. Les douchettes perdent la connexion toutes les {n} minutes.",
    ),
    (
        "Demande de 2ème écran",
        "Serait-il possible d'avoir un deuxième écran pour le poste accueil ? Merci d'avance.",
    ),
    (
        "Balance rayon fromage",
        "Le ticket de la balance {n} est illisible, un trait noir au milieu.",
    ),
    (
        "Vidéosurveillance caméra {n}",
        "La caméra {n} est noire depuis l'orage de cette nuit.",
    ),
    (
        "Re: devis onduleur",
        "Suite à notre appel, je confirme : 2 onduleurs pour {lieu}, livraison jeudi.",
    ),
    (
        "Fil de la caisse {n} dénudé",
        "Bonjour, attention le fil d'alimentation de la caisse {n} est dénudé, j'ai mis un bout de scotch mais c'est dangereux !",
    ),
    ("scanner marche pas", "scanner marche pas"),
    (
        "Sauvegarde NAS-{n} échouée",
        "J'ai reçu une alerte de sauvegarde échouée cette nuit (NAS-{n}, code 0x8004).\nEst-ce grave ?",
    ),
    (
        "messagerie pleine",
        "Ma boîte dit qu'elle est pleine à 98 % et je ne peux plus envoyer de photos.",
    ),
    (
        "Caisse 1 à 4 : plus de TPE",
        "Les terminaux de paiement des caisses 1 à 4 affichent « hors service ». Clients en attente, merci de rappeler au 04 94 00 {n} 12.",
    ),
    (
        "Demande d'intervention à {lieu}",
        "Merci de passer cette semaine pour :\n1) le câble réseau arraché du rayon fruits & légumes\n2) la borne de l'accueil\n3) l'imprimante étiquettes",
    ),
    (
        "Écran bleu 🔥",
        "Écran bleu au démarrage, 3ème fois cette semaine 😡 PC-{n}.",
    ),
    (
        "question",
        "Bonjour, petite question : comment on fait pour changer le fond d'écran ? 🙂",
    ),
];

const STORES: &[&str] = &[
    "Magasin Les ARCS",
    "Magasin ST-ZAC",
    "Magasin LORGUES",
    "Magasin LE LUC",
    "Magasin FRÉJUS",
    "Magasin COGOLIN",
    "Magasin DRAGUIGNAN",
    "Magasin BRIGNOLES",
];

const GREETINGS: &[&str] = &[
    "Bonjour,",
    "Bonjour Patrick,",
    "Bonjour à tous,",
    "Salut,",
    "Bjr",
];
const CLOSINGS: &[&str] = &[
    "Cordialement,",
    "Merci d'avance,",
    "Bien à vous,",
    "Bonne journée,",
    "Cdt",
];
const OURS: &[&str] = &[
    "Bonjour,\n\nJe prends en charge votre demande et passe en fin de matinée.\n\nCordialement,\nPatrick Marcoux\nService informatique",
    "Bonjour,\n\nC'est relancé de notre côté. Pouvez-vous tester et me dire ?\n\nPatrick",
];
const THEIRS: &[&str] = &[
    "Merci, ça remarche !\n\nBonne journée",
    "Toujours pareil, on ne peut pas travailler comme ça…\nMerci de rappeler.",
    "Entendu, à tout à l'heure.",
];

pub fn pick(rng: &mut ChaCha8Rng) -> Topic {
    let (subject, body) = TOPICS[rng.random_range(0..TOPICS.len())];
    let number = rng.random_range(1..40).to_string();
    let place = STORES[rng.random_range(0..STORES.len())];
    let fill = |text: &str| text.replace("{n}", &number).replace("{lieu}", place);
    Topic {
        subject: fill(subject),
        body: fill(body),
    }
}

/// The words of a first mail.
pub fn letter(rng: &mut ChaCha8Rng, topic: &Topic, from: &Person) -> String {
    let greeting = GREETINGS[rng.random_range(0..GREETINGS.len())];
    let closing = CLOSINGS[rng.random_range(0..CLOSINGS.len())];
    let place = STORES[rng.random_range(0..STORES.len())];
    let mut text = format!("{greeting}\n\n{}\n\n{closing}\n{}\n", topic.body, from.name);
    if rng.random_bool(0.6) {
        text.push_str(&format!(
            "\n-- \n{}\n{place}\nTél. 04 94 {:02} 11 22\n",
            from.name,
            rng.random_range(10..99)
        ));
    }
    if rng.random_bool(0.2) {
        text.push_str("\nEnvoyé de mon iPhone\n");
    }
    text
}

/// The words of an answer, with what it answers quoted below.
pub fn answer(rng: &mut ChaCha8Rng, to: &Letter, ours: bool) -> String {
    let words = if ours { OURS } else { THEIRS };
    let at = to.at.to_zoned(TimeZone::UTC);
    let quoted: String = to
        .text
        .as_deref()
        .unwrap_or_default()
        .lines()
        .map(|line| format!("> {line}\n"))
        .collect();
    format!(
        "{}\n\nLe {} à {}, {} <{}> a écrit :\n{quoted}",
        words[rng.random_range(0..words.len())],
        at.strftime("%d/%m/%Y"),
        at.strftime("%H:%M"),
        to.from.name,
        to.from.address,
    )
}

/// The same mail with an HTML side, as webmails write it.
pub fn with_html(letter: &Letter) -> Letter {
    let text = letter.text.as_deref().unwrap_or_default();
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let (body, signature) = escaped.split_once("\n-- \n").unwrap_or((&escaped, ""));
    let lines = |text: &str| text.replace('\n', "<br>\n");
    let signature = match signature {
        "" => String::new(),
        words => format!("<div class=\"gmail_signature\">{}</div>", lines(words)),
    };
    let html = format!("<div dir=\"ltr\">{}</div>{signature}", lines(body));
    letter.clone().html(&html)
}
