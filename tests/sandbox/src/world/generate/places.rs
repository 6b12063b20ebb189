//! Entities, locations, categories and the small dropdowns; some computers and printers.

use super::stored;
use crate::{options::Options, value::Value, world::World};

const STORES: &[&str] = &[
    "Magasin Les ARCS",
    "Magasin ST-ZAC",
    "Magasin LORGUES",
    "Magasin LE LUC",
    "Magasin ST-MAXIMIN & BRAS",
    "Magasin FRÉJUS",
    "Magasin COGOLIN",
    "Magasin DRAGUIGNAN",
    "Magasin BRIGNOLES",
    "Magasin LE MUY",
    "Magasin ROQUEBRUNE",
    "Magasin SALERNES",
];

/// Where the stores after the first are: street, postcode, town, latitude, longitude, phone. Of the first, as of those that
/// are made up beyond these, GLPI knows the name alone.
const SPOTS: &[[&str; 6]] = &[
    [
        "2 cours Louis Blanc",
        "83640",
        "Saint-Zacharie",
        "43.3850",
        "5.7080",
        "04 42 72 90 02",
    ],
    [
        "14 avenue de Toulon",
        "83510",
        "Lorgues",
        "43.4940",
        "6.3620",
        "04 94 73 70 03",
    ],
    [
        "Route de Toulon",
        "83340",
        "Le Luc",
        "43.3950",
        "6.3130",
        "04 94 60 70 04",
    ],
    [
        "Chemin du Prugnon",
        "83470",
        "Saint-Maximin",
        "43.4530",
        "5.8620",
        "04 94 78 00 05",
    ],
    [
        "Avenue de Verdun",
        "83600",
        "Fréjus",
        "43.4330",
        "6.7370",
        "04 94 51 00 06",
    ],
    [
        "Rue du 11 Novembre",
        "83310",
        "Cogolin",
        "43.2530",
        "6.5300",
        "04 94 54 60 07",
    ],
    [
        "Boulevard Caussemille",
        "83300",
        "Draguignan",
        "43.5400",
        "6.4660",
        "04 94 68 10 08",
    ],
    [
        "Quartier Ratte",
        "83170",
        "Brignoles",
        "43.4060",
        "6.0610",
        "04 94 69 00 09",
    ],
    [
        "Route de Fréjus",
        "83490",
        "Le Muy",
        "43.4730",
        "6.5670",
        "04 94 45 10 10",
    ],
    [
        "Boulevard Jean Jaurès",
        "83520",
        "Roquebrune-sur-Argens",
        "43.4430",
        "6.6370",
        "04 94 45 70 11",
    ],
    [
        "Route de Sillans",
        "83690",
        "Salernes",
        "43.5630",
        "6.2340",
        "04 94 70 70 12",
    ],
];

/// The tree: (name, parent's place in this list).
const CATEGORIES: &[(&str, Option<usize>)] = &[
    ("Informatique", None),
    ("Réseau", None),
    ("Matériel", None),
    ("Logiciel", None),
    ("Poste de travail", Some(0)),
    ("Messagerie", Some(0)),
    ("Comptes & accès", Some(0)),
    ("Câblage", Some(1)),
    ("Wi-Fi", Some(1)),
    ("Fibre / ADSL", Some(1)),
    ("VPN", Some(1)),
    ("Imprimante", Some(2)),
    ("Caisse enregistreuse", Some(2)),
    ("Douchette / scanner", Some(2)),
    ("Téléphone", Some(2)),
    ("Balance", Some(2)),
    ("ERP", Some(3)),
    ("Bureautique", Some(3)),
    ("Étiquettes & prix", Some(3)),
    ("Antivirus", Some(3)),
];

/// How many categories there are.
pub const CATEGORY_COUNT: i64 = CATEGORIES.len() as i64;

/// How many stores there are, at least one.
pub fn store_count(options: &Options) -> i64 {
    options.stores.max(1) as i64
}

/// The root and its two children.
pub fn entities(world: &mut World) {
    let root = stored(world, "Entité racine");
    let row = [
        ("id", 0.into()),
        ("name", root.clone()),
        ("completename", root),
    ];
    world.insert("Entity", &row);
    for (id, name) in [(1, "Magasins du Var"), (2, "Siège social & Entrepôts")] {
        let full = completename(world, "Entité racine", name);
        let name = stored(world, name);
        world.insert(
            "Entity",
            &[
                ("id", id.into()),
                ("name", name),
                ("entities_id", 0.into()),
                ("completename", full),
                ("level", 2.into()),
            ],
        );
    }
}

fn completename(world: &World, parent: &str, name: &str) -> Value {
    if world.dialect.is_9_2() {
        // 9.2 keeps its own separator as it is.
        return Value::text(format!("{parent} > {name}"));
    }
    stored(world, &format!("{parent} > {name}"))
}

/// Locations, categories and the small dropdowns.
pub fn dropdowns(world: &mut World, options: &Options, born: &str) {
    locations(world, options, born);
    for (at, (name, parent)) in CATEGORIES.iter().enumerate() {
        let full = match parent {
            Some(parent) => completename(world, CATEGORIES[*parent].0, name),
            None => stored(world, name),
        };
        let name = stored(world, name);
        world.insert(
            "ITILCategory",
            &[
                ("id", (at as i64 + 1).into()),
                ("is_recursive", 1.into()),
                ("name", name),
                ("completename", full),
                (
                    "itilcategories_id",
                    parent.map_or(0, |p| p as i64 + 1).into(),
                ),
                ("level", (if parent.is_some() { 2 } else { 1 }).into()),
                ("date_mod", born.into()),
                ("date_creation", born.into()),
            ],
        );
    }
    for (itemtype, names) in [
        ("SolutionType", &["Résolu à distance", "Résolu sur site"]),
        ("TaskCategory", &["Intervention sur site", "À distance"]),
    ] {
        for name in names {
            let name = stored(world, name);
            world.insert(
                itemtype,
                &[
                    ("is_recursive", 1.into()),
                    ("completename", name.clone()),
                    ("name", name),
                    ("date_mod", born.into()),
                    ("date_creation", born.into()),
                ],
            );
        }
    }
    solution_templates(world, born);
    request_types(world);
}

