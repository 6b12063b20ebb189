//! What strikes the mailboxes from outside while it storms.

use std::sync::Arc;

use super::google::Google;
use crate::counters::Count;
use crate::weather::Weather;

/// Google goes down, and owners take accesses away.
pub async fn strike(weather: Arc<Weather>, google: Arc<Google>) {
    let Some(mails) = weather.storm.mails.clone() else {
        return;
    };
    let mut dice = weather.dice("trouble at google");
    loop {
        tokio::time::sleep(dice.seconds(5, 55)).await;
        if weather.strikes(&mut dice, mails.down) {
            weather.count(Count::GoogleDown);
            let length = dice.between(5_000, 90_000);
            weather.say("google", format_args!("down for {length} ms"));
            google.go_down(length);
        }
        if weather.strikes(&mut dice, mails.revoked) {
            weather.count(Count::GoogleRevoked);
            let all = Google::addresses();
            if let Some(address) = dice.pick(&all) {
                weather.say("google", format_args!("no access to {address} any more"));
                google.gmail.world().revoke(address);
            }
        }
    }
}
