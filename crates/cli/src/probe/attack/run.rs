//! One attack after the other, each on a connection of its own; somebody else asks beside it.

use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::thread;
use std::time::Instant;

use tress_testkit::{Attack, Target};

use super::attacked::Attacked;
use super::figures::Figures;
use super::process::Process;
use super::verdict::Verdict;
use super::volley::Volley;
use super::witness::Witness;
use crate::args;
use crate::exit::Result;
use crate::probe::server::Transports;

/// How long the server is watched before an attack, and behind it.
const WATCHED: Duration = Duration::from_millis(300);

/// How many times as long as for what comes of a case somebody else waits for an answer: a server that
/// is busy is not dead.
const PATIENCE: u32 = 2;

/// How often it is looked whether somebody else has an answer.
const LOOK: Duration = Duration::from_millis(10);

/// Attacks a server in each of these ways.
pub(in crate::probe) fn run(
    args: &args::Probe,
    transports: &Transports<'_>,
    target: &Target,
    attacks: Vec<Attack>,
    mut attacked: impl FnMut(Attacked) -> Result<()>,
) -> Result<()> {
    let process = args.pid.map(Process::new).transpose()?;
    for attack in attacks {
        let figures = one(args, transports, target, &attack, process.as_ref());
        attacked(Attacked {
            attack,
            verdict: Verdict::of(&figures),
            figures,
        })?;
    }
    Ok(())
}

fn one(
    args: &args::Probe,
    transports: &Transports<'_>,
    target: &Target,
    attack: &Attack,
    process: Option<&Process>,
) -> Figures {
    let patience = args.timeout * PATIENCE;
    let (witness, is_over) = (Witness::new(patience), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| witness.watch(transports, target, &is_over));
        thread::sleep(WATCHED);
        let (began, mut memory) = (Instant::now(), process.map(Process::memory));
        let cpu = process.and_then(Process::cpu);
        let volley = transports.open().map(|mut transport| {
            Volley::say(&mut *transport, attack, target, args.attack_time, |said| {
                if let (Some(memory), Some(process)) = (&mut memory, process) {
                    memory.note(said, process);
                }
            })
        });
        let ended = Instant::now();
        wait_for(&witness, ended, patience);
        is_over.store(true, Ordering::Relaxed);
        Figures {
            volley: volley.ok(),
            beside: witness.figures(began, ended),
            is_gone: process.is_some_and(Process::is_gone),
            cpu: cpu.and_then(|before| Some(process?.cpu()?.saturating_sub(before))),
            memory: memory.map(|memory| memory.figures(process)),
        }
    })
}

/// Waits until somebody else has an answer again, or there will be none.
fn wait_for(witness: &Witness, ended: Instant, patience: Duration) {
    thread::sleep(WATCHED);
    while !witness.has_heard_since(ended) && ended.elapsed() < patience {
        thread::sleep(LOOK);
    }
}
