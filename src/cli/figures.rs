//! Figures on the terminal, of an exam or of a year.

use super::{Error, Result, app};
use crate::{
    config,
    domain::{
        annual::{self, Annual},
        figure::{figures, report_sentence},
        lang::Lang,
    },
    service::{App, Caller, annual as years, edition, figure},
};

/// # Errors
/// When there is no such exam or edition, or the database fails.
pub async fn print_figures(args: config::Figures) -> Result<()> {
    let app = app(&args.database).await?;
    let year = args.of.year.unwrap_or_default();
    match (&args.of.exam, args.edition) {
        (Some(exam), _) => of_exam(&app, exam, args.json).await?,
        (None, Some(number)) => {
            let edition = edition::read(&app, &Caller::operator(), year, number).await?;
            print(&edition.figures, args.json);
        }
        (None, None) => of_year(&app, year, args.json).await?,
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
    let list = annual::figures_of(annual.version, &annual.base, annual.as_of, Lang::Zh);
    print(&list, json);
    if !json {
        for sentence in annual.base.sentences(&annual.area) {
            println!("{sentence}");
        }
    }
    Ok(())
}

fn print(list: &[Annual], json: bool) {
    if json {
        println!("{}", serde_json::to_string_pretty(list).unwrap_or_default());
        return;
    }
    for figure in list {
        println!(
            "{} {}：{}{}（{}）",
            figure.name_zh, figure.name_en, figure.value, figure.unit, figure.definition
        );
    }
}
