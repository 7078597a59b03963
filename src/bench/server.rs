//! The real program as a process of its own, and what it spends.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use super::{
    client::{Failed, Result},
    measure,
    prepare::Stage,
};

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    postmaster: Option<u32>,
    /// Kept open: a program whose output nobody takes would stop.
    _output: BufReader<ChildStdout>,
}

/// Processor seconds so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    pub server: f64,
    /// All processes of the PostgreSQL server together.
    pub database: f64,
    pub generator: f64,
}

impl Spent {
    pub fn since(self, before: Self) -> Self {
        Self {
            server: self.server - before.server,
            database: self.database - before.database,
            generator: self.generator - before.generator,
        }
    }
}

impl Server {
    pub fn start(program: &Path, stage: &Stage) -> Result<Self> {
        Self::start_with(program, stage, &[])
    }

    /// With more arguments.
    pub fn start_with(program: &Path, stage: &Stage, more: &[&str]) -> Result<Self> {
        let failed = |error: std::io::Error| Failed(format!("{}: {error}", program.display()));
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--database", &stage.address])
            .args(more)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| Failed("the program has no output".to_owned()))?;
        let mut output = BufReader::new(output);
        let mut line = String::new();
        while output.read_line(&mut line).map_err(failed)? > 0 {
            if let Some(address) = line
                .trim()
                .split_once("http://")
                .and_then(|(_, address)| address.parse().ok())
            {
                return Ok(Self {
                    child,
                    address,
                    postmaster: stage.postmaster,
                    _output: output,
                });
            }
            line.clear();
        }
        let _ = child.kill();
        Err(Failed(format!("{} did not say where it listens", program.display())))
    }

    pub fn spent(&self) -> Spent {
        Spent {
            server: measure::seconds_of(self.child.id()),
            database: self.postmaster.map_or(0.0, measure::seconds_of_family),
            generator: measure::seconds_of(std::process::id()),
        }
    }

    pub fn resident_mb(&self) -> f64 {
        measure::resident_mb(self.child.id())
    }

    pub fn bytes_written(&self) -> f64 {
        measure::bytes_written(self.child.id())
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        let failed = |error: std::io::Error| Failed::new("stopping the program", error);
        Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .map_err(failed)?;
        for _ in 0..300 {
            if let Some(status) = self.child.try_wait().map_err(failed)? {
                return if status.success() {
                    Ok(())
                } else {
                    Err(Failed(format!("the program ended with {status}")))
                };
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(Failed("the program did not stop within 30 s".to_owned()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended, or the generator has failed and nobody else will end it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
