//! The steps, in the order in which they are walked, each with what it quotes.

use super::acts;
use super::{Step, When};

/// All of them.
pub(super) const STEPS: &[Step] = &[
    Step {
        quotes: &[
            "Les tickets peuvent provenir de plusieurs sources :",
            "Interface GLPI (pour les utilisateurs les plus habitués)",
            "Si l'utilisateur a déjà créé un ticket :",
            "Je vérifie directement dans GLPI si une nouvelle demande a été enregistrée.",
            "Si je suis l'interlocuteur concerné, je m'assigne le ticket directement.",
        ],
        when: When::Offline,
        walk: |walk, errand| Box::pin(acts::takes_what_a_user_asked(walk, errand)),
    },
    Step {
        quotes: &[
            "Je modifie le ticket pour compléter les informations ou l'affecter à un technicien.",
        ],
        when: When::Offline,
        walk: |walk, errand| Box::pin(acts::completes(walk, errand)),
    },
    Step {
        quotes: &[
            "Sinon, je l'affecte au technicien approprié (selon la compétence ou la localisation).",
        ],
        when: When::Offline,
        walk: |walk, errand| Box::pin(acts::gives_to_a_colleague(walk, errand)),
    },
    Step {
        quotes: &["Appels ou messages informels, convertis ensuite en tickets manuellement"],
        when: When::Offline,
        walk: |walk, errand| Box::pin(acts::makes_one_from_a_call(walk, errand)),
    },
    Step {
        quotes: &[
            "E-mails envoyés directement par les utilisateurs (cas le plus fréquent)",
            "Les courriels sont envoyés à une adresse centralisée ou personnelle, puis traités et convertis en tickets dans GLPI manuellement ou automatiquement.",
            "Si la demande arrive par e-mail :",
            "Je crée un nouveau ticket manuellement dans GLPI :",
            "Objet = sujet du mail",
            "Description = contenu de l'e-mail",
            "Demandeur = nom ou adresse de l'expéditeur",
            "Catégorie = Informatique / Réseau / Matériel / Logiciel",
            "Lieu = magasin ou service concerné",
            "Priorité = selon impact et urgence",
        ],
        when: When::Offline,
        walk: |walk, errand| Box::pin(acts::makes_one_of_a_mail(walk, errand)),
    },
    Step {
        quotes: &[
            "Un ticket passe généralement par les états suivants :",
            "Nouveau → Attribué / En cours → Résolu → Clos",
        ],
        when: When::Offline,
        walk: |walk, errand| Box::pin(acts::works_on_it(walk, errand)),
    },
    Step {
        quotes: &[
            "La priorité (Haute / Moyenne / Basse) permet d'adapter les délais d'intervention.",
        ],
        when: When::Offline,
        walk: |walk, errand| Box::pin(acts::sees_delays(walk, errand)),
    },
    Step {
        quotes: &["J'assure un suivi régulier des tickets ouverts via les tableaux de bord GLPI."],
        when: When::Once,
        walk: |walk, _| Box::pin(acts::follows_up(walk)),
    },
    // The table of section 3.
    Step {
        quotes: &[],
        when: When::Desk,
        walk: |walk, _| Box::pin(acts::sees_the_table(walk)),
    },
    Step {
        quotes: &[
            "Tous les tickets sont tracés dans GLPI avec :",
            "L'identifiant unique",
            "L'historique des actions",
            "Les échanges avec l'utilisateur",
        ],
        when: When::Online,
        walk: |walk, errand| Box::pin(acts::is_traced(walk, errand)),
    },
    Step {
        quotes: &[
            "Les e-mails sont conservés et classés, ce qui permet un recoupement rapide en cas de réclamation ou d'audit.",
            "de retrouver à tout moment un ticket ou un message associé",
        ],
        when: When::Online,
        walk: |walk, errand| Box::pin(acts::finds_again(walk, errand)),
    },
];
