//! Certificates of players, made from the results whenever somebody looks: nothing is issued, and what is looked into or was
//! corrected is never certified by an old copy, because whoever checks the code reads what holds now.

use std::path::Path;

use super::{Contest, boards, limit};
use crate::{
    db,
    domain::{
        competition::{
            board::Scope,
            certificate::{Code, DIGITS, Kind, LAST_RANK, NoCertificate},
            player::{Player, masked_name},
        },
        id::PlayerId,
        lang::Lang,
        points::Points,
        time::{DAY, Timestamp},
    },
    error::Fault,
    format,
    service::{
        App, Result,
        certificate::{day, print},
        lottery::{self, Won},
        qr::Qr,
        random::{digest, hex},
    },
};

/// Prizes named on a certificate; of more the number is told.
const MOST_PRIZES: usize = 5;

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub kind: Kind,
    /// Of the competition.
    pub title: String,
    /// Masked for whoever checks it.
    pub name: String,
    pub score: Points,
    /// Valid attempts.
    pub person_times: u32,
    /// A moment of the day of the last valid hand-in.
    pub last: Timestamp,
    /// The rank of all that is awarded, and among how many.
    pub rank: Option<(u64, u64)>,
    pub prizes: Vec<Won>,
    pub code: Code,
}

/// A certificate, or why there is none.
pub type Found = std::result::Result<Certificate, NoCertificate>;

