//! What becomes of the questions of a published exam that the law or their bank has overtaken.

use leptos::prelude::*;

use crate::{
    domain::{exam::Exam, lang::Lang},
    service::overtaken::{Found, Overtaken},
    ui::overtaken::{self, Line},
};

/// Nothing where there are none.
pub(super) fn section(lang: Lang, exam: &Exam, found: &Found) -> Option<impl IntoView + use<>> {
    let lines = found
        .questions
        .iter()
        .map(|(one, out)| line(lang, exam, found.open, one, *out));
    overtaken::section(lang, exam.bank, course(lang, found.open), lines.collect())
}

fn course(lang: Lang, open: bool) -> &'static str {
    match open {
        false => lang.pick(
            "还没有开考：开考时，法条已变还没有复核的题、题库不再使用的题会自动移出，题库里改过的题按新的内容出。题目不够时不能开考。",
            "It is not open: at the opening, questions whose law has changed and that nobody has looked at leave, as do those the bank does not use any more; those changed in the bank are asked as they are then. It cannot open with too few.",
        ),
        true => lang.pick(
            "已经开考：抽好的试卷不变，缺考人员补考也用抽好的那份。以后抽的试卷（再考，不合格人员补考）尽量不出这些题，每十分钟查一次。请逐题核对：答案按现行法仍然对的，不用处理；错了的，更正答案，由第二人批准后统一改判。",
            "It is open: papers that are drawn stay, and who was absent sits that paper in a make-up round. Papers drawn from now on, for further attempts, do without these questions as far as enough are left; that is looked at every ten minutes. Look at each: where the key is right by the law in force, nothing is to be done; where it is wrong, correct the key, and after a second person's approval all are marked anew.",
        ),
    }
}

fn line(lang: Lang, exam: &Exam, open: bool, one: &Overtaken, out: bool) -> Line {
    let papers = match (open, out) {
        (false, _) if one.by_law || one.unused => lang.pick("开考时移出", "Leaves at the opening"),
        (false, _) => lang.pick("开考时按新的内容出", "Asked as it is then"),
        (true, true) => lang.pick("不再抽", "Not drawn"),
        (true, false) => lang.pick("照常抽", "Drawn"),
    };
    let correct = || {
        let address = format!("/admin/exams/{}/keys/{}", exam.id, one.place);
        (address, lang.pick("更正答案", "Correct the key"))
    };
    Line {
        question: one.question,
        stem: one.stem.clone(),
        by_law: one.by_law,
        by_bank: one.by_bank,
        unused: one.unused,
        papers: Some(papers),
        mend: open.then(correct),
    }
}
