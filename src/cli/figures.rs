//! Figures on the terminal, of an exam or of a year.

use super::{Error, Result, app};
use crate::{
    config,
    domain::{
        annual,
        figure::{figures, report_sentence},
        lang::Lang,
    },
    service::{App, Caller, annual as years, figure},
};

/// # Errors
/// When there is no such exam or the database fails.
pub async fn print_figures(args: config::Figures) -> Result<()> {
    let app = app(&args.database).await?;
    match (&args.of.exam, args.of.year) {
        (Some(exam), _) => of_exam(&app, exam, args.json).await?,
        (None, year) => of_year(&app, year.unwrap_or_default(), args.json).await?,
    }
    app.db.close().await;
    Ok(())
}

async fn of_exam(app: &App, exam: &str, json: bool) -> Result<()> {
    let id = exam.parse().map_err(|_| Error::ExamId(exam.to_owned()))?;
    let figures_of = figure::figures(app, &Caller::operator(), id).await?;
    let list = figures(&figures_of.total, &figures_of.unit_counts(), figures_of.as_of, Lang::Zh);
    if json {
        println!("{}", serde_json::to_string_pretty(&list).unwrap_or_default());
    } else {
        for figure in &list {
            println!("{}：{}（{}）", figure.name, figure.value, figure.definition);
        }
        println!("{}", report_sentence(&figures_of.total));
    }
    Ok(())
}

async fn of_year(app: &App, year: u16, json: bool) -> Result<()> {
    let annual = years::annual(app, &Caller::operator(), year, None).await?;
    let list = annual::figures(&annual.base, annual.as_of, Lang::Zh);
    if json {
        println!("{}", serde_json::to_string_pretty(&list).unwrap_or_default());
        return Ok(());
    }
    for figure in &list {
        println!(
            "{} {}：{}{}（{}）",
            figure.name_zh, figure.name_en, figure.value, figure.unit, figure.definition
        );
    }
    for sentence in annual.base.sentences(&annual.area) {
        println!("{sentence}");
    }
    Ok(())
}
