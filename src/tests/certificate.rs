//! Certificates: for those who passed, checked by anybody, withdrawn with a reason.

use mingfa::{
    db,
    domain::{
        certificate::{Certificate, Shows},
        id::{CertificateId, ExamId},
        item::OptionSet,
    },
    error::Fault,
    service::certificate::{self, Check},
    web::Edge,
};

use crate::{
    browser::Browser,
    support::{EXPLAINED, Stage, each_engine, fault, operator},
};

/// Four persons: 1001 and 1003 pass, 1002 fails, 1004 does not sit.
async fn sat(stage: &Stage) -> ExamId {
    let exam = stage.usual_exam(4).await;
    for (name, right) in [("1001", 10), ("1002", 2), ("1003", 9)] {
        let choose = |place, _, key| if place < right { key } else { OptionSet::EMPTY };
        stage.sit(name, exam, choose).await;
    }
    exam
}

async fn of(stage: &Stage, number: &str) -> Vec<Certificate> {
    let person = stage.person(number).await;
    db::certificate::of_person(&stage.app.db, person)
        .await
        .expect("the certificates")
}

#[tokio::test]
async fn certificates_go_to_those_who_passed_once_and_their_numbers_have_no_gaps() {
    each_engine(async |stage| {
        let exam = sat(stage).await;
        let issue = async |only| certificate::issue(&stage.app, &operator(), exam, Shows::Grade, only).await;
        assert_eq!(fault(issue(Some("1002")).await), Fault::NoCertificate, "not passed");
        assert_eq!(fault(issue(Some("1004")).await), Fault::NoCertificate, "did not sit");
        assert_eq!(fault(issue(Some("9999")).await), Fault::NoCertificate, "nobody");
        assert_eq!(issue(Some("1003")).await.expect("one"), 1);
        assert_eq!(issue(None).await.expect("the rest"), 1);
        assert_eq!(fault(issue(None).await), Fault::NoCertificate, "nobody is left");
        let numbers = [&of(stage, "1003").await[0].number, &of(stage, "1001").await[0].number].map(String::clone);
        assert_eq!(numbers, ["2026-000001", "2026-000002"]);
        let candidate = stage.caller("1001").await;
        let forbidden = certificate::issue(&stage.app, &candidate, exam, Shows::Grade, None).await;
        assert_eq!(fault(forbidden), Fault::Forbidden);
        assert_eq!(stage.count("SELECT COUNT(*) FROM notice").await, 2);
    })
    .await;
}

