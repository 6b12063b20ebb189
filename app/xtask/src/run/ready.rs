//! Whether something on this machine answers yet.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(2);

/// Whether a server listens on the port.
pub fn answers(port: u16) -> bool {
    connect(port).is_some()
}

/// The status of a GET.
pub fn status(port: u16, path: &str) -> Option<u16> {
    let mut stream = connect(port)?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    // At once: whoever answers the beginning of a request and hangs up takes the answer back with it.
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut line = [0; 12];
    stream.read_exact(&mut line).ok()?;
    status_of(std::str::from_utf8(&line).ok()?)
}

fn connect(port: u16) -> Option<TcpStream> {
    TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), PATIENCE).ok()
}

fn status_of(line: &str) -> Option<u16> {
    line.strip_prefix("HTTP/1.")?
        .split(' ')
        .nth(1)?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn serve_once(answer: &'static str) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        });
        port
    }

    #[test]
    fn the_status_is_read_from_the_first_line() {
        assert_eq!(
            status(serve_once("HTTP/1.1 200 OK\r\n\r\n"), "/readyz"),
            Some(200)
        );
        assert_eq!(
            status(
                serve_once("HTTP/1.1 503 Service Unavailable\r\n\r\n"),
                "/readyz"
            ),
            Some(503)
        );
    }

    #[test]
    fn what_isnt_http_has_no_status() {
        assert_eq!(status(serve_once("SSH-2.0-OpenSSH"), "/readyz"), None);
        assert_eq!(status_of("HTTP/1.1 abc"), None);
    }
}