fn solution_templates(world: &mut World, born: &str) {
    let templates = [
        (
            "Matériel remplacé",
            "<p>Matériel remplacé et testé avec l’équipe du magasin.</p><p>Ancien matériel rapporté au service.</p>",
            2,
        ),
        (
            "Réglé à distance",
            "<p>Réglé à distance, vérifié au téléphone avec le magasin.</p>",
            1,
        ),
    ];
    for (name, content, kind) in templates {
        let (name, content) = (stored(world, name), stored(world, content));
        world.insert(
            "SolutionTemplate",
            &[
                ("is_recursive", 1.into()),
                ("name", name),
                ("content", content),
                ("solutiontypes_id", kind.into()),
                ("date_mod", born.into()),
                ("date_creation", born.into()),
            ],
        );
    }
}

fn request_types(world: &mut World) {
    for (at, name) in ["Helpdesk", "E-Mail", "Phone", "Direct", "Written", "Other"]
        .iter()
        .enumerate()
    {
        let (helpdesk, mail) = (i64::from(at == 0), i64::from(at == 1));
        world.insert(
            "RequestType",
            &[
                ("id", (at as i64 + 1).into()),
                ("name", (*name).into()),
                ("is_helpdesk_default", helpdesk.into()),
                ("is_followup_default", helpdesk.into()),
                ("is_mail_default", mail.into()),
                ("is_mailfollowup_default", mail.into()),
            ],
        );
    }
}

fn locations(world: &mut World, options: &Options, born: &str) {
    let mut names: Vec<(String, Option<(i64, &str)>)> = vec![("Siège".to_owned(), None)];
    for at in 0..options.stores {
        let name = match STORES.get(at) {
            Some(name) => (*name).to_owned(),
            None => format!("Magasin n° {}", at + 1),
        };
        names.push((name, None));
    }
    let depot = names.len() as i64 + 1;
    names.push(("Entrepôt VIDAUBAN".to_owned(), None));
    names.push(("Quai 2".to_owned(), Some((depot, "Entrepôt VIDAUBAN"))));
    for (at, (name, parent)) in names.iter().enumerate() {
        let spot = at.checked_sub(2).filter(|_| at <= options.stores);
        let spot = spot.and_then(|place| SPOTS.get(place));
        let full = match parent {
            Some((_, parent)) => completename(world, parent, name),
            None => stored(world, name),
        };
        let name = stored(world, name);
        world.insert(
            "Location",
            &[
                ("id", (at as i64 + 1).into()),
                ("is_recursive", 1.into()),
                ("name", name),
                ("completename", full),
                ("locations_id", parent.map_or(0, |(id, _)| id).into()),
                ("town", "Var".into()),
                ("level", (if parent.is_some() { 2 } else { 1 }).into()),
                ("date_mod", born.into()),
                ("date_creation", born.into()),
            ],
        );
        if let Some(spot) = spot {
            place_on_earth(world, at as i64 + 1, spot);
        }
    }
}

/// 9.2 has no columns for an address: what it does not know is not set.
fn place_on_earth(world: &mut World, id: i64, spot: &[&str; 6]) {
    let [street, postcode, town, latitude, longitude, phone] = *spot;
    let comment = format!("Tél. {phone}, demander le responsable");
    let columns = [
        ("address", street),
        ("postcode", postcode),
        ("town", town),
        ("latitude", latitude),
        ("longitude", longitude),
        ("comment", &comment),
    ];
    for (column, text) in columns {
        let text = stored(world, text);
        world.set("Location", id, column, text);
    }
}

/// What stands in each store: kind, prefix of the name, prefix of the serial number, how many.
const ASSETS: [(&str, &str, &str, i64); 6] = [
    ("Computer", "PC", "SNPC", 6),
    ("Printer", "IMP", "SNIM", 2),
    ("Monitor", "ECR", "SNEC", 2),
    // Digits alone, with noughts in front: 9.2 answers a JSON number.
    ("Phone", "TEL", "0035", 2),
    ("NetworkEquipment", "SW", "SNSW", 1),
    ("Peripheral", "TPE", "SNTP", 3),
];

/// A few of each kind a store.
pub fn assets(world: &mut World, options: &Options, born: &str) {
    let places = store_count(options) + 1;
    for (kind, (itemtype, prefix, serial, each)) in ASSETS.into_iter().enumerate() {
        // No inventory number is given twice.
        let first = kind * 10_000;
        for at in 0..places * each {
            let location = at % places + 1;
            let name = format!("{prefix}-{location:02}-{:03}", at + 1);
            let comment = stored(world, "Posé l'été dernier & vérifié <OK>");
            let inventory = format!("INV-{:05}", first as i64 + at);
            world.insert(
                itemtype,
                &[
                    ("name", name.into()),
                    ("serial", format!("{serial}{at:05}").into()),
                    ("otherserial", inventory.into()),
                    ("comment", comment),
                    ("locations_id", location.into()),
                    ("is_recursive", 1.into()),
                    ("date_mod", born.into()),
                    ("date_creation", born.into()),
                ],
            );
        }
    }
}
