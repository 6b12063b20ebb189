//! Profiles, accounts, groups.

use super::{places::store_count, stored};
use crate::{
    accounts,
    options::Options,
    value::Value,
    world::{World, rights},
};

const TECHNICIANS: &[(&str, &str)] = &[
    ("Marcoux", "Patrick"),
    ("Roumieux", "Camille"),
    ("Trémolières", "Élodie"),
    ("Fabrègues", "Benoît"),
    ("Garcin", "Mireille"),
    ("Jourdan", "Nicolas"),
    ("Aillaud", "Sandrine"),
    ("Giraud", "Thierry"),
    ("Pellegrin", "Lucie"),
    ("Isnard", "Olivier"),
    ("Blanc", "Nadège"),
    ("Castellan", "Rémi"),
];

const LAST: &[&str] = &[
    "Aubanel",
    "Hugonnet",
    "Barbaroux",
    "Cauvin",
    "Décugis",
    "Esmieu",
    "Féraud",
    "Guérin",
    "Honnorat",
    "Imbert",
    "Jauffret",
    "Lieutaud",
    "Maurel",
    "Négrel",
    "Ollivier",
    "Pascal",
    "Quénin",
    "Raynaud",
    "Sénéquier",
    "Tassy",
];

const FIRST: &[&str] = &[
    "Amandine",
    "Bérengère",
    "Cédric",
    "Delphine",
    "Éric",
    "Fanny",
    "Gaël",
    "Hélène",
    "Inès",
    "Joël",
    "Karine",
    "Loïc",
    "Maëlle",
    "Noémie",
    "Océane",
    "Paul",
    "Quentin",
    "Régis",
    "Sabine",
    "Thibaut",
];

/// The eight profiles of a fresh GLPI.
pub fn profiles(world: &mut World) {
    let names = [
        "Self-Service",
        "Observer",
        "Admin",
        "Super-Admin",
        "Hotliner",
        "Technician",
        "Supervisor",
        "Read-Only",
    ];
    for (at, name) in names.iter().enumerate() {
        let id = at as i64 + 1;
        let helpdesk = id == rights::SELF_SERVICE;
        world.insert(
            "Profile",
            &[
                ("id", id.into()),
                ("name", (*name).into()),
                (
                    "interface",
                    (if helpdesk { "helpdesk" } else { "central" }).into(),
                ),
                ("is_default", i64::from(helpdesk).into()),
                ("helpdesk_hardware", (if helpdesk { 1 } else { 3 }).into()),
            ],
        );
    }
}

/// Accounts, their addresses, profiles and groups.
pub fn users(world: &mut World, options: &Options, born: &str) {
    account(
        world,
        2,
        accounts::SUPER_ADMIN,
        ("", ""),
        rights::SUPER_ADMIN,
        born,
    );
    nameless(world, 2);
    let mut unused = vec![(3, "post-only"), (4, "tech"), (5, "normal")];
    if !world.dialect.is_9_2() {
        unused.push((6, "glpi-system"));
    }
    for (id, login) in unused {
        let row = [
            ("id", id.into()),
            ("name", login.into()),
            ("is_active", 0.into()),
        ];
        world.insert("User", &row);
        nameless(world, id);
    }
    for at in 0..options.technicians {
        technician(world, at, born);
    }
    let first_requester = next_user(world);
    for at in 0..options.requesters {
        let login = format!("user{:02}", at + 1);
        let name = requester(at);
        let id = account(
            world,
            first_requester + at as i64,
            &login,
            name,
            rights::SELF_SERVICE,
            born,
        );
        let location = 2 + at as i64 % store_count(options);
        world.set("User", id, "locations_id", location.into());
    }
    let locked = next_user(world);
    let name = ("Ancien", "Jean");
    account(
        world,
        locked,
        accounts::LOCKED,
        name,
        rights::TECHNICIAN,
        born,
    );
    world.set("User", locked, "is_active", 0.into());
    groups(world, options, born);
}

