//! Command line → settings → the thing asked for.

use std::process::ExitCode;

use clap::Parser;
use mingfa::{
    cli,
    config::{Check, Command, Config, Convert, Diff, Draw, Template},
    web,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,sqlx=warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let config = Config::parse();
    let done = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(run(config.command)),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mingfa: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), cli::Error> {
    match command {
        Command::Serve(serve) => web::serve(serve).await,
        Command::Migrate(database) => cli::migrate(&database).await,
        Command::Import(import) => cli::import(import).await,
        Command::Check(Check::Questions { files, json }) => cli::check_questions(&files, json),
        Command::Convert(Convert::Questions { input, output, to }) => cli::convert_questions(&input, &output, &to),
        Command::Template(Template::Questions { output }) => cli::template_of_questions(&output),
        Command::Check(Check::Laws { files, json }) => cli::check_laws(&files, json),
        Command::Diff(Diff::Laws { old, new, json }) => cli::diff_laws(&old, &new, json),
        Command::Check(Check::Seb { files }) => cli::check_seb(&files),
        Command::Figures(figures) => cli::print_figures(figures).await,
        Command::Stats(stats) => cli::stats(&stats),
        Command::Verify(verify) => cli::verify(verify).await,
        Command::Draw(Draw::Verify { files }) => cli::verify_draws(&files),
        Command::Simulate(simulate) => cli::simulate(simulate).await,
        Command::Report(report) => cli::report(report).await,
        Command::Demo(demo) => cli::demo(&demo).await,
        Command::Link { name, database, url } => cli::link(&name, &database, &url).await,
    }
}
