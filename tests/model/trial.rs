//! The trial of one token, with time: every order in which the token can die or expire, the vendor or what stands before it can
//! refuse everybody or not answer, and the server can be late, while it is asked as `server/trial` asks: four times in a row
//! between two looks at a control where there is one, then whenever `Trial::stand` says that it is due. What is claimed, and when
//! its secret goes, is what the rules of `domain/trial` say of the records; what has to hold of it is said here once more.
//!
//! Two bounds that the README names are taken for granted. Without a control, refusals that look like the vendor's own do not
//! stand for 40 of the 62 seconds. With one they stand once: what falls for both looks at the control and stands for all noes
//! between and after them refuses as a dead token is refused.

mod rules;
mod settings;

use jiff::{SignedDuration, Timestamp};
use tagout::domain::credential::TokenKind;
use tagout::domain::provider::{Question, RefusalKind};
use tagout::domain::trial::{
    AfterCalls, Answer, CallAnswer, CallVerdict, Control, ControlAnswer, Finding, Grant, Keeping,
    Outcome, PastAcceptance, ProofPace, Refusal, Shape, Standing, Trial, TrialSubject, TrialTerms,
    Verdict,
};

/// Milliseconds since the calls.
type Moment = i64;

/// What is said to a question, by the vendor or by what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Said {
    Yes,
    No,
    /// Refused as this vendor refuses nobody.
    Strange,
    Nothing,
}

/// A look at the token, or at what has to pass beside it, as it stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Look {
    at: Moment,
    is_control: bool,
    said: Said,
}

/// How it was before the calls, what they were answered, and what can happen.
#[derive(Debug, Clone, Copy)]
struct Setting {
    call: CallVerdict,
    keeping: Keeping,
    has_control: bool,
    /// What the token was answered before.
    before: Said,
    /// When it ends by the vendor's own word.
    ends: Option<Moment>,
    /// What everybody is told while something stands before the vendor, and how often that comes.
    walls: (Said, u8),
    lates: u8,
    /// Whether the token can die: by the calls, or by itself.
    dies: bool,
}

/// A guard of the server's that is missing: what it had wrong before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// A control that is refused is dropped, in place of being held against the noes.
    RefusedControlDropped,
    /// A look that comes late is written down as of when it was due, so that nobody sees what it did not watch.
    LateLookUnseen,
    /// What the control was answered first stands for its second look, too.
    ControlAskedOnce,
}

/// When something is asked that was due.
#[derive(Debug, Clone, Copy)]
struct Asked {
    is_control: bool,
    due: Moment,
    now: Moment,
    /// Whether everybody is refused from just before it on.
    is_refused: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    now: Moment,
    is_alive: bool,
    may_die: bool,
    wall: Option<Said>,
    /// Whether that has changed since the last look: what nobody meets makes no difference.
    has_turned: bool,
    walls_left: u8,
    /// For how long refusals like the vendor's own have stood.
    stood: Moment,
    lates_left: u8,
    looks: Vec<Look>,
    /// Its secret is gone with this.
    claimed: Option<Outcome>,
}

/// So long what refuses everybody as the vendor does may stand where nothing can be held beside it.
const BOUND: Moment = 40_000;
/// By now the row beside a control is over, and what follows repeats itself.
const SETTLES: Moment = 8_000;
/// So long after each look the control is asked.
const BESIDE: Moment = 10;
/// How late a server is that was away.
const LATE: Moment = 30_000;

fn at(moment: Moment) -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap() + SignedDuration::from_millis(moment)
}

fn answer(said: Said, moment: Moment) -> Answer {
    let status = match said {
        Said::Yes => Some(200),
        Said::No => Some(401),
        Said::Strange => Some(403),
        Said::Nothing => None,
    };
    let shape = Shape {
        status: status.unwrap_or_default(),
        ..Shape::default()
    };
    let is_refusal = matches!(said, Said::No | Said::Strange);
    Answer {
        verdict: match said {
            Said::Yes => Verdict::Alive,
            Said::No | Said::Strange => Verdict::Dead,
            Said::Nothing => Verdict::Unknown,
        },
        question: Some(Question::Probe),
        endpoint: "https://api.example/me".to_owned(),
        status,
        reason: String::new(),
        at: at(moment),
        refusal: is_refusal.then_some(Refusal {
            kind: RefusalKind::Plain,
            shape,
            is_over_budget: false,
        }),
    }
}

impl Setting {
    /// What the rules say of the looks so far.
    fn stand(&self, world: &World) -> Standing {
        let before = answer(self.before, -1000);
        let made_up = answer(Said::No, -1000);
        let call = CallAnswer {
            verdict: self.call,
            method: "POST".to_owned(),
            endpoint: "https://api.example/revoke".to_owned(),
            status: None,
            request_id: None,
            reason: String::new(),
            at: at(0),
            not_before: None,
        };
        let tokens: Vec<Answer> = world
            .looks
            .iter()
            .map(|it| answer(it.said, it.at))
            .collect();
        let controls: Vec<ControlAnswer> = tokens
            .iter()
            .map(|answer| ControlAnswer {
                control: Control::File,
                answer: answer.clone(),
            })
            .collect();
        let seen = world
            .looks
            .iter()
            .enumerate()
            .map(|(n, look)| match look.is_control {
                true => AfterCalls::Control(&controls[n]),
                false => AfterCalls::Token(vec![&tokens[n]]),
            });
        let trial = Trial {
            subject: TrialSubject {
                kind: TokenKind::Access,
                is_self_contained: false,
                ends: self.ends.map(at),
            },
            passed: vec![PastAcceptance {
                question: Question::Probe,
                endpoint: "",
            }],
            before: vec![&before],
            made_up: vec![&made_up],
            calls: vec![&call],
            seen: seen.collect(),
            grant: Grant::default(),
            is_gone_disproved: false,
            is_introspection_disproved: false,
        };
        trial.stand(TrialTerms {
            pace: &ProofPace::default(),
            keeping: self.keeping,
            turn: None,
            now: at(world.now),
        })
    }

