//! One attack after the other, each on a connection of its own; another client asks meanwhile.

use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::thread;
use std::time::Instant;

use tress_testkit::{Attack, Target};

use super::attacked::Attacked;
use super::attempt::Attempt;
use super::figures::Figures;
use super::other_client::OtherClient;
use super::process::Process;
use super::verdict::Verdict;
use crate::args;
use crate::exit::Result;
use crate::probe::server::Transports;

/// How long the server is watched before an attack, and behind it.
const WATCHED: Duration = Duration::from_millis(300);

/// How many times as long as for what comes of a case the other client waits for an answer: a server that
/// is busy is not dead.
const PATIENCE: u32 = 2;

/// How often it is looked whether the other client has an answer.
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
    let (other_client, is_over) = (OtherClient::new(patience), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| other_client.watch(transports, target, &is_over));
        thread::sleep(WATCHED);
        let (began, mut memory) = (Instant::now(), process.map(Process::memory));
        let cpu = process.and_then(Process::cpu);
        let attempt = transports.open().map(|mut transport| {
            Attempt::send(&mut *transport, attack, target, args.attack_time, |sent| {
                if let (Some(memory), Some(process)) = (&mut memory, process) {
                    memory.note(sent, process);
                }
            })
        });
        let ended = Instant::now();
        wait_for(&other_client, ended, patience);
        is_over.store(true, Ordering::Relaxed);
        Figures {
            attempt: attempt.ok(),
            others: other_client.figures(began, ended),
            is_gone: process.is_some_and(Process::is_gone),
            cpu: cpu.and_then(|before| Some(process?.cpu()?.saturating_sub(before))),
            memory: memory.map(|memory| memory.figures(process)),
        }
    })
}

/// Waits until the other client has an answer again, or there will be none.
fn wait_for(other_client: &OtherClient, ended: Instant, patience: Duration) {
    thread::sleep(WATCHED);
    while !other_client.has_heard_since(ended) && ended.elapsed() < patience {
        thread::sleep(LOOK);
    }
}
