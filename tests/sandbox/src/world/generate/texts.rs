//! What people write in tickets.

/// Titles; `{n}` is a number, `{lieu}` the place.
pub const TITLES: &[&str] = &[
    "telephone caisse {n}",
    "Fil de la caisse {n} dénudé",
    "Caisse n°{n} bloquée sur « Veuillez patienter… »",
    "L'étiqueteuse n'imprime plus les prix > 100 €",
    "Câble réseau arraché (rayon fruits & légumes)",
    "Imprimante {lieu} : bourrage papier",
    "Imprimante Dépôt <Nord> : bourrage papier",
    "Scanner/douchette ne lit plus les codes-barres",
    "Mot de passe oublié",
    "Plus d'accès à la messagerie",
    "Accès refusé au dossier \\\\SRV-FIC\\Compta",
    "Demande de création de compte pour nouvel arrivant",
    "Demande d'un 2ème écran",
    "Lenteurs réseau <Wi-Fi> depuis ce matin",
    "Sauvegarde échouée \"NAS-{n}\"",
    "Vidéosurveillance : caméra {n} noire",
    "Balance de pesée: ticket illisible",
    "Téléphone : pas de tonalité",
    "Urgent 🔥 caisse centrale en panne",
    "Ordinateur très lent 🐌 depuis la mise à jour",
    "00{n}",
    "Ordi bureau rayon",
    "Accueil",
];

/// Contents as plain text.
pub const PLAIN: &[&str] = &[
    "Bonjour,\n\nDepuis ce matin le matériel ne fonctionne plus.\nMerci d'intervenir rapidement.\n\nCordialement,\nNoémie",
    "Le message affiché est : \"Erreur <E-50> : connexion refusée\".\nJ'ai déjà redémarré 2 fois & rien n'y fait.",
    "Température < 5°C dans la baie & onduleur > 80 %\n\tvoir pièce jointe",
    "RAS ailleurs, seul ce poste est touché. Tél. du site : 04 94 00 {n}.",
    "Urgent SVP 🔥 : clients en attente, caisse n°{n} HS…",
];

/// Contents as HTML, as GLPI 10's editor writes them.
pub const HTML: &[&str] = &[
    "<p>Bonjour,</p><p>L'<strong>imprimante</strong> du bureau affiche <em>« tambour à remplacer »</em>.</p><ul><li>réf. {n}</li><li>site : {lieu}</li></ul>",
    "<div>Ligne 1<br />Ligne 2 &amp; suite<br />Lien : <a href=\"https://intranet.example/?a=1&amp;b=2\">intranet</a></div>",
    "<p>Relevé des caisses :</p><table><thead><tr><th>Caisse</th><th>État</th></tr></thead><tbody><tr><td>{n}</td><td>HS</td></tr><tr><td>12</td><td>OK</td></tr></tbody></table>",
    "<ol><li>Allumer</li><li>Attendre 5 min</li><li>Écran noir</li></ol><p>Merci 🙏</p>",
];

/// A content that must never run in anybody's browser.
pub const HOSTILE: &str = "<p>Voir ceci</p><script>document.title='pirate'</script><img src=x onerror=\"fetch('/api/sync')\"><a href=\"javascript:alert(1)\">lien</a><iframe src=\"https://pirate.example/\"></iframe>";

/// Followups.
pub const FOLLOWUPS: &[&str] = &[
    "J'ai relancé le service & vidé la file d'impression.",
    "Prise de main à distance effectuée.\nÉtapes :\n1. arrêt du service\n2. purge\n3. redémarrage",
    "<p>Merci de tester avec le câble <b>bleu</b>.</p>",
    "Le client confirme : « ça marche » 👍",
    "Pièce commandée, livraison prévue jeudi.",
];

/// Tasks.
pub const TASKS: &[&str] = &[
    "Réinstallation du poste (image W10)",
    "Commande & réception du matériel",
    "Déplacement sur site",
];

/// Solutions.
pub const SOLUTIONS: &[&str] = &[
    "<p>Compte créé, mot de passe transmis par <b>SMS</b>.</p>",
    "Tambour remplacé, test d'impression OK.",
    "Câble remplacé et testé (débit > 900 Mb/s).",
    "Mise à jour ERP appliquée ; prix corrigés.\nÀ surveiller.",
];
