//! A model of vendors, of what stands in front of them, and of time: whatever is claimed dead is dead when it is claimed.

use proptest::prelude::*;

use super::*;

/// What refuses everybody for a while, and how.
#[derive(Debug, Clone)]
struct Outage {
    from: f64,
    lasts: f64,
    /// Whether its no looks like the vendor's own.
    is_alike: bool,
}

#[derive(Debug, Clone)]
struct World {
    /// When the token dies at the vendor; never, if none.
    dies: Option<f64>,
    is_accepted: bool,
    outages: Vec<Outage>,
    has_control: bool,
}

impl World {
    fn refuses(&self, seconds: f64) -> Option<&Outage> {
        let is_on = |it: &&Outage| it.from <= seconds && seconds < it.from + it.lasts;
        self.outages.iter().find(is_on)
    }

    fn told(&self, seconds: f64, is_control: bool) -> Answer {
        if let Some(outage) = self.refuses(seconds) {
            let mut no = answer(Question::Probe, Verdict::Dead, seconds);
            if !outage.is_alike {
                no.refusal = Some(Refusal {
                    kind: RefusalKind::Plain,
                    shape: Shape::default(),
                    is_over_budget: false,
                });
            }
            return no;
        }
        let is_dead = !is_control && self.dies.is_some_and(|dies| dies <= seconds);
        let verdict = if is_dead {
            Verdict::Dead
        } else {
            Verdict::Alive
        };
        answer(Question::Probe, verdict, seconds)
    }
}

fn world() -> impl Strategy<Value = World> {
    let outage =
        (-2.0..130.0, 0.01..50.0, any::<bool>()).prop_map(|(from, lasts, is_alike)| Outage {
            from,
            lasts,
            is_alike,
        });
    (
        proptest::option::of(-100.0..100.0),
        any::<bool>(),
        proptest::collection::vec(outage, 0..4),
        any::<bool>(),
    )
        .prop_map(|(dies, is_accepted, outages, has_control)| World {
            dies,
            is_accepted,
            outages,
            has_control,
        })
}

/// Asks as the server does: four noes beside a control, then whenever the trial says that it is due.
fn tried(world: &World) -> (Bench, f64) {
    let verdict = match world.is_accepted {
        true => CallVerdict::Accepted,
        false => CallVerdict::Rejected,
    };
    let mut bench = Bench::new(Vec::new()).calls(&[verdict]);
    bench.before = vec![world.told(-1.0, false)];
    let mut now = 0.1;
    let ask = |bench: &mut Bench, now: f64, is_control| {
        let told = world.told(now, is_control);
        bench.seen.push(match is_control {
            true => Event::Control(Box::new(ControlAnswer {
                control: Control::File,
                answer: told,
            })),
            false => Event::Token(vec![told]),
        });
    };
    if world.has_control {
        ask(&mut bench, now, true);
        for _ in 0..4 {
            now += 0.3;
            ask(&mut bench, now, false);
        }
        ask(&mut bench, now + 0.05, true);
        now += 0.1;
    }
    ask(&mut bench, now, false);
    while let Standing::UnderWay { next, .. } = bench.stand(Keeping::Proof, now) {
        now = (next.duration_since(at(0.0)).as_secs_f64()).max(now + 0.001);
        ask(&mut bench, now, false);
        if world.has_control {
            ask(&mut bench, now + 0.01, true);
        }
    }
    (bench, now)
}

/// Refusals that look like the vendor's own and cover every no are the bound that the README names: one that lasts longer
/// than the noes spread where nothing can be held beside them.
fn is_the_named_bound(world: &World) -> bool {
    let lasts_long = |it: &Outage| it.is_alike && it.lasts > 40.0;
    !world.has_control && world.outages.iter().any(lasts_long)
}

proptest! {
    #[test]
    fn claimed_dead_is_dead_when_claimed(world in world()) {
        let (bench, now) = tried(&world);
        let (outcome, _) = bench.claims();
        let is_dead = world.dies.is_some_and(|dies| dies <= now);
        let covered: f64 = world.outages.iter().filter(|it| it.is_alike).map(|it| it.lasts).sum();
        prop_assume!(!is_the_named_bound(&world) && (world.has_control || covered < 40.0));
        prop_assert!(is_dead || !outcome.proven(), "{outcome:?} at {now} in {world:?}");
    }

    #[test]
    fn every_trial_ends(world in world()) {
        let (_, now) = tried(&world);
        prop_assert!(now < 1000.0, "{now}");
    }
}
