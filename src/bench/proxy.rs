//! nginx in front of several nodes, as somebody would set it up: any node for any request, and the next one where a node does
//! not take the connection.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use super::client::{Failed, Result};

pub struct Proxy {
    child: Child,
    pub address: SocketAddr,
}

impl Proxy {
    /// Starts it with its files in a folder of its own under `folder`.
    pub async fn start(folder: &Path, nodes: &[SocketAddr]) -> Result<Self> {
        let failed = |error: std::io::Error| Failed(format!("nginx (on Debian: apt-get install nginx-light): {error}"));
        let folder = folder.join("nginx");
        fs::create_dir_all(&folder).map_err(failed)?;
        // The port is free now; that nobody else takes it before nginx does is all but certain.
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let address = address.map_err(failed)?;
        let file = folder.join("nginx.conf");
        fs::write(&file, settings(&folder, address, nodes)).map_err(failed)?;
        let log = fs::File::create(folder.join("said")).map_err(failed)?;
        let child = Command::new("nginx")
            .args(["-g", "daemon off;", "-e", "stderr", "-c"])
            .arg(&file)
            .arg("-p")
            .arg(&folder)
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(failed)?;
        let mut proxy = Self { child, address };
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return Ok(proxy);
            }
            if proxy.child.try_wait().map_err(failed)?.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let said = fs::read_to_string(folder.join("said")).unwrap_or_default();
        Err(Failed(format!("nginx did not start: {said}")))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Its workers go with it, but only when it is asked.
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        if asked.is_err() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

fn settings(folder: &Path, address: SocketAddr, nodes: &[SocketAddr]) -> String {
    let folder = folder.display();
    let nodes: String = nodes
        .iter()
        .map(|node| format!("        server {node} max_fails=1 fail_timeout=2s;\n"))
        .collect();
    format!(
        "worker_processes 1;
pid {folder}/pid;
error_log stderr;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000;
    upstream nodes {{
{nodes}        keepalive 512;
    }}
    server {{
        listen {address};
        location / {{
            proxy_pass http://nodes;
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_set_header Host $http_host;
        }}
    }}
}}
"
    )
}
