//! What a year hands out as files.

use std::path::Path;

use super::{Error, Result, app, read};
use crate::{
    config, db,
    domain::{annual::named::Told, id::UnitId, lang::Lang},
    service::{App, Caller, annual, returns},
};

/// Writes the report, the return, or a form filled in.
///
/// # Errors
/// When the file cannot be read or written, its ending says nothing, the unit is not known, or the database fails.
pub async fn report(args: config::Report) -> Result<()> {
    let app = app(&args.database).await?;
    let done = written(&app, &args).await;
    app.db.close().await;
    done
}

async fn written(app: &App, args: &config::Report) -> Result<()> {
    let unit = match &args.unit {
        Some(path) => Some(unit_of(app, path).await?),
        None => None,
    };
    let (operator, out) = (Caller::operator(), args.out.as_path());
    let ending = out.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let body = match (ending.to_ascii_lowercase().as_str(), &args.fill) {
        ("xlsx", Some(form)) => filled(app, (args.year, unit), form).await?,
        ("docx", None) => annual::report(app, &operator, args.year, unit).await?.1,
        ("xlsx", None) => returns::workbook(app, &operator, args.year, unit, Lang::Zh).await?.1,
        _ => return Err(Error::Ending(out.display().to_string())),
    };
    std::fs::write(out, body).map_err(|source| Error::File {
        path: out.display().to_string(),
        source,
    })?;
    println!("已写入 {}。", out.display());
    Ok(())
}

async fn unit_of(app: &App, path: &str) -> Result<UnitId> {
    let units = db::person::units(&app.db).await?;
    let names: Vec<String> = path.split('/').map(|name| name.trim().to_owned()).collect();
    let unit = units.find(&names).map(|unit| unit.id);
    unit.ok_or_else(|| Error::Unit(path.to_owned()))
}

async fn filled(app: &App, of: (u16, Option<UnitId>), form: &Path) -> Result<Vec<u8>> {
    let file = read(form)?;
    let filled = returns::fill(app, &Caller::operator(), of, file).await?;
    let filled = filled.map_err(|matter| Error::Form {
        path: form.display().to_string(),
        reason: matter.message(Lang::Zh),
    })?;
    told(&filled.told);
    if filled.draft {
        println!("年度还没有封账，填入的数都是草稿，还可能变动。");
    }
    Ok(filled.bytes)
}

fn told(told: &Told) {
    for (named, value) in told.filled() {
        println!("{}（{}）：{value}", named.name, named.place);
    }
    for (named, loss) in told.losses() {
        println!("没有填写 {}（{}）：{}", named.name, named.place, loss.message(Lang::Zh));
    }
    let unasked = told.unasked();
    if !unasked.is_empty() {
        let codes: Vec<_> = unasked.iter().map(|id| id.code()).collect();
        println!("工作簿没有要的指标：{}", codes.join("、"));
    }
}
