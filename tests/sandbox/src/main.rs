//! The sandbox on its own: a GLPI 9.2, a GLPI 10 and a Gmail on three ports, until Ctrl-C.

use std::{net::SocketAddr, process::ExitCode};

use clap::{Parser, ValueEnum};
use tournee_sandbox::{
    Glpi, Options, Server, Speed, accounts,
    gmail::{self, Gmail},
    spawn,
};

/// A simulated GLPI 9.2, GLPI 10.0 and Gmail with French demo data.
#[derive(Parser)]
struct Arguments {
    /// The port of GLPI 9.2.
    #[arg(long, default_value_t = 8092)]
    port_92: u16,
    /// The port of GLPI 10.
    #[arg(long, default_value_t = 8090)]
    port_10: u16,
    /// The port of Gmail and of Google's sign-in.
    #[arg(long, default_value_t = 8025)]
    port_gmail: u16,
    /// How many mails the two mailboxes of the demo hold together.
    #[arg(long, default_value_t = 500)]
    mails: usize,
    /// The seed of the demo data; GLPI 10 takes the next one.
    #[arg(long, default_value_t = 2026)]
    seed: u64,
    /// How many stores.
    #[arg(long, default_value_t = 12)]
    stores: usize,
    /// How many technicians.
    #[arg(long, default_value_t = 6)]
    technicians: usize,
    /// How many tickets in each GLPI.
    #[arg(long, default_value_t = 400)]
    tickets: usize,
    /// How fast they answer.
    #[arg(long, value_enum, default_value_t = Pace::Instant)]
    speed: Pace,
}

#[derive(Clone, Copy, ValueEnum)]
enum Pace {
    /// As fast as this machine can.
    Instant,
    /// As fast as the recorded GLPIs.
    Recorded,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match serve(&arguments).await {
        Ok(servers) => {
            let _interrupted = tokio::signal::ctrl_c().await;
            for server in servers {
                server.shutdown().await;
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bac à sable : {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: &Arguments) -> std::io::Result<Vec<Server>> {
    let mut servers = Vec::new();
    // Each with a history of its own: the same titles twice in one list would look like a fault.
    for (options, port, seed) in [
        (Options::glpi_9_2(), arguments.port_92, arguments.seed),
        (
            Options::glpi_10(),
            arguments.port_10,
            arguments.seed.wrapping_add(1),
        ),
    ] {
        let glpi = Glpi::new(Options {
            seed,
            stores: arguments.stores,
            technicians: arguments.technicians,
            tickets: arguments.tickets,
            speed: speed(arguments.speed),
            ..options
        });
        let server = spawn(&glpi, SocketAddr::from(([127, 0, 0, 1], port))).await?;
        println!(
            "GLPI {} : {} ({} / {}, {}, {})",
            glpi.dialect().version_text(),
            server.base_url(),
            accounts::TECHNICIAN,
            accounts::PASSWORD,
            accounts::SELF_SERVICE,
            accounts::SUPER_ADMIN,
        );
        servers.push(server);
    }
    servers.push(serve_gmail(arguments).await?);
    Ok(servers)
}

fn speed(pace: Pace) -> Speed {
    match pace {
        Pace::Instant => Speed::Instant,
        Pace::Recorded => Speed::Recorded,
    }
}

async fn serve_gmail(arguments: &Arguments) -> std::io::Result<Server> {
    let gmail = Gmail::new(gmail::Options {
        seed: arguments.seed,
        technicians: arguments.technicians,
        mails: arguments.mails,
        speed: speed(arguments.speed),
        ..gmail::Options::default()
    });
    let addr = SocketAddr::from(([127, 0, 0, 1], arguments.port_gmail));
    let server = gmail::spawn(&gmail, addr).await?;
    println!(
        "Gmail : {} ({}, {} ; client {} / {})",
        server.base_url(),
        gmail::accounts::TECHNICIAN,
        gmail::accounts::SHARED,
        gmail::accounts::CLIENT_ID,
        gmail::accounts::CLIENT_SECRET,
    );
    Ok(server)
}
