//! Review of questions by two persons, versions taken back, exposure, and the export of a bank.

use mingfa::{
    db::{self, Db},
    domain::{
        audit::Act,
        bank::{EXPOSURE_DAYS, Filter, Sort, Stored},
        editor::Typed,
        id::{BankId, QuestionId, VettingId},
        item::State,
        notice::About,
        role::{Grant, Role},
        vetting::{NoVetting, Progress},
    },
    error::Fault,
    format::exchange::{self, Dialect},
    service::{
        Caller, audit, bank, law, notice,
        question::{self, Outcome, Wish},
        role, vetting,
    },
};

use crate::{
    browser::Browser,
    law::{FIRST, NEW, OLD, brought, regulation},
    question_law,
    support::{Stage, each_engine, fault, operator},
};

/// A bank of two persons with three questions that were ready before it was one.
async fn vetted_bank(stage: &Stage) -> BankId {
    let csv = "题型,题目,选项A,选项B,答案\n单选,甲题问什么？,一,二,A\n单选,乙题另有所问？,三,四,B\n单选,丙题又是一回事？,五,六,A\n";
    let bank = stage.bank_from("两人审", csv).await;
    vetting::set_vetted(&stage.app, &operator(), bank, true, "防止出错")
        .await
        .expect("set");
    bank
}

/// A person of the roster who manages banks.
async fn author(stage: &Stage) -> Caller {
    stage.roster(2, 1).await;
    let everywhere = Grant {
        role: Role::ExamAdministrator,
        unit: None,
    };
    role::grant(&stage.app, &operator(), "1001", everywhere)
        .await
        .expect("a role");
    stage.caller("1001").await
}

fn written(stem: &str) -> Wish {
    let typed = Typed {
        kind: "single".to_owned(),
        state: "ready".to_owned(),
        stem: stem.to_owned(),
        options: "甲\n乙".to_owned(),
        key: "A".to_owned(),
        ..Typed::default()
    };
    Wish {
        typed,
        reason: "改得更清楚".to_owned(),
        anyway: true,
    }
}

fn changed(stored: &Stored, stem: &str) -> Wish {
    Wish {
        typed: Typed {
            stem: stem.to_owned(),
            ..Typed::of(&stored.question)
        },
        ..written("")
    }
}

fn id_of(outcome: Outcome) -> QuestionId {
    match outcome {
        Outcome::Stored(id) => id,
        Outcome::Near(near) => panic!("{} are almost the same", near.len()),
    }
}

async fn all(stage: &Stage, bank: BankId) -> Vec<Stored> {
    db::bank::page(&stage.app.db, &Filter::of(bank), 100, 0)
        .await
        .expect("a page")
        .0
}

async fn current(stage: &Stage, bank: BankId, id: QuestionId) -> Stored {
    let all = all(stage, bank).await;
    all.into_iter().find(|stored| stored.id == id).expect("the question")
}

async fn drawable(stage: &Stage, bank: BankId) -> usize {
    db::bank::ready(&stage.app.db, bank).await.expect("the pool").len()
}

async fn waiting(stage: &Stage, bank: BankId) -> Vec<VettingId> {
    let queue = vetting::queue(&stage.app, &operator(), bank, 1)
        .await
        .expect("the queue");
    queue.waiting.iter().map(|waiting| waiting.named.vetting.id).collect()
}

async fn acts(stage: &Stage, act: Act) -> usize {
    let page = audit::page(&stage.app, &operator(), Some(act), 1).await;
    page.expect("the log").entries.len()
}