    fn start(&self) -> World {
        World {
            now: 0,
            is_alive: self.before == Said::Yes,
            may_die: self.dies,
            wall: None,
            has_turned: false,
            walls_left: self.walls.1,
            stood: 0,
            lates_left: self.lates,
            looks: Vec::new(),
            claimed: None,
        }
    }

    /// What is asked next, and when: the row beside a control first, then what falls due, with a control after each.
    fn next(&self, world: &World) -> Result<(bool, Moment), Finding> {
        let step = Moment::try_from(ProofPace::default().step().as_millis()).unwrap();
        let asked = world.looks.len();
        if self.has_control && asked < 7 {
            let is_control = asked == 0 || asked == 5;
            return Ok((is_control, world.now + step));
        }
        let lasts = world.looks.last_chunk::<2>();
        // The place of one that is dropped is known by its time.
        let is_due = lasts.is_some_and(|[one, two]| !two.is_control && two.at - one.at > BESIDE);
        if self.has_control && asked > 7 && is_due {
            return Ok((true, world.now + BESIDE));
        }
        match self.stand(world) {
            Standing::Settled(finding) => Err(finding),
            Standing::UnderWay { next, .. } => {
                let due = next.duration_since(at(0)).as_millis();
                Ok((false, Moment::try_from(due).unwrap()))
            }
        }
    }

    fn told(&self, world: &World, is_control: bool) -> Said {
        let has_ended = self.ends.is_some_and(|ends| ends <= world.now);
        match world.wall {
            Some(said) => said,
            None if is_control || (world.is_alive && !has_ended) => Said::Yes,
            None => Said::No,
        }
    }

    /// Every step out of a state, and how it is called.
    fn steps(&self, world: &World, gap: Option<Gap>) -> Vec<(&'static str, World)> {
        let mut steps = Vec::new();
        let mut step = |name, change: &dyn Fn(&mut World)| {
            let mut after = world.clone();
            change(&mut after);
            steps.push((name, after));
        };
        if world.claimed.is_some() {
            return steps;
        }
        // Beside a control there are twice as many looks; what happens later than this happens as it would have before.
        let may_happen = !self.has_control || world.now < SETTLES;
        if world.may_die && may_happen {
            step("the token dies", &|it| {
                (it.is_alive, it.may_die) = (false, false)
            });
        }
        match world.wall {
            _ if world.has_turned || !may_happen => {}
            None if world.walls_left > 0 => step("everybody is refused", &|it| {
                (it.wall, it.walls_left) = (Some(self.walls.0), it.walls_left - 1);
                it.has_turned = true;
            }),
            None => {}
            Some(_) => step("nobody is any more", &|it| {
                (it.wall, it.has_turned) = (None, true);
            }),
        }
        let (is_control, due) = match self.next(world) {
            Ok(next) => next,
            Err(finding) => {
                step("it is settled", &|it| it.claimed = Some(finding.outcome));
                return steps;
            }
        };
        let asked = |wait, is_refused| Asked {
            is_control,
            due,
            now: due.max(world.now + 1) + wait,
            is_refused,
        };
        step("it is asked", &|it| self.look(it, &asked(0, false), gap));
        if world.lates_left > 0 {
            step("the server was away, and asks", &|it| {
                it.lates_left -= 1;
                self.look(it, &asked(LATE, false), gap);
            });
        }
        if world.lates_left > 0 && world.walls_left > 0 && world.wall.is_none() {
            step(
                "the server was away, and everybody is refused again",
                &|it| {
                    (it.lates_left, it.walls_left) = (it.lates_left - 1, it.walls_left - 1);
                    self.look(it, &asked(LATE, true), gap);
                },
            );
        }
        steps
    }

    fn look(&self, world: &mut World, asked: &Asked, gap: Option<Gap>) {
        let Asked {
            is_control,
            due,
            now,
            is_refused,
        } = *asked;
        if world.wall == Some(Said::No) {
            world.stood += now - world.now;
            if world.stood > BOUND && !self.has_control {
                world.wall = None;
            }
        }
        if is_refused {
            world.wall = Some(self.walls.0);
        }
        (world.now, world.has_turned) = (now, false);
        let mut said = self.told(world, is_control);
        if gap == Some(Gap::ControlAskedOnce) && is_control && world.looks.len() == 5 {
            said = world.looks[0].said;
        }
        if gap == Some(Gap::RefusedControlDropped) && is_control && said != Said::Yes {
            // The place of the look is kept, so that the row goes on.
            return world.looks.push(Look {
                at: now,
                is_control: false,
                said: self.told(world, false),
            });
        }
        let at = match gap {
            Some(Gap::LateLookUnseen) => due,
            _ => now,
        };
        world.looks.push(Look {
            at,
            is_control,
            said,
        });
    }
}
