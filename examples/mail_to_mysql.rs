//! From a mail to a report: a file as mail programs save it, its attachments, MySQL, and what was taken by the hour.
//!
//! `EPOS_TEST_MYSQL=mysql://user:password@127.0.0.1:3306 cargo run -p epos-examples --example mail_to_mysql`
//!
//! It works in a database of its own, `epos_example`, which it makes and drops again.

use epos_core::edge::{self, database};
use epos_core::flow::Outcome;
use epos_core::mail;
use epos_core::render::{self, Format};
use epos_core::sql::Statement;
use epos_core::{Audit, Config, Layouts, Limits, Reading};

const MAIL: &str = "\
From: Till 1 <leith@harbourlight.example>
To: sales@harbourlight.example
Date: Fri, 20 Nov 2026 17:42:00 +0000
Message-ID: <day-324@harbourlight.example>
Subject: sales of today
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=\"part\"

--part
Content-Type: text/plain; charset=utf-8

Quiet until three. Good night!
--part
Content-Type: text/csv; charset=utf-8
Content-Disposition: attachment; filename=\"leith_2026-11-20_sales.csv\"

store,till,number,date,time,item_code,description,quantity,unit_price,line_total
leith,1,201,2026-11-20,10:30,MUG,Mug ☕,4,4.50,18.00
leith,1,202,2026-11-20,15:05,TEA80,Tea bags,5,2.50,12.50
--part
Content-Type: text/csv; charset=utf-8
Content-Disposition: attachment; filename=\"leith_2026-11-20_tenders.csv\"

store,till,number,date,tender,amount
leith,1,201,2026-11-20,Cash,18.00
leith,1,202,2026-11-20,Card,12.50
--part--
";

const CONFIG: &str = "
now = '2026-11-21T09:00:00'
[stores.leith]
name = 'Leith Walk'
senders = ['leith@harbourlight.example']
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(server) = std::env::var("EPOS_TEST_MYSQL").ok().filter(|url| !url.is_empty()) else {
        println!("SKIPPED: set EPOS_TEST_MYSQL to a server whose user may make databases, such as mysql://root@127.0.0.1:3306");
        return Ok(());
    };
    let (server, database) = (server.trim_end_matches('/'), "epos_example");
    let mut administrator = database::open(&format!("{server}/information_schema"))?;
    let mut tell = |what: &str| administrator.execute(&Statement::new(format!("{what} {database}"), vec![]));
    tell("DROP DATABASE IF EXISTS")?;
    tell("CREATE DATABASE")?;
    let done = evening(&format!("{server}/{database}"));
    tell("DROP DATABASE")?;
    done
}

fn evening(url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("epos_example_{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let config = Config::parse(CONFIG, &folder.join("epos.toml"), &[])?;
    let archive = edge::archive(&config.archive().display().to_string())?;
    let now = config.now().unwrap_or_default();
    let limits = Limits::default();
    let mut audit = Audit::open(config, Layouts::built_in(), database::open(url)?, Box::new(archive), now, edge::seed()?, limits)?;

    let mail = MAIL.replace('\n', "\r\n").into_bytes();
    let opened = mail::documents("evening.eml", mail, &limits);
    for document in opened.into_value(&mut Vec::new()) {
        let loaded = audit.load(&document, &Reading::default())?;
        println!("{}: {:?}, {} rows", loaded.document, loaded.outcome, loaded.rows);
        assert_eq!(loaded.outcome, Outcome::Loaded);
    }
    audit.judge()?;
    let report = audit.report("hour", None, None, None)?;
    println!("{}", String::from_utf8_lossy(&render::render(&report, Format::Table, now)?));
    assert!(audit.check_database()?.is_empty());
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
