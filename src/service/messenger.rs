//! The hook for messengers: a command of the operator's that is given one reminder as JSON on its standard input. This program
//! speaks no messenger itself, and sends nothing to an address that anybody typed.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use serde::Serialize;

/// The command is looked after so often, and so many times before it is ended: 20 seconds.
const POLL: Duration = Duration::from_millis(50);
const POLLS: u32 = 400;

/// What the command is given.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    pub kind: &'static str,
    /// The person's number in the roster.
    pub number: String,
    pub name: String,
    /// Subject and text, Chinese and English.
    pub subject: [&'static str; 2],
    pub text: [String; 2],
    /// The page that shows more; without the site's address when that is not known.
    pub link: String,
}

/// The command.
#[derive(Debug, Clone)]
pub struct Messenger {
    command: PathBuf,
    url: String,
}

impl Messenger {
    /// `url`: the address under which people reach the site; empty when it is not known.
    pub fn new(command: &Path, url: &str) -> Self {
        Self {
            command: command.to_owned(),
            url: url.trim_end_matches('/').to_owned(),
        }
    }

    /// The whole address of a path.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Gives a message to the command; whether it took it, which it says by ending with 0.
    pub async fn send(&self, message: Message) -> bool {
        let command = self.command.clone();
        let run = tokio::task::spawn_blocking(move || run(&command, &message));
        match run.await {
            Ok(Ok(taken)) => taken,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the messenger's command could not be run");
                false
            }
            Err(_) => false,
        }
    }
}

fn run(command: &Path, message: &Message) -> std::io::Result<bool> {
    let json = serde_json::to_vec(message)?;
    let mut child = Command::new(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A command that reads nothing and ends well has taken it all the same.
        let _ = input.write_all(&json);
    }
    for _ in 0..POLLS {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        std::thread::sleep(POLL);
    }
    child.kill()?;
    child.wait()?;
    Ok(false)
}