/// The last and first name of a self-service user, from 0.
pub fn requester(at: usize) -> (&'static str, &'static str) {
    (LAST[at % LAST.len()], FIRST[(at * 7) % FIRST.len()])
}

/// The account that comes with a fresh GLPI has no name: empty texts in 9.2, NULLs in 10.
fn nameless(world: &mut World, id: i64) {
    let blank = if world.dialect.is_9_2() {
        Value::text("")
    } else {
        Value::Null
    };
    for column in ["phone", "phone2", "mobile", "realname"] {
        world.set("User", id, column, blank.clone());
    }
    world.set("User", id, "firstname", Value::Null);
}

fn next_user(world: &World) -> i64 {
    world.table("User").map_or(1, |table| table.next_id())
}

fn technician(world: &mut World, at: usize, born: &str) {
    let (last, first) = TECHNICIANS[at % TECHNICIANS.len()];
    let login = accounts::technician(at);
    let id = next_user(world);
    account(world, id, &login, (last, first), rights::TECHNICIAN, born);
    world.set("User", id, "locations_id", (at as i64 % 12 + 1).into());
    if at == 1 {
        profile(world, id, rights::SUPERVISOR, 1);
    }
}

fn account(
    world: &mut World,
    id: i64,
    login: &str,
    name: (&str, &str),
    right: i64,
    born: &str,
) -> i64 {
    let (last, first) = (stored(world, name.0), stored(world, name.1));
    let phone = format!("+3349{:07}", 4_001_000 + id * 317 % 900_000);
    world.insert(
        "User",
        &[
            ("id", id.into()),
            ("name", login.into()),
            ("realname", last),
            ("firstname", first),
            ("phone", phone.into()),
            ("date_mod", born.into()),
            ("date_creation", born.into()),
            ("password_last_update", born.into()),
            ("api_token_date", born.into()),
        ],
    );
    let token = accounts::api_token(world.dialect.0, login);
    if world.dialect.is_9_2() {
        world.set("User", id, "api_token", token.clone().into());
    }
    world.set_password(id, accounts::PASSWORD);
    world.set_api_token(id, &token);
    let host = if right == rights::SELF_SERVICE {
        "magasin.example"
    } else {
        "glpi.example"
    };
    let address: Value = format!("{login}@{host}").into();
    let row = [
        ("users_id", id.into()),
        ("is_default", 1.into()),
        ("email", address),
    ];
    world.insert("UserEmail", &row);
    profile(world, id, right, 0);
    id
}

fn profile(world: &mut World, user: i64, profile: i64, entity: i64) {
    world.insert(
        "Profile_User",
        &[
            ("users_id", user.into()),
            ("profiles_id", profile.into()),
            ("entities_id", entity.into()),
            ("is_recursive", 1.into()),
        ],
    );
}

fn groups(world: &mut World, options: &Options, born: &str) {
    for name in ["Support N1", "Réseau & Télécom"] {
        let name = stored(world, name);
        let mut row = vec![
            ("is_recursive", Value::Int(1)),
            ("name", name.clone()),
            ("completename", name),
            ("date_mod", born.into()),
            ("date_creation", born.into()),
        ];
        for flag in [
            "is_requester",
            "is_watcher",
            "is_assign",
            "is_task",
            "is_notify",
            "is_itemgroup",
            "is_usergroup",
            "is_manager",
        ] {
            row.push((flag, Value::Int(1)));
        }
        world.insert("Group", &row);
    }
    let first = if world.dialect.is_9_2() { 6 } else { 7 };
    for at in 0..options.technicians as i64 {
        let group = if at % 3 == 2 { 2 } else { 1 };
        let row = [
            ("users_id", (first + at).into()),
            ("groups_id", group.into()),
        ];
        world.insert("Group_User", &row);
    }
}