#[tokio::test]
async fn many_issues_at_once_give_each_person_one() {
    each_engine(async |stage| {
        let exam = sat(stage).await;
        let node = stage.second_node().await;
        let caller = operator();
        let (a, b) = tokio::join!(
            certificate::issue(&stage.app, &caller, exam, Shows::Score, None),
            certificate::issue(&node, &caller, exam, Shows::Score, None)
        );
        assert!(a.is_ok() || b.is_ok());
        assert_eq!(stage.count("SELECT COUNT(*) FROM certificate").await, 2);
        node.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn anybody_can_check_a_certificate_and_the_name_is_told_to_who_knows_it() {
    each_engine(async |stage| {
        let exam = sat(stage).await;
        certificate::issue(&stage.app, &operator(), exam, Shows::Score, None)
            .await
            .expect("issued");
        let one = of(stage, "1001").await.remove(0);
        let nobody = Browser::new(&stage.app);
        let path = format!("/certificate/{}", one.code);
        let page = nobody.get(&path).await;
        assert!(
            page.status == 200 && page.body.contains("证书真实有效"),
            "{}",
            page.body
        );
        assert!(page.body.contains(&one.number) && page.body.contains("张****"));
        for secret in ["张1001", "12 分", "0科", EXPLAINED] {
            assert!(!page.body.contains(secret), "{secret}");
        }
        let wrong = nobody.post(&path, &[("name", "张1003")]).await;
        assert!(
            wrong.body.contains("不一致") && !wrong.body.contains("张1001"),
            "{}",
            wrong.body
        );
        let right = nobody.post(&path, &[("name", " 张1001 ")]).await;
        assert!(
            right.body.contains("姓名与证书一致") && right.body.contains("张1001"),
            "{}",
            right.body
        );
        let typed = one.code.as_str().to_lowercase().replace('-', "%20");
        assert!(
            nobody
                .get(&format!("/certificate?code={typed}"))
                .await
                .body
                .contains("证书真实有效")
        );
        let unknown = nobody.get("/certificate/22222-22222-22222-22222-22222").await;
        assert!(
            unknown.status == 200 && unknown.body.contains("没有这个核验码"),
            "{}",
            unknown.body
        );
        assert!(nobody.get("/certificate/x").await.body.contains("不是一个完整的核验码"));
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_certificate_says_so_with_date_and_reason_and_a_new_one_can_be_issued() {
    each_engine(async |stage| {
        let exam = sat(stage).await;
        certificate::issue(&stage.app, &operator(), exam, Shows::Grade, None)
            .await
            .expect("issued");
        let one = of(stage, "1001").await.remove(0);
        let withdraw = async |words: &str| certificate::withdraw(&stage.app, &operator(), one.id, words).await;
        assert!(
            matches!(fault(withdraw("").await), Fault::Objection(_)),
            "a reason is needed"
        );
        withdraw("姓名有误，重新颁发").await.expect("withdrawn");
        assert_eq!(fault(withdraw("再来一次").await), Fault::Withdrawn);
        let page = Browser::new(&stage.app)
            .get(&format!("/certificate/{}", one.code))
            .await;
        assert!(
            page.body.contains("已于 2026年12月1日 09:00 撤回") && page.body.contains("姓名有误"),
            "{}",
            page.body
        );
        certificate::issue(&stage.app, &operator(), exam, Shows::Grade, Some("1001"))
            .await
            .expect("a new one");
        let both = of(stage, "1001").await;
        assert_eq!(
            (both.len(), both.iter().filter(|one| one.withdrawn.is_none()).count()),
            (2, 1)
        );
        let history = stage.count("SELECT COUNT(*) FROM certificate_event").await;
        assert_eq!(history, 4, "three issued, one withdrawn");
    })
    .await;
}

#[tokio::test]
async fn a_certificate_is_shown_to_its_holder_and_to_administrators_only() {
    each_engine(async |stage| {
        let exam = sat(stage).await;
        certificate::issue(&stage.app, &operator(), exam, Shows::Score, None)
            .await
            .expect("issued");
        let one = of(stage, "1001").await.remove(0);
        let path = format!("/certificates/{}", one.id);
        let site = |token: &str| Browser::new(&stage.app).signed_in(token);
        let holder = site(&stage.token("1001").await);
        let page = holder.get(&path).await;
        for words in [
            "张1001",
            "市局 / 0科",
            "12 分，合格",
            &one.number,
            one.code.as_str(),
            "class=\"qr\"",
        ] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert!(holder.get("/me").await.body.contains(&path));
        let managed = format!("/admin{path}");
        let page = site(&stage.administrator().await).get(&managed).await;
        assert!(
            page.status == 200 && page.body.contains(&format!("{managed}/pdf")),
            "{}",
            page.body
        );
        assert_eq!(holder.get(&managed).await.status, 403);
        let other = site(&stage.token("1003").await);
        for path in [path.clone(), format!("{path}/pdf")] {
            assert_eq!(other.get(&path).await.status, 404);
            assert_eq!(Browser::new(&stage.app).get(&path).await.status, 303);
        }
        let nothing = format!("/certificates/{}", CertificateId(1));
        assert_eq!(holder.get(&nothing).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn without_a_font_the_pdf_is_refused_in_words_and_the_page_still_stands() {
    each_engine(async |stage| {
        let exam = sat(stage).await;
        certificate::issue(&stage.app, &operator(), exam, Shows::Grade, None)
            .await
            .expect("issued");
        let one = of(stage, "1001").await.remove(0);
        let rubbish = stage.place.file("rubbish.ttf", &[9; 5000]);
        for font in ["/nowhere/at/all.ttc".into(), rubbish] {
            let edge = Edge {
                font: Some(font),
                ..Edge::default()
            };
            let holder = Browser::behind(&stage.app, edge).signed_in(&stage.token("1001").await);
            let refused = holder.get(&format!("/certificates/{}/pdf", one.id)).await;
            assert!(
                refused.status == 503 && refused.body.contains("没有中文字体"),
                "{}",
                refused.body
            );
            assert_eq!(holder.get(&format!("/certificates/{}", one.id)).await.status, 200);
        }
    })
    .await;
}

/// Where Debian's fonts-noto-cjk or another known font is installed.
#[tokio::test]
async fn the_pdf_holds_a_subset_of_the_font_and_is_small() {
    each_engine(async |stage| {
        let exam = sat(stage).await;
        certificate::issue(&stage.app, &operator(), exam, Shows::Grade, None)
            .await
            .expect("issued");
        let one = of(stage, "1001").await.remove(0);
        let made = certificate::pdf(&stage.app, &operator(), one.id, "https://example.cn", None).await;
        let pdf = match made {
            Err(mingfa::service::Error::Fault(Fault::NoFont)) => {
                println!("no Chinese font on this machine");
                return;
            }
            made => made.expect("a PDF"),
        };
        assert!(pdf.starts_with(b"%PDF-") && pdf.len() < 100_000, "{} bytes", pdf.len());
        let text = String::from_utf8_lossy(&pdf);
        assert!(text.contains("/FontFile3") || text.contains("/FontFile2") || text.contains("/ObjStm"));
    })
    .await;
}

#[tokio::test]
async fn an_administrator_issues_and_withdraws_by_pages() {
    each_engine(async |stage| {
        let exam = sat(stage).await;
        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let path = format!("/admin/exams/{exam}/certificates");
        let page = administrator.get(&path).await;
        assert!(page.body.contains("2 人合格而没有有效证书"), "{}", page.body);
        let wrong = administrator.post(&path, &[("shows", "everything")]).await;
        assert_eq!(wrong.status, 400);
        let nobody = administrator
            .post(&path, &[("shows", "grade"), ("number", "1002")])
            .await;
        assert!(
            nobody.status == 409 && nobody.body.contains("没有颁发"),
            "{}",
            nobody.body
        );
        assert_eq!(administrator.post(&path, &[("shows", "grade")]).await.status, 303);
        let one = of(stage, "1001").await.remove(0);
        let withdraw = format!("/admin/certificates/{}/withdraw", one.id);
        assert_eq!(administrator.post(&withdraw, &[]).await.status, 422);
        assert_eq!(
            administrator.post(&withdraw, &[("reason", "重复颁发")]).await.status,
            303
        );
        let page = administrator.get(&path).await;
        assert!(
            page.body.contains("已撤回") && page.body.contains("重复颁发"),
            "{}",
            page.body
        );
    })
    .await;
}

#[tokio::test]
async fn a_corrected_score_on_a_certificate_is_told_by_the_check() {
    each_engine(async |stage| {
        let exam = sat(stage).await;
        certificate::issue(&stage.app, &operator(), exam, Shows::Score, None)
            .await
            .expect("issued");
        let one = of(stage, "1003").await.remove(0);
        let attempt = db::sitting::of_person(&stage.app.db, exam, one.person)
            .await
            .expect("attempts")[0]
            .id;
        let keys = stage.attempt(attempt).await;
        let body = db::exam::paper(&stage.app.db, exam, keys.person, 1)
            .await
            .expect("papers")
            .expect("a paper");
        let paper = mingfa::domain::paper::Paper::from_bytes(&body).expect("whole");
        let correction = mingfa::domain::key_correction::Correction {
            pool: paper.0[9].pool,
            method: mingfa::domain::key_correction::Method::FullCredit,
        };
        let id = mingfa::service::key_correction::propose(&stage.app, &operator(), exam, correction, "题目有误", None)
            .await
            .expect("proposed");
        let second = stage.second_administrator("second").await;
        mingfa::service::key_correction::apply(&stage.app, &second, id)
            .await
            .expect("applied");
        let after = of(stage, "1003").await.remove(0);
        assert_eq!((after.score.0, one.score.0), (1200, 1100));
        let check = certificate::verify(&stage.app, one.code.as_str(), "")
            .await
            .expect("a check");
        assert!(
            matches!(
                check,
                Check::Found {
                    rescored_at: Some(_),
                    withdrawn: None,
                    ..
                }
            ),
            "{check:?}"
        );
    })
    .await;
}
