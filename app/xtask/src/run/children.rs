//! Processes that live as long as this one.

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
    pub fn start(&mut self, name: &str, command: &mut Command) -> Result<()> {
        let log = self.logs.join(format!("{name}.log"));
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let errors = file.try_clone().context("cannot share the log")?;
        // In a group of its own: the terminal's Ctrl-C comes to us alone, and we end them in order.
        command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors);
        let child = command
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
