//! The tables `rules`, `rule_deeds` and `new_mails`.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use tournee_core::ids::{MailboxId, RuleId};
use tournee_core::time::Instant;

use super::mails;
use crate::store::mails::MailRecord;
use crate::store::rules::{DeedRecord, NewMail, RuleRecord, Rules};
use crate::store::{Stored, TechnicianId};

fn rule(row: &SqliteRow) -> Stored<RuleRecord> {
    Ok(RuleRecord {
        id: RuleId(row.try_get("id")?),
        num: row.try_get("num")?,
        owner: row.try_get("owner")?,
        mailbox: MailboxId(row.try_get("mailbox")?),
        body: row.try_get("body")?,
        on_since: row.try_get::<Option<i64>, _>("on_since")?.map(Instant),
        tried: row.try_get("tried")?,
    })
}

fn deed(row: &SqliteRow) -> Stored<DeedRecord> {
    Ok(DeedRecord {
        rule: RuleId(row.try_get("rule")?),
        mailbox: MailboxId(row.try_get("mailbox")?),
        mail: row.try_get("mail")?,
        at: Instant(row.try_get("at")?),
        reopens: row.try_get("reopens")?,
        body: row.try_get("body")?,
    })
}

#[async_trait]
impl Rules for SqliteConnection {
    async fn put_rule(&mut self, rule: &RuleRecord) -> Stored<()> {
        sqlx::query(
            "INSERT INTO rules (id, num, owner, mailbox, body, on_since, tried) VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET num = excluded.num, owner = excluded.owner,
             mailbox = excluded.mailbox, body = excluded.body, on_since = excluded.on_since,
             tried = excluded.tried",
        )
        .bind(rule.id.0)
        .bind(rule.num)
        .bind(rule.owner)
        .bind(&rule.mailbox.0)
        .bind(&rule.body)
        .bind(rule.on_since.map(|at| at.0))
        .bind(rule.tried)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn rules(&mut self) -> Stored<Vec<RuleRecord>> {
        let sql = "SELECT id, num, owner, mailbox, body, on_since, tried FROM rules ORDER BY num";
        let rows = sqlx::query(sql).fetch_all(self).await?;
        rows.iter().map(rule).collect()
    }

    async fn delete_rule(&mut self, id: RuleId) -> Stored<()> {
        sqlx::query("DELETE FROM rules WHERE id = ?")
            .bind(id.0)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn give_rules(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        sqlx::query("UPDATE rules SET owner = ? WHERE owner = ?")
            .bind(to)
            .bind(from)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn put_deed(&mut self, deed: &DeedRecord) -> Stored<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO rule_deeds (rule, mailbox, mail, at, reopens, body)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(deed.rule.0)
        .bind(&deed.mailbox.0)
        .bind(&deed.mail)
        .bind(deed.at.0)
        .bind(&deed.reopens)
        .bind(&deed.body)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn deeds(&mut self, id: RuleId, most: u32) -> Stored<Vec<DeedRecord>> {
        let sql = "SELECT rule, mailbox, mail, at, reopens, body FROM rule_deeds WHERE rule = ?
                   ORDER BY at DESC, mailbox DESC, mail DESC LIMIT ?";
        let query = sqlx::query(sql).bind(id.0).bind(most);
        query.fetch_all(self).await?.iter().map(deed).collect()
    }

    async fn reopenings(&mut self, ticket: &str, since: Instant) -> Stored<u32> {
        let sql = "SELECT COUNT(*) FROM rule_deeds WHERE reopens = ? AND at >= ?";
        let query = sqlx::query_scalar(sql).bind(ticket).bind(since.0);
        Ok(query.fetch_one(self).await?)
    }

    async fn sweep_deeds(&mut self, before: Instant) -> Stored<()> {
        sqlx::query("DELETE FROM rule_deeds WHERE at < ?")
            .bind(before.0)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn put_new_mail(&mut self, mail: &NewMail) -> Stored<()> {
        let sql = "INSERT INTO new_mails (mailbox, mail, at) VALUES (?, ?, ?)
                   ON CONFLICT (mailbox, mail) DO UPDATE SET at = excluded.at, turn = turn + 1";
        sqlx::query(sql)
            .bind(&mail.mailbox.0)
            .bind(&mail.mail)
            .bind(mail.at.0)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn new_mails(&mut self, id: &MailboxId, most: u32) -> Stored<Vec<NewMail>> {
        let sql = "SELECT mailbox, mail, at, turn FROM new_mails WHERE mailbox = ?
                   ORDER BY at, mail LIMIT ?";
        let query = sqlx::query_as(sql).bind(&id.0).bind(most);
        let rows: Vec<(String, String, i64, u32)> = query.fetch_all(self).await?;
        let new = rows.into_iter().map(|(mailbox, mail, at, turn)| NewMail {
            mailbox: MailboxId(mailbox),
            mail,
            at: Instant(at),
            turn,
        });
        Ok(new.collect())
    }

    async fn is_new_mail(&mut self, mail: &NewMail) -> Stored<bool> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM new_mails WHERE mailbox = ? AND mail = ? AND turn = ?)";
        let query = sqlx::query_scalar(sql)
            .bind(&mail.mailbox.0)
            .bind(&mail.mail)
            .bind(mail.turn);
        Ok(query.fetch_one(self).await?)
    }

    async fn delete_new_mail(&mut self, mail: &NewMail) -> Stored<()> {
        sqlx::query("DELETE FROM new_mails WHERE mailbox = ? AND mail = ? AND turn = ?")
            .bind(&mail.mailbox.0)
            .bind(&mail.mail)
            .bind(mail.turn)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn newest_mails(&mut self, id: &MailboxId, most: u32) -> Stored<Vec<MailRecord>> {
        let sql = format!(
            "{} WHERE mailbox = ? ORDER BY at DESC, id DESC LIMIT ?",
            mails::MAIL
        );
        let query = sqlx::query(&sql).bind(&id.0).bind(most);
        let rows = query.fetch_all(self).await?;
        rows.iter().map(mails::mail).collect()
    }
}
