//! What strikes from outside while it storms: the server's machine, the GLPIs' machines, passwords.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use crate::counters::Count;
use crate::dice::Dice;
use crate::fate::Fate;
use crate::glpi::{Side, TECHNICIANS};
use crate::hand::Passwords;
use crate::house::House;
use crate::weather::Weather;

const HALF_A_MINUTE: Duration = Duration::from_secs(30);

/// Keeps the server running, as an init system does, and does to it what happens to machines.
pub async fn keep(weather: Arc<Weather>, house: Arc<House>) {
    let mut dice = weather.dice("house");
    loop {
        if !house.runs() {
            let downtime = match dice.hit(0.7) {
                true => dice.millis(500, 3_000),
                false => dice.seconds(5, 60),
            };
            tokio::time::sleep(downtime).await;
            house.start().await;
            continue;
        }
        match tokio::time::timeout(HALF_A_MINUTE, house.death()).await {
            Ok(()) => house.crash().await,
            Err(_) if weather.storms() => happen(&weather, &house, &mut dice).await,
            Err(_) => {}
        }
    }
}

async fn happen(weather: &Weather, house: &House, dice: &mut Dice) {
    let chances = &weather.storm.house;
    if chances.restored > 0.0 && dice.hit(0.4) {
        house.back_up();
    }
    tokio::time::sleep(dice.millis(0, 29_000)).await;
    let mut strikes = |chance: f64, count: Count| {
        let hit = weather.strikes(dice, chance);
        if hit {
            weather.count(count);
            weather.say("server", format_args!("{}", count.words()));
        }
        hit
    };
    if strikes(chances.crash_any_time, Count::CrashAnyTime) {
        house.crash().await;
    } else if strikes(chances.stopped, Count::StoppedInOrder) {
        house.stop().await;
    } else if house.has_backup() && strikes(chances.restored, Count::ServerRestored) {
        house.crash().await;
        house.restore();
    } else if strikes(chances.disk_full, Count::DiskFull) {
        house.set_full(true);
        tokio::time::sleep(dice.seconds(2, 40)).await;
        house.set_full(false);
    }
}

/// What happens to the GLPIs.
pub async fn trouble(
    weather: Arc<Weather>,
    side: Arc<Side>,
    house: Arc<House>,
    passwords: Passwords,
) {
    let mut dice = weather.dice(&format!("trouble at {}", side.source));
    let wire = &weather.storm.wire;
    loop {
        tokio::time::sleep(dice.seconds(5, 55)).await;
        if weather.storms() && house.leaves_alone(&side.source) {
            weather.count(Count::BreakerOpened);
        }
        if weather.strikes(&mut dice, wire.down) {
            weather.count(Count::GlpiDown);
            let manners = [Fate::RefusedConnection, Fate::LostBefore, Fate::Maintenance];
            let manner = *dice.pick(&manners).unwrap_or(&Fate::LostBefore);
            let length = dice.between(10_000, 150_000);
            weather.say(
                &side.source.0,
                format_args!("down for {length} ms: {manner:?}"),
            );
            side.go_down(length, manner);
        }
        if wire.breaks > 0.0 && weather.strikes(&mut dice, wire.breaks) {
            weather.count(Count::GlpiTicketBroken);
            break_one(&weather, &side, &mut dice);
        }
        if weather.strikes(&mut dice, wire.clock_back) {
            weather.count(Count::GlpiClockBack);
            let back = i64::try_from(dice.between(1, 240)).unwrap_or(1);
            weather.say(&side.source.0, format_args!("clock back by {back} s"));
            side.clock.set_ahead(side.clock.ahead() - back);
        }
        if weather.strikes(&mut dice, wire.password) {
            weather.count(Count::PasswordChanged);
            change_password(&weather, &side, &passwords, &mut dice);
        }
    }
}

/// One that is there, or the next that is made.
fn break_one(weather: &Weather, side: &Side, dice: &mut Dice) {
    let mut tickets = side.glpi.world().ticket_ids();
    let next = tickets.iter().max().map_or(1, |last| last + 1);
    tickets.extend([next, next]);
    let ticket = *dice.pick(&tickets).unwrap_or(&next);
    let length = dice.between(300_000, 700_000);
    let what = format_args!("#{ticket} broken for {length} ms");
    weather.say(&side.source.0, what);
    side.break_ticket(ticket, length);
}

fn change_password(weather: &Weather, side: &Side, passwords: &Passwords, dice: &mut Dice) {
    let technician = *dice.pick(&TECHNICIANS).unwrap_or(&TECHNICIANS[0]);
    let login = tournee_sandbox::accounts::technician(technician);
    let password = format!("secret{}", dice.between(1, 1_000_000));
    weather.say(&side.source.0, format_args!("another password for {login}"));
    let user = side.user(technician);
    let mut world = side.glpi.world();
    world.set_password(user, &password);
    world.expire_all_sessions();
    let mut known = passwords.lock().unwrap_or_else(PoisonError::into_inner);
    known.insert((side.source.clone(), login), password);
}