#[tokio::test]
async fn a_new_question_is_drawn_when_another_person_has_approved_it() {
    each_engine(async |stage| {
        let bank = vetted_bank(stage).await;
        let (author, other) = (author(stage).await, stage.second_administrator("second").await);
        let app = &stage.app;
        let added = question::add(app, &author, bank, &written("丁题是新写的？")).await;
        let id = id_of(added.expect("added"));
        assert_eq!(current(stage, bank, id).await.question.state, State::InReview);
        assert_eq!(drawable(stage, bank).await, 3, "not the new one");
        let ids = waiting(stage, bank).await;
        assert_eq!(ids.len(), 1);

        let own = vetting::approve(app, &author, bank, ids[0], 1).await;
        assert_eq!(fault(own), Fault::Vetting(NoVetting::SamePerson));
        let own = vetting::send_back(app, &author, bank, ids[0], "不好").await;
        assert_eq!(fault(own), Fault::Vetting(NoVetting::SamePerson));
        let others = vetting::withdraw(app, &other, bank, ids[0], "不好").await;
        assert_eq!(fault(others), Fault::Vetting(NoVetting::NotAuthor));
        let put_in_use = question::set_state(app, &other, bank, id, State::Ready, "直接启用").await;
        assert_eq!(fault(put_in_use), Fault::Vetting(NoVetting::Waiting));
        let edited = question::revise(app, &other, bank, id, 1, &written("丁题改了？")).await;
        assert_eq!(fault(edited), Fault::Vetting(NoVetting::Waiting));

        vetting::approve(app, &other, bank, ids[0], 1).await.expect("approved");
        assert_eq!(current(stage, bank, id).await.question.state, State::Ready);
        assert_eq!((drawable(stage, bank).await, waiting(stage, bank).await.len()), (4, 0));
        let again = vetting::approve(app, &other, bank, ids[0], 1).await;
        assert_eq!(fault(again), Fault::Vetting(NoVetting::Decided));
        assert_eq!(
            (
                acts(stage, Act::QuestionApproved).await,
                acts(stage, Act::BankVettingChanged).await
            ),
            (1, 1)
        );
        let shown = question::show(app, &author, bank, id).await.expect("the question");
        let decision = shown.vettings[0].vetting.decision.clone().expect("a decision");
        assert_eq!(decision.version, Some(shown.current().version));
        assert_eq!(
            (shown.vettings[0].author.as_str(), shown.vettings[0].decider.as_str()),
            ("1001", "second")
        );
        // Neither a draft nor what leaves the draw asks anybody, and nobody puts it back alone.
        question::set_state(app, &author, bank, id, State::Retired, "停用")
            .await
            .expect("retired");
        question::set_state(app, &author, bank, id, State::Ready, "恢复")
            .await
            .expect("asked");
        assert_eq!(current(stage, bank, id).await.question.state, State::InReview);
        assert_eq!(waiting(stage, bank).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_change_waits_while_the_approved_version_is_drawn() {
    each_engine(async |stage| {
        let bank = vetted_bank(stage).await;
        let (author, other) = (author(stage).await, stage.second_administrator("second").await);
        let app = &stage.app;
        let old = all(stage, bank).await.remove(0);
        let wish = changed(&old, "甲题到底问什么？");
        question::revise(app, &author, bank, old.id, 1, &wish)
            .await
            .expect("asked");
        assert_eq!(current(stage, bank, old.id).await, old, "nothing has changed yet");
        assert_eq!(drawable(stage, bank).await, 3);
        let ids = waiting(stage, bank).await;
        let shown = vetting::show(app, &other, bank, ids[0]).await.expect("the review");
        assert_eq!(shown.waiting.question().stem, "甲题到底问什么？");
        let second = question::revise(app, &other, bank, old.id, 1, &changed(&old, "别的？")).await;
        assert_eq!(fault(second), Fault::Vetting(NoVetting::Waiting));

        assert_eq!(
            fault(vetting::send_back(app, &other, bank, ids[0], " ").await),
            Fault::Wording
        );
        vetting::send_back(app, &other, bank, ids[0], "“到底”多余")
            .await
            .expect("sent back");
        let told = notice::inbox(app, &author, 1).await.expect("the inbox");
        assert!(matches!(&told.notices[0].about, About::QuestionReturned { vetting, .. } if *vetting == ids[0]));
        let text = question::proposed(app, &author, bank, old.id, ids[0])
            .await
            .expect("kept");
        assert_eq!(text.stem, "甲题到底问什么？");

        let wish = changed(&old, "甲题所问何事？");
        question::revise(app, &author, bank, old.id, 1, &wish)
            .await
            .expect("asked");
        let ids = waiting(stage, bank).await;
        let blind = vetting::approve(app, &other, bank, ids[0], 7).await;
        assert_eq!(fault(blind), Fault::QuestionChanged);
        vetting::approve(app, &other, bank, ids[0], 1).await.expect("approved");
        let shown = question::show(app, &author, bank, old.id).await.expect("the question");
        assert_eq!(
            (shown.current().number, shown.current().question.stem.as_str()),
            (2, "甲题所问何事？")
        );
        assert_eq!(shown.versions[0].made_by, "1001", "its author, not who approved it");
        assert_eq!(shown.versions[0].reason, "改得更清楚");

        // Its author takes one back; one that waits ends when the question leaves the draw.
        let now = current(stage, bank, old.id).await;
        question::revise(app, &author, bank, old.id, 2, &changed(&now, "又改？"))
            .await
            .expect("asked");
        let ids = waiting(stage, bank).await;
        vetting::withdraw(app, &author, bank, ids[0], "再想想")
            .await
            .expect("withdrawn");
        question::revise(app, &author, bank, old.id, 2, &changed(&now, "还改？"))
            .await
            .expect("asked");
        question::set_state(app, &other, bank, old.id, State::Retired, "题有错")
            .await
            .expect("retired");
        assert!(waiting(stage, bank).await.is_empty());
        let shown = question::show(app, &author, bank, old.id).await.expect("the question");
        let ended: Vec<_> = shown.vettings.iter().map(|named| named.vetting.progress).collect();
        use Progress::{Approved, Returned, Withdrawn};
        assert_eq!(ended, [Withdrawn, Withdrawn, Approved, Returned]);
    })
    .await;
}

#[tokio::test]
async fn an_import_waits_as_a_whole_and_is_approved_in_one_go_but_for_ones_own() {
    each_engine(async |stage| {
        let bank_id = vetted_bank(stage).await;
        let (author, other) = (author(stage).await, stage.second_administrator("second").await);
        let app = &stage.app;
        let csv = "题型,题目,选项A,选项B,答案\n单选,戊题在文件里？,一,二,A\n单选,己题也在文件里？,三,四,B\n单选,庚题没有答案？,五,六,\n";
        let report = bank::import(app, &author, "两人审", "两人审.csv", csv.as_bytes()).await.expect("an import");
        assert_eq!((report.created, report.waiting, report.drafts), (Some(3), 2, 1));
        let add = question::add(app, &other, bank_id, &written("辛题是第二个人写的？")).await;
        add.expect("added");
        assert_eq!(drawable(stage, bank_id).await, 3);
        let ticked: Vec<_> = waiting(stage, bank_id).await.into_iter().map(|id| (id, 1)).collect();
        assert_eq!(ticked.len(), 3);
        let done = vetting::approve_all(app, &other, bank_id, &ticked).await.expect("approved");
        assert_eq!(done.done, 2);
        assert_eq!(done.refused, [(ticked[2].0, Fault::Vetting(NoVetting::SamePerson))]);
        assert_eq!(acts(stage, Act::Refused).await, 1);
        assert_eq!((drawable(stage, bank_id).await, waiting(stage, bank_id).await.len()), (5, 1));
        let none = vetting::approve_all(app, &other, bank_id, &[]).await;
        assert_eq!(fault(none), Fault::Vetting(NoVetting::Nothing));
        // What waits goes on waiting; what is written afterwards is ready at once.
        vetting::set_vetted(app, &other, bank_id, false, "人手不够").await.expect("set");
        let added = question::add(app, &author, bank_id, &written("壬题不用再审？")).await;
        let id = id_of(added.expect("added"));
        assert_eq!(current(stage, bank_id, id).await.question.state, State::Ready);
        assert_eq!(waiting(stage, bank_id).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_question_that_only_follows_its_law_needs_no_second_person() {
    each_engine(async |stage| {
        let bank = question_law::bank(stage).await;
        vetting::set_vetted(&stage.app, &operator(), bank, true, "两人审题")
            .await
            .expect("set");
        brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let head =
            "（2019年5月6日示例市人民政府令第7号公布 2026年11月20日示例市人民政府令第30号修订 自2026年12月10日起施行）";
        brought(stage, "new.md", regulation(head, &NEW)).await;
        stage.clock.advance_seconds(10 * 24 * 3600);
        let settled = law::settle(&stage.app, None).await.expect("settled");
        assert_eq!((settled.moved, settled.taken_out), (1, 2));
        let (state, number, _) = question_law::stands(stage, bank, "能否").await;
        assert_eq!((state, number), (State::Ready, 2));
        assert!(waiting(stage, bank).await.is_empty());
        // Its old words are somebody's doing again.
        let id = all(stage, bank)
            .await
            .into_iter()
            .find(|one| one.number == 2)
            .expect("moved")
            .id;
        question::restore(&stage.app, &operator(), bank, id, (2, 1), "恢复")
            .await
            .expect("asked");
        assert_eq!(waiting(stage, bank).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_older_version_comes_back_as_a_new_one() {
    each_engine(async |stage| {
        let csv = "题型,题目,选项A,选项B,答案\n单选,甲题问什么？,一,二,A\n";
        let bank = stage.bank_from("一人", csv).await;
        let (app, operator) = (&stage.app, operator());
        let old = all(stage, bank).await.remove(0);
        question::revise(app, &operator, bank, old.id, 1, &changed(&old, "甲题改坏了？"))
            .await
            .expect("stored");
        let restore = async |versions, why: &str| question::restore(app, &operator, bank, old.id, versions, why).await;
        assert_eq!(fault(restore((1, 1), "恢复").await), Fault::QuestionChanged);
        assert_eq!(fault(restore((2, 9), "恢复").await), Fault::NotFound);
        assert_eq!(fault(restore((2, 1), "").await), Fault::Wording);
        assert_eq!(fault(restore((2, 2), "恢复").await), Fault::WrongState);
        restore((2, 1), "改错了").await.expect("restored");
        let shown = question::show(app, &operator, bank, old.id)
            .await
            .expect("the question");
        let numbers: Vec<_> = shown.versions.iter().map(|version| version.stored.number).collect();
        assert_eq!(numbers, [3, 2, 1]);
        assert_eq!(shown.current().question, old.question);
        assert_eq!(shown.versions[0].reason, "改错了");
    })
    .await;
}

#[tokio::test]
async fn exposure_is_counted_over_a_year_and_found_by_it() {
    each_engine(async |stage| {
        stage.usual_exam(4).await;
        let (app, operator) = (&stage.app, operator());
        let bank = bank::banks(app, &operator).await.expect("the banks")[0].bank.id;
        let list = async |filter: Filter| bank::questions(app, &operator, &filter, 1).await.expect("a page");
        let (found, _) = list(Filter::of(bank)).await;
        for (_, usage) in &found {
            assert_eq!((usage.recent.papers, usage.recent.all), (usage.papers, 4));
            assert_eq!(usage.last.is_some(), usage.papers > 0);
            assert!(!usage.recent.is_over(), "four papers are a trial");
        }
        let by = |sort| Filter {
            sort,
            ..Filter::of(bank)
        };
        let (most, all) = list(by(Sort::MostExposed)).await;
        let papers: Vec<_> = most.iter().map(|(_, usage)| usage.papers).collect();
        assert!(all == 20 && papers.is_sorted_by(|a, b| a >= b), "{papers:?}");
        let (least, _) = list(by(Sort::LeastExposed)).await;
        assert!(least.iter().map(|(_, usage)| usage.papers).is_sorted());

        stage.run("UPDATE exam_item SET papers = 100 WHERE place = 3").await;
        let over = || Filter {
            over: true,
            ..Filter::of(bank)
        };
        let (found, total) = list(over()).await;
        assert_eq!((found.len(), total), (1, 1));
        assert!(found[0].1.recent.is_over());
        let page = Browser::new(app).signed_in(&stage.administrator().await);
        let page = page
            .get(&format!("/admin/banks/{bank}?used=over&sort=most_exposed"))
            .await
            .body;
        assert!(page.contains("近 12 个月考试和竞赛 100 份，曝光率"), "{page}");
        stage.clock.advance_seconds(EXPOSURE_DAYS * 24 * 3600 + 1);
        assert_eq!(list(over()).await.1, 0, "a year later it is fresh again");
        let (found, _) = list(by(Sort::MostExposed)).await;
        assert!(found.iter().all(|(_, usage)| usage.recent.all == 0 && usage.pools == 1));
    })
    .await;
}

#[tokio::test]
async fn the_pages_of_the_review_and_of_the_export() {
    each_engine(async |stage| {
        let bank = vetted_bank(stage).await;
        author(stage).await;
        let one = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        stage.second_administrator("second").await;
        let two = Browser::new(&stage.app).signed_in(&stage.token("second").await);
        let here = format!("/admin/banks/{bank}");
        let old = all(stage, bank).await.remove(0);
        let edit = format!("{here}/questions/{}", old.id);
        let fields = [
            ("kind", "single"),
            ("stem", "甲题<b>到底</b>问什么？"),
            ("options", "一\n二"),
            ("key", "A"),
            ("state", "ready"),
            ("reason", "改得更清楚"),
            ("before", "1"),
            ("anyway", "yes"),
        ];
        assert_eq!(one.post(&edit, &fields).await.status, 303);
        let page = one.get(&edit).await.body;
        assert!(page.contains("正在等另一个人审题") && !page.contains("到底"), "{page}");
        let queue = two.get(&format!("{here}/review")).await.body;
        assert!(
            queue.contains("name=\"pick\"") && queue.contains("<ins>") && !queue.contains("<b>到底"),
            "{queue}"
        );
        assert!(
            one.get(&format!("{here}/review"))
                .await
                .body
                .contains("自己写的，由别人审")
        );
        let id = waiting(stage, bank).await[0];
        let review = format!("{here}/review/{id}");
        let page = two.get(&review).await.body;
        for words in [
            "考生看到的样子",
            "和现用版本的不同",
            "name=\"seen\" value=\"1\"",
            "加上",
            "通过，可以抽题",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let own = one.post(&review, &[("decision", "approve"), ("seen", "1")]).await;
        assert!(
            own.status == 403 && own.body.contains("自己写的题要由另一个人审"),
            "{}",
            own.body
        );
        assert_eq!(acts(stage, Act::Refused).await, 1);
        assert_eq!(
            two.post(&review, &[("decision", "return"), ("seen", "1")]).await.status,
            422
        );
        let back = two
            .post(&review, &[("decision", "return"), ("comment", "“到底”多余")])
            .await;
        assert_eq!(back.status, 303);
        let page = one.get(&edit).await.body;
        assert!(
            page.contains("“到底”多余") && page.contains(&format!("/edit?from={id}")),
            "{page}"
        );
        assert!(one.get(&format!("{edit}/edit?from={id}")).await.body.contains("到底"));
        assert_eq!(one.post(&edit, &fields).await.status, 303);
        let id = waiting(stage, bank).await[0];
        let pick = format!("{id}-1");
        assert_eq!(two.post(&format!("{here}/review"), &[]).await.status, 422);
        assert_eq!(two.post(&format!("{here}/review"), &[("pick", "x")]).await.status, 400);
        let done = two
            .post(&format!("{here}/review"), &[("here", &pick), ("all", "yes")])
            .await;
        assert!(done.body.contains("通过 1 题"), "{}", done.body);
        let page = one.get(&edit).await.body;
        assert!(page.contains("审题通过") && page.contains("恢复成第 1 版"), "{page}");
        let restore = [("before", "2"), ("number", "1"), ("reason", "还是原来的好")];
        assert_eq!(one.post(&format!("{edit}/restore"), &restore).await.status, 303);
        let set = [("vetted", "no"), ("reason", "")];
        assert_eq!(two.post(&format!("{here}/review/setting"), &set).await.status, 422);
        let english = two.with_cookie("lang", "en");
        for path in [
            format!("{here}/review"),
            review,
            format!("{here}/export?format=aiken"),
            edit,
        ] {
            assert_eq!(english.get(&path).await.status, 200, "{path}");
        }
        exported(stage, &two, bank).await;
    })
    .await;
}

/// Every format says first what it loses, and the file is logged.
async fn exported(stage: &Stage, admin: &Browser, bank: BankId) {
    let here = format!("/admin/banks/{bank}/export");
    assert!(admin.get(&here).await.body.contains("看能带走什么"));
    for dialect in Dialect::ALL {
        let code = dialect.code();
        let page = admin.get(&format!("{here}?words=乙题&format={code}")).await.body;
        assert!(
            page.contains("共 1 题，写得出 1 题") && page.contains("下载"),
            "{code}: {page}"
        );
        let file = admin.post(&here, &[("words", "乙题"), ("format", code)]).await;
        assert_eq!(file.status, 200, "{code}");
        assert!(file.header("content-disposition").starts_with("attachment"), "{code}");
    }
    assert_eq!(acts(stage, Act::BankExported).await, Dialect::ALL.len());
    assert_eq!(admin.post(&here, &[("format", "docx")]).await.status, 400);
    let gift = admin.post(&here, &[("words", "乙题"), ("format", "gift")]).await.body;
    let read = exchange::questions("a.txt", gift.as_bytes());
    assert!(
        read.found.len() == 1 && read.found[0].value.stem.contains("乙题"),
        "{gift}"
    );
    let none = admin.get(&format!("{here}?words=没有这样的题&format=gift")).await.body;
    assert!(none.contains("共 0 题") && !none.contains("下载</button>"), "{none}");
}

/// A bank of 100,000 questions that two exams drew from: how long its pages take. Prints, and refuses what nobody waits for.
#[tokio::test]
#[ignore = "a measurement"]
#[expect(clippy::disallowed_methods, reason = "it measures the time that passes")]
async fn exposure_in_a_bank_of_a_hundred_thousand() {
    each_engine(async |stage| {
        let bank = stage.usual_bank().await;
        let bytes = match stage.app.db {
            Db::Sqlite { .. } => "CAST(n AS BLOB)",
            Db::Postgres(_) => "CAST(CAST(n AS TEXT) AS BYTEA)",
        };
        const NUMBERS: &str = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 100000) ";
        for sql in [
            format!(
                "INSERT INTO question (id, bank, current, kind, state, digest, search)
                 {NUMBERS} SELECT n, {}, n, 'single', 'ready', {bytes}, 'x' || n FROM number",
                bank.0
            ),
            format!(
                "INSERT INTO question_version (id, question, number, kind, stem, options, key_set, explanation, basis, tags,
                     created_at, topic, difficulty, pinned, made_by, reason)
                 {NUMBERS} SELECT n, n, 1, 'single', 'x' || n, '[\"a\",\"b\"]', 1, '', '[]', '[]', 0, '', 'easy', 0, 0, '' FROM number"
            ),
        ] {
            stage.run(Box::leak(sql.into_boxed_str())).await;
        }
        stage.roster(2, 1).await;
        for _ in 0..2 {
            stage.open_exam(crate::support::setup(bank)).await;
        }
        stage.run("UPDATE exam_item SET papers = place % 1000").await;
        // As the engines do by themselves after a while.
        stage.run("ANALYZE").await;
        for filter in [
            Filter::of(bank),
            Filter { sort: Sort::MostExposed, ..Filter::of(bank) },
            Filter { over: true, ..Filter::of(bank) },
        ] {
            let begun = std::time::Instant::now();
            let (found, total) = bank::questions(&stage.app, &operator(), &filter, 1).await.expect("a page");
            let took = begun.elapsed();
            println!("{:?} over {}: {} of {total} in {took:?}", filter.sort, filter.over, found.len());
            assert!(took.as_secs() < 5);
        }
    })
    .await;
}
