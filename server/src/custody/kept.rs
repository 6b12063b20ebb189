//! A correction of words, held against what a GLPI has made of the letters.

use tournee_core::changes::{
    ChangeBody, ChangeKind as _, Fact, SetFact, SetTask, TaskFact, Verdict,
};
use tournee_core::domain::Ticket;

use super::chain::Chain;

impl Chain<'_> {
    /// Whether a change can be carried out on the ticket as it is now. Words are the same in each form in which this GLPI
    /// may have kept them: he corrects what he typed a moment ago as the screen showed it before GLPI had it, and what
    /// was written without an answer is there in GLPI's letters.
    pub(super) fn check(&self, body: &ChangeBody, now: &Ticket) -> Verdict {
        let forms = self.forms(body);
        let mut verdicts = forms.iter().map(|form| form.check(now));
        let first = verdicts.next().unwrap_or_else(|| body.check(now));
        let fits = |verdict: &Verdict| matches!(verdict, Verdict::Apply | Verdict::AlreadyThere);
        match fits(&first) {
            true => first,
            false => verdicts.find(fits).unwrap_or(first),
        }
    }

    /// The same correction in the letters that GLPI may show of it: as it will keep them first.
    fn forms(&self, body: &ChangeBody) -> Vec<ChangeBody> {
        let kept = |text: &String| self.client.kept_text(&self.session, text);
        let readings = |text: &String| self.client.readings(&self.session, text);
        match body {
            ChangeBody::Fact(fact) => match (&fact.from, &fact.to) {
                (Fact::Title(from), Fact::Title(to)) => {
                    let kept = |title: &String| self.client.kept_title(&self.session, title);
                    let [before, after] = [from, to].map(kept);
                    let forms = [(from.clone(), after.clone()), (before, after)];
                    forms.map(|words| titled(fact, words)).into()
                }
                (Fact::Description(from), Fact::Description(to)) => {
                    let forms = readings(from).into_iter().zip(readings(to));
                    let forms = std::iter::once((from.clone(), kept(to))).chain(forms);
                    forms.map(|words| described(fact, words)).collect()
                }
                _ => Vec::new(),
            },
            ChangeBody::TaskFact(fact) => match (&fact.from, &fact.to) {
                (TaskFact::Text(from), TaskFact::Text(to)) => {
                    let forms = readings(from).into_iter().zip(readings(to));
                    let forms = std::iter::once((from.clone(), kept(to))).chain(forms);
                    forms.map(|words| reworded(fact, words)).collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}

fn titled(fact: &SetFact, (from, to): (String, String)) -> ChangeBody {
    ChangeBody::Fact(Box::new(SetFact {
        from: Fact::Title(from),
        to: Fact::Title(to),
        ..fact.clone()
    }))
}

fn described(fact: &SetFact, (from, to): (String, String)) -> ChangeBody {
    ChangeBody::Fact(Box::new(SetFact {
        from: Fact::Description(from),
        to: Fact::Description(to),
        ..fact.clone()
    }))
}

fn reworded(fact: &SetTask, (from, to): (String, String)) -> ChangeBody {
    ChangeBody::TaskFact(Box::new(SetTask {
        from: TaskFact::Text(from),
        to: TaskFact::Text(to),
        ..fact.clone()
    }))
}
