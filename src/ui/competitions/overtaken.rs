//! What becomes of the questions of a published competition that the law or their bank has overtaken.

use leptos::prelude::*;

use crate::{
    domain::{id::BankId, lang::Lang},
    service::competition::overtaken::{Course, Found, Overtaken},
    ui::overtaken::{self, Line},
};

/// Nothing where there are none.
pub(super) fn section(lang: Lang, bank: BankId, found: &Found) -> Option<impl IntoView + use<>> {
    let lines = found.questions.iter().map(|one| line(lang, one));
    overtaken::section(lang, bank, course(lang, found.course), lines.collect())
}

fn course(lang: Lang, course: Course) -> &'static str {
    match course {
        Course::Leaves => lang.pick(
            "还没有开赛：法条已变的题会在开赛前自动移出抽题范围（每十分钟查一次）；题库里改过的题仍按发布时的样子出。",
            "It has not begun: questions whose law has changed leave before it does, by themselves (looked for every ten minutes); those changed in the bank are asked as they were published.",
        ),
        Course::Stays => lang.pick(
            "还没有开赛，但是这些题不会自动移出：移出后题目不够，或者已经有裁定涉及这次竞赛。请核对；确实错的，作裁定。",
            "It has not begun, but these stay: too few questions would be left, or a ruling names this competition. Look at them; where one is wrong, rule on it.",
        ),
        Course::Begun => lang.pick(
            "已经开赛（或马上开赛），题目和答案不会自动改。请逐题核对：答案按现行法仍然对的，不用处理；错了的，作裁定，由第二人批准后统一改判。",
            "It has begun, or is about to: questions and keys do not change by themselves. Look at each: where the key is right by the law in force, nothing is to be done; where it is wrong, rule on it, and after a second person's approval all are marked anew.",
        ),
    }
}

fn line(lang: Lang, one: &Overtaken) -> Line {
    let address = format!("/admin/disputes/{}", one.question);
    Line {
        question: one.question,
        stem: one.stem.clone(),
        by_law: one.by_law,
        by_bank: one.by_bank,
        unused: false,
        papers: None,
        mend: Some((address, lang.pick("裁定", "Ruling"))),
    }
}
