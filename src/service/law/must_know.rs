//! Lists of what holders of a post must know.

use super::{Caller, follow, library, today};
use crate::{
    db::{self, Tx},
    domain::{
        audit::Act,
        id::{LawVersionId, MustKnowListId},
        law::{ArticleNumber, Followed, Library, Record, Status, citation},
        must_know::{Item, MustKnowList, Named, Wish},
        role::Right,
    },
    error::Fault,
    service::{
        App, Result,
        audit::{self, By, Deed},
        year::not_closed,
    },
};

/// What a line of a list leads to today.
pub enum Target {
    Law(Record, Status),
    /// An article, in the version that is shown now; what became of it since the list was made.
    Article(Record, LawVersionId, ArticleNumber, Followed),
    /// Another measure, or a law that the library does not hold.
    Other,
}

pub struct Line {
    pub title: String,
    pub target: Target,
}

/// A list with its lines.
pub struct Lines {
    pub list: MustKnowList,
    pub lines: Vec<Line>,
}

/// Every list, the latest year first.
///
/// # Errors
/// When the database fails.
pub async fn lists(app: &App) -> Result<Vec<MustKnowList>> {
    Ok(db::must_know::all(&app.db).await?)
}

/// # Errors
/// [`Fault::NotFound`] when there is no such list.
pub async fn list(app: &App, id: MustKnowListId) -> Result<MustKnowList> {
    let lists = lists(app).await?;
    let list = lists.into_iter().find(|list| list.id == id);
    list.ok_or_else(|| Fault::NotFound.into())
}

/// A list as it is read.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such list.
pub async fn lines(app: &App, id: MustKnowListId) -> Result<Lines> {
    let list = list(app, id).await?;
    let library = library(app).await?;
    let today = today(app);
    let mut lines = Vec::new();
    for item in db::must_know::items(&app.db, id).await? {
        let target = match item.named {
            Named::Law(law) => match library.get(law) {
                Some(record) => Target::Law(record.clone(), record.standing(today)),
                None => Target::Other,
            },
            Named::Article(law, version, number) => match library.get(law) {
                Some(record) => {
                    let shown = record.shown(today).id;
                    let since = follow(app, record, version, shown, number).await?;
                    match since.number(number) {
                        Some(now) => Target::Article(record.clone(), shown, now, since),
                        None => Target::Article(record.clone(), version, number, since),
                    }
                }
                None => Target::Other,
            },
            Named::Other => Target::Other,
        };
        lines.push(Line {
            title: item.title,
            target,
        });
    }
    Ok(Lines { list, lines })
}

/// What is to be changed of a list, as it stands now.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages laws everywhere, [`Fault::NotFound`].
pub async fn list_wish(app: &App, caller: &Caller, id: MustKnowListId) -> Result<Wish> {
    caller.may_everywhere(Right::ManageLaws)?;
    let list = list(app, id).await?;
    let items = db::must_know::items(&app.db, id).await?;
    Ok(Wish {
        title: list.title,
        year: list.year,
        whom: list.whom,
        lines: items.into_iter().map(|item| item.title).collect(),
    })
}

/// What a line names: a law, an article of a law as it is shown now, or something else.
async fn item(app: &App, library: &Library, line: String) -> Result<Item> {
    let today = today(app);
    let mut named = Named::Other;
    if let Some((name, number)) = citation(&line).filter(|(name, _)| !name.is_empty())
        && let Some(record) = library.meant(name)
    {
        let version = record.shown(today).id;
        let held = super::text(app, version).await?.article(number).is_some();
        if held {
            named = Named::Article(record.entry.id, version, number);
        }
    } else if let Some(record) = library.meant(&line) {
        named = Named::Law(record.entry.id);
    }
    Ok(Item { title: line, named })
}

/// Refuses to touch a list of a closed year, or one that stands in the plan of a closed year: its lines are what was planned.
async fn open_in(tx: &mut Tx, id: MustKnowListId) -> Result<()> {
    for year in db::must_know::years_in(tx, id).await? {
        not_closed(tx, year).await?;
    }
    Ok(())
}

/// Stores a list: a new one, or in the place of one that is there.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages laws everywhere; [`Fault::NotFound`];
/// [`crate::domain::law::LawFault::List`], [`crate::domain::law::LawFault::ListLength`];
/// [`crate::domain::activity::ActivityFault::Closed`] when the year it is of, or is to be of, is closed.
pub async fn make(app: &App, caller: &Caller, id: Option<MustKnowListId>, wish: Wish) -> Result<MustKnowListId> {
    caller.may_everywhere(Right::ManageLaws)?;
    let before = match id {
        Some(id) => Some(list_wish(app, caller, id).await?),
        None => None,
    };
    wish.check().map_err(Fault::Law)?;
    let by = By::new(app, caller);
    let library = library(app).await?;
    let id = id.unwrap_or_else(|| app.random.id(by.at));
    let mut deed = Deed::new(Act::MustKnowListMade, subject(id)).after(&wish);
    if let Some(before) = &before {
        deed = deed.before(before);
    }
    let list = MustKnowList {
        id,
        title: wish.title,
        year: wish.year,
        whom: wish.whom,
        made_by: by.id(),
        made_at: by.at,
    };
    let mut items = Vec::new();
    for line in wish.lines {
        items.push(item(app, &library, line).await?);
    }
    app.db
        .write((list, items, deed, by), |tx, (list, items, deed, by)| {
            Box::pin(async move {
                open_in(tx, list.id).await?;
                not_closed(tx, list.year).await?;
                db::must_know::put(tx, &list, &items).await?;
                audit::record(tx, &by, deed).await?;
                Ok(list.id)
            })
        })
        .await
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages laws everywhere, [`Fault::NotFound`];
/// [`crate::domain::activity::ActivityFault::Closed`] when its year is closed.
pub async fn remove(app: &App, caller: &Caller, id: MustKnowListId) -> Result<()> {
    let before = list_wish(app, caller, id).await?;
    let deed = Deed::new(Act::MustKnowListRemoved, subject(id)).before(&before);
    app.db
        .write((deed, By::new(app, caller)), move |tx, (deed, by)| {
            Box::pin(async move {
                open_in(tx, id).await?;
                if !db::must_know::remove(tx, id).await? {
                    return Err(Fault::NotFound.into());
                }
                audit::record(tx, &by, deed).await
            })
        })
        .await
}

/// How the log names a list.
fn subject(id: MustKnowListId) -> String {
    format!("must-know list {id}")
}
