//! The few answers that are pages.

use axum::{extract::State, response::Html};

use super::reply::Reply;
use crate::Glpi;

pub(super) async fn front(State(glpi): State<Glpi>) -> Html<String> {
    let dialect = glpi.dialect();
    let (tickets, users) = {
        let world = glpi.world();
        let count = |itemtype| world.table(itemtype).map_or(0, |table| table.len());
        (count("Ticket"), count("User"))
    };
    Html(format!(
        "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\"><title>GLPI simulé</title></head>\
         <body><h1>GLPI {} (simulé)</h1><p>{tickets} tickets, {users} utilisateurs.</p>\
         <p>API : <code>{}</code></p></body></html>",
        dialect.version_text(),
        dialect.base_path(),
    ))
}

/// What nginx answers to an address of more than 8 KB.
pub(super) fn too_long() -> Reply {
    let body = "<html>\r\n<head><title>414 Request-URI Too Large</title></head>\r\n<body>\r\n\
                <center><h1>414 Request-URI Too Large</h1></center>\r\n<hr><center>nginx</center>\r\n\
                </body>\r\n</html>\r\n";
    Reply::raw(414, "text/html", body)
}

/// What the API answers at its own address.
pub(super) fn documentation() -> Reply {
    let body = "<!doctype html><html><head><title>GLPI REST API Documentation</title></head>\
                <body><h1>GLPI REST API:  Documentation</h1></body></html>";
    Reply::raw(200, "text/html; charset=UTF-8", body)
}
