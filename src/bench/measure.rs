//! Times and what the machine spent: latencies, processor seconds, memory, bytes written.

use std::{
    fs,
    time::{Duration, Instant},
};

/// The one place of the load generator that reads the machine's clock.
#[expect(clippy::disallowed_methods, reason = "a load generator measures real time")]
pub fn now() -> Instant {
    Instant::now()
}

/// Durations of one kind of request.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    micros: Vec<u32>,
    sorted: bool,
}

impl Samples {
    pub fn add(&mut self, duration: Duration) {
        self.micros
            .push(u32::try_from(duration.as_micros()).unwrap_or(u32::MAX));
        self.sorted = false;
    }

    pub fn count(&self) -> usize {
        self.micros.len()
    }

    /// The smallest duration that `percent` of the samples do not exceed, in milliseconds.
    pub fn percentile(&mut self, percent: f64) -> f64 {
        if !self.sorted {
            self.micros.sort_unstable();
            self.sorted = true;
        }
        let rank = (self.micros.len() as f64 * percent / 100.0).ceil() as usize;
        self.micros
            .get(rank.saturating_sub(1))
            .map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}

/// Durations by step, in the order in which the steps first came.
#[derive(Debug, Clone, Default)]
pub struct Steps(pub Vec<(&'static str, Samples)>);

impl Steps {
    pub fn add(&mut self, step: &'static str, duration: Duration) {
        let place = self.0.iter().position(|(name, _)| *name == step).unwrap_or_else(|| {
            self.0.push((step, Samples::default()));
            self.0.len() - 1
        });
        self.0[place].1.add(duration);
    }

    pub fn get(&mut self, step: &str) -> Option<&mut Samples> {
        self.0
            .iter_mut()
            .find(|(name, _)| *name == step)
            .map(|(_, samples)| samples)
    }

    pub fn count(&self, step: &str) -> usize {
        self.0
            .iter()
            .find(|(name, _)| *name == step)
            .map_or(0, |(_, samples)| samples.count())
    }
}

/// Linux counts processor time in hundredths of a second for every reader (USER_HZ), whatever its own clock.
const TICKS_PER_SECOND: f64 = 100.0;

/// A process and what it has spent so far, from `/proc/PID/stat`.
struct Stat {
    parent: u32,
    /// Seconds in user and kernel mode.
    own: f64,
    /// The same of children that have ended.
    ended: f64,
}

fn stat(pid: &str) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program stands in brackets and may hold anything.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let seconds = |place: usize| {
        fields
            .get(place)?
            .parse::<f64>()
            .ok()
            .map(|ticks| ticks / TICKS_PER_SECOND)
    };
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own: seconds(11)? + seconds(12)?,
        ended: seconds(13)? + seconds(14)?,
    })
}

/// The parent of a process.
pub fn parent(pid: u32) -> Option<u32> {
    stat(&pid.to_string()).map(|stat| stat.parent)
}

/// Processor seconds of one process.
pub fn seconds_of(pid: u32) -> f64 {
    stat(&pid.to_string()).map_or(0.0, |stat| stat.own)
}

/// Processor seconds of a process with all its children, those that have ended too.
pub fn seconds_of_family(pid: u32) -> f64 {
    let mut sum = stat(&pid.to_string()).map_or(0.0, |stat| stat.own + stat.ended);
    let Ok(processes) = fs::read_dir("/proc") else {
        return sum;
    };
    for process in processes.flatten() {
        let name = process.file_name().to_string_lossy().into_owned();
        if name.bytes().all(|byte| byte.is_ascii_digit())
            && let Some(child) = stat(&name).filter(|child| child.parent == pid)
        {
            sum += child.own + child.ended;
        }
    }
    sum
}

/// A number from a file of `name: number` lines.
fn number(path: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Resident memory of a process in megabytes (millions of bytes).
pub fn resident_mb(pid: u32) -> f64 {
    number(&format!("/proc/{pid}/status"), "VmRSS").map_or(0.0, |kib| kib as f64 * 1024.0 / 1e6)
}

/// Bytes a process has sent to the disk.
pub fn bytes_written(pid: u32) -> f64 {
    number(&format!("/proc/{pid}/io"), "write_bytes").map_or(0.0, |bytes| bytes as f64)
}

/// Files and connections that this process may have open.
pub fn open_files() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(1024)
}

/// Cores, processor, memory and kernel, in one line.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("?", |(_, it)| it.trim());
    let memory = number("/proc/meminfo", "MemTotal").unwrap_or(0) as f64 / 1024.0 / 1024.0;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("?");
    format!(
        "{cores} cores ({model}), {memory:.0} GiB of memory, Linux {}, load {load} when it began",
        kernel.trim()
    )
}

/// How long the disk takes to make 4 KiB durable: the median in milliseconds, and the file system.
pub fn disk(folder: &std::path::Path) -> std::io::Result<(f64, String)> {
    use std::io::Write;

    let mut file = tempfile::tempfile_in(folder)?;
    let mut samples = Samples::default();
    for _ in 0..100 {
        file.write_all(&[7; 4096])?;
        let begin = now();
        file.sync_data()?;
        samples.add(begin.elapsed());
    }
    let folder = folder.canonicalize()?;
    let mounts = fs::read_to_string("/proc/mounts")?;
    let longest = mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace().skip(1);
            Some((words.next()?, words.next()?))
        })
        .filter(|(at, _)| folder.starts_with(at))
        .max_by_key(|(at, _)| at.len());
    Ok((
        samples.percentile(50.0),
        longest.map_or("?", |(_, kind)| kind).to_owned(),
    ))
}
