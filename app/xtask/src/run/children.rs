//! Processes that live as long as this one.

use crate::project::in_path;
use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(50);
/// Long enough to finish a request to a slow GLPI.
const GRACE: Duration = Duration::from_secs(10);

/// Started together, ended together, the last one first.
pub struct Children {
    running: Vec<Running>,
    logs: PathBuf,
    interrupted: Arc<AtomicBool>,
}

struct Running {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Children {
    /// None yet; their output goes to files in `logs`.
    pub fn new(logs: &Path) -> Result<Self> {
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = interrupted.clone();
        ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst))
            .context("cannot listen for Ctrl-C")?;
        Ok(Self {
            running: Vec::new(),
            logs: logs.to_owned(),
            interrupted,
        })
    }

    /// Starts one.
    pub fn start(&mut self, name: &str, command: &Command) -> Result<()> {
        let log = self.logs.join(format!("{name}.log"));
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let errors = file.try_clone().context("cannot share the log")?;
        // In a group of its own: the terminal's Ctrl-C comes to us alone, and we end them in order.
        let child = outlived_by_us(command)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn()
            .with_context(|| format!("cannot start the {name}"))?;
        self.running.push(Running {
            name: name.to_owned(),
            child,
            log,
        });
        Ok(())
    }

    /// Waits until `ready`; a child that ends meanwhile, and Ctrl-C, are errors.
    pub fn wait_for(
        &mut self,
        what: &str,
        patience: Duration,
        ready: impl Fn() -> bool,
    ) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            self.check()?;
            if self.interrupted.load(Ordering::SeqCst) {
                bail!("interrupted");
            }
            if start.elapsed() > patience {
                bail!(
                    "{what} isn't ready after {} s; see {}",
                    patience.as_secs(),
                    self.logs.display()
                );
            }
            sleep(PAUSE);
        }
        Ok(())
    }

    /// Waits for Ctrl-C; a child that ends by itself is an error.
    pub fn until_ctrl_c(mut self) -> Result<()> {
        while !self.interrupted.load(Ordering::SeqCst) {
            self.check()?;
            sleep(PAUSE);
        }
        println!();
        Ok(())
    }

    fn check(&mut self) -> Result<()> {
        for running in &mut self.running {
            if let Some(status) = running.child.try_wait().context("cannot watch a child")? {
                let text = fs::read_to_string(&running.log).unwrap_or_default();
                let lines: Vec<_> = text.lines().collect();
                let end = lines[lines.len().saturating_sub(20)..].join("\n");
                bail!(
                    "the {} has ended by itself ({status}):\n{end}",
                    running.name
                );
            }
        }
        Ok(())
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        for mut running in self.running.drain(..).rev() {
            end(&mut running.child);
        }
    }
}

/// The same program and arguments, told by the kernel to end when we do: also when we are killed and can't end it ourselves. `setpriv` comes with
/// every Linux; elsewhere a child of a killed run has to be ended by hand.
fn outlived_by_us(command: &Command) -> Command {
    let mut bound = match in_path("setpriv") {
        Some(setpriv) => {
            let mut bound = Command::new(setpriv);
            bound
                .args(["--pdeathsig", "TERM"])
                .arg(command.get_program());
            bound
        }
        None => Command::new(command.get_program()),
    };
    bound.args(command.get_args());
    bound
}

fn end(child: &mut Child) {
    if let Ok(id) = i32::try_from(child.id()) {
        let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
    }
    let start = Instant::now();
    while matches!(child.try_wait(), Ok(None)) && start.elapsed() < GRACE {
        sleep(PAUSE);
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};

    fn children(folder: &Path) -> Children {
        Children {
            running: Vec::new(),
            logs: folder.to_owned(),
            interrupted: Arc::default(),
        }
    }

    #[test]
    fn a_child_that_dies_is_named_with_its_last_words() {
        let folder = tempfile::tempdir().unwrap();
        let mut children = children(folder.path());
        children
            .start(
                "server",
                Command::new("sh").args(["-c", "echo no key; exit 3"]),
            )
            .unwrap();
        let error = children
            .wait_for("the server", Duration::from_secs(10), || false)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("the server has ended") && error.contains("no key"),
            "{error}"
        );
    }

    #[test]
    fn all_of_them_end_with_us() {
        let folder = tempfile::tempdir().unwrap();
        let mut children = children(folder.path());
        children
            .start("sandbox", Command::new("sleep").arg("60"))
            .unwrap();
        let id = Pid::from_raw(i32::try_from(children.running[0].child.id()).unwrap());
        assert!(kill(id, None).is_ok());
        drop(children);
        assert!(kill(id, None).is_err());
    }

    #[test]
    fn all_of_them_end_when_we_are_killed() {
        if in_path("setpriv").is_none() {
            return;
        }
        let bound = outlived_by_us(Command::new("sleep").arg("60"));
        // A run in our place, since this one has tests to finish: it says the child's id and is killed.
        let mut run = Command::new("sh");
        run.args(["-c", "\"$@\" >&2 & echo $!; wait", "run"])
            .arg(bound.get_program())
            .args(bound.get_args())
            .stdout(Stdio::piped());
        let mut run = run.spawn().unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(run.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        // What has ended has no command line, also where nobody has looked yet how it ended.
        let runs = PathBuf::from("/proc").join(line.trim()).join("cmdline");
        let sleeps = || fs::read(&runs).is_ok_and(|line| line.starts_with(b"sleep"));
        let start = Instant::now();
        while !sleeps() && start.elapsed() < GRACE {
            sleep(PAUSE);
        }
        assert!(sleeps());
        run.kill().unwrap();
        run.wait().unwrap();
        while sleeps() && start.elapsed() < 2 * GRACE {
            sleep(PAUSE);
        }
        assert!(!sleeps(), "it outlives the run");
    }

    #[test]
    fn what_never_gets_ready_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let mut children = children(folder.path());
        children
            .start("sandbox", Command::new("sleep").arg("60"))
            .unwrap();
        let error = children
            .wait_for("the sandbox", Duration::ZERO, || false)
            .unwrap_err();
        assert!(
            error.to_string().contains("the sandbox isn't ready"),
            "{error}"
        );
    }
}