/// A code of a player. The seed of the competition is the key: it is never published, and every node knows it. A part of the
/// digest is told, from which nobody can go on to the digest of a longer name.
fn code(contest: &Contest, player: &Player, kind: Kind) -> Code {
    let mut bytes = b"mingfa player certificate 1".to_vec();
    bytes.extend_from_slice(&digest(&contest.competition.seed));
    bytes.extend_from_slice(&player.id.0.to_be_bytes());
    bytes.extend_from_slice(kind.code().as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(player.name.as_bytes());
    Code {
        player: player.id,
        digest: hex(&digest(&bytes)).chars().take(DIGITS).collect(),
    }
}

/// A player of this competition as stored now: another node may have corrected the name.
async fn stored(app: &App, contest: &Contest, id: PlayerId) -> Result<Option<Player>> {
    let found = db::player::get(&app.db, id).await?.map(|(player, _)| player);
    Ok(found.filter(|player| player.competition == contest.id()))
}

async fn find(app: &App, contest: &Contest, player: &Player, kind: Kind) -> Result<Found> {
    let now = app.now();
    let rules = &contest.version(now).rules;
    if !rules.certificate {
        return Ok(Err(NoCertificate::NotGiven));
    }
    if player.name.is_empty() {
        return Ok(Err(NoCertificate::NoName));
    }
    let record = db::play::record(&app.db, player.id).await?.ok_or(Fault::NotFound)?;
    if record.frozen {
        return Ok(Err(NoCertificate::Frozen));
    }
    let Some(standing) = record.standing else {
        return Ok(Err(NoCertificate::NoResult));
    };
    let (rank, prizes) = match kind {
        Kind::Participation => (None, Vec::new()),
        Kind::Award if now < rules.ends_at() => return Ok(Err(NoCertificate::NotOver(rules.ends_at()))),
        Kind::Award => (
            rank(app, contest, player.id).await?,
            lottery::won(app, player.id).await?,
        ),
    };
    if kind == Kind::Award && rank.is_none() && prizes.is_empty() {
        return Ok(Err(NoCertificate::NoAward));
    }
    Ok(Ok(Certificate {
        kind,
        title: contest.competition.title.clone(),
        name: player.name.clone(),
        score: standing.score,
        person_times: standing.person_times,
        last: Timestamp(standing.day * DAY),
        rank,
        prizes,
        code: code(contest, player, kind),
    }))
}

/// The rank of all, where it is awarded, and among how many; `None` for state staff while burden reduction holds.
async fn rank(app: &App, contest: &Contest, player: PlayerId) -> Result<Option<(u64, u64)>> {
    boards::look(app, contest.id(), |board| {
        let own = board.rank(Scope::All, player).filter(|rank| *rank <= LAST_RANK)?;
        // Whoever stands on the place after the last one that is awarded must not share the rank.
        let beyond = usize::try_from(LAST_RANK).ok()?;
        let beyond = board.page(Scope::All, beyond, 1);
        let shared = beyond.first().is_some_and(|line| line.rank <= own);
        (!shared).then(|| (own, board.ranked(Scope::All)))
    })
    .await
}

/// A certificate as its player sees it.
pub struct Shown {
    pub certificate: Certificate,
    /// Where anybody can check it.
    pub link: String,
    pub qr: Option<Qr>,
}

/// The certificate of a player, or why there is none; `base` is the address of the site. Who the player is was proven before.
///
/// # Errors
/// When the database fails.
pub async fn show(
    app: &App,
    contest: &Contest,
    player: &Player,
    kind: Kind,
    base: &str,
) -> Result<std::result::Result<Shown, NoCertificate>> {
    let player = stored(app, contest, player.id).await?.ok_or(Fault::NotFound)?;
    let found = find(app, contest, &player, kind).await?;
    Ok(found.map(|certificate| {
        let link = format!("{base}/c/{}/verify/{}", contest.competition.code, certificate.code);
        Shown {
            qr: Qr::of(&link),
            certificate,
            link,
        }
    }))
}

/// What a certificate of award is for, each in words.
pub fn merits(certificate: &Certificate, lang: Lang) -> Vec<String> {
    let rank = certificate.rank.map(|(rank, of)| match lang {
        Lang::Zh => format!("总排名第 {rank} 名（共 {of} 人）"),
        Lang::En => format!("rank {rank} of {of}"),
    });
    let prize = |won: &Won| match lang {
        Lang::Zh => format!("在“{}”中获“{}”", won.title, won.prize),
        Lang::En => format!("“{}” in the draw “{}”", won.prize, won.title),
    };
    let count = certificate.prizes.len();
    let more = (count > MOST_PRIZES).then(|| match lang {
        Lang::Zh => format!("共中奖 {count} 次"),
        Lang::En => format!("{count} prizes in all"),
    });
    let prizes = certificate.prizes.iter().take(MOST_PRIZES).map(prize);
    rank.into_iter().chain(prizes).chain(more).collect()
}

/// The sentence of a certificate.
pub fn sentence(certificate: &Certificate, lang: Lang) -> String {
    let Certificate {
        name,
        title,
        score,
        person_times,
        ..
    } = certificate;
    let merits = merits(certificate, lang).join(lang.pick("，", ", "));
    match (certificate.kind, lang) {
        (Kind::Participation, Lang::Zh) => {
            format!("{name}参加“{title}”，有效答题 {person_times} 次，成绩 {score} 分。特发此证。")
        }
        (Kind::Participation, Lang::En) => {
            format!("{name} took part in “{title}”: valid attempts {person_times}, score {score}.")
        }
        (Kind::Award, Lang::Zh) => format!("{name}参加“{title}”，成绩 {score} 分，{merits}。特发此证。"),
        (Kind::Award, Lang::En) => format!("{name} took part in “{title}”: score {score}, {merits}."),
    }
}

/// The small lines at the foot of a certificate.
pub fn facts(certificate: &Certificate) -> Vec<String> {
    vec![
        format!("参赛编号：{}", certificate.code.player),
        format!("最后一次有效交卷：{}", day(certificate.last)),
        format!("核验码：{}", certificate.code),
    ]
}

/// A certificate as PDF. `font`: the font set for this server; without one it is looked for in the usual places.
///
/// # Errors
/// [`Fault::NoFont`] when there is no font with Chinese letters, [`Fault::Slower`] when the player asks too often.
pub async fn pdf(app: &App, shown: &Shown, font: Option<&Path>) -> Result<Vec<u8>> {
    let certificate = &shown.certificate;
    limit::acting(app, certificate.code.player)?;
    let qr = shown.qr.as_ref();
    let sheet = format::certificate::Sheet {
        title: certificate.kind.name(Lang::Zh).to_owned(),
        body: sentence(certificate, Lang::Zh),
        facts: facts(certificate),
        hint: "扫码或凭核验码核验".to_owned(),
        stamp: String::new(),
        qr: qr.map_or((0, Vec::new()), |qr| (qr.width, qr.squares().collect())),
    };
    print(app, sheet, font).await
}

/// What the public page says of a code that this server gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub kind: Kind,
    /// Masked.
    pub name: String,
    /// What holds at `now`, with the masked name.
    pub found: Found,
    pub now: Timestamp,
}

/// Checks a certificate for whoever holds its code; `None` for a text that is no code of this competition, and for one of a
/// name that was corrected since.
///
/// # Errors
/// When the database fails.
pub async fn verify(app: &App, contest: &Contest, text: &str) -> Result<Option<Check>> {
    let Ok(asked) = text.parse::<Code>() else {
        return Ok(None);
    };
    let Some(player) = stored(app, contest, asked.player).await? else {
        return Ok(None);
    };
    let mut kinds = Kind::ALL.iter().copied();
    let Some(kind) = kinds.find(|kind| code(contest, &player, *kind) == asked) else {
        return Ok(None);
    };
    let name = masked_name(&player.name);
    let found = find(app, contest, &player, kind).await?;
    Ok(Some(Check {
        kind,
        found: found.map(|certificate| Certificate {
            name: name.clone(),
            ..certificate
        }),
        name,
        now: app.now(),
    }))
}
