//! Makes a conversation small that shows a class of disagreement.

use super::class::Class;
use super::conversation::Conversation;
use super::play::play;

/// Leaves out frames, and octets of frames, as long as the class still comes up.
pub fn shrink(conversation: &Conversation, class: &Class) -> Conversation {
    let mut least = conversation.clone();
    loop {
        let before = least.clone();
        for count in [8, 4, 2, 1] {
            leave_frames_out(&mut least, class, count);
        }
        for setup in 0..3 {
            simplify(&mut least, class, setup);
        }
        if least == before {
            return least;
        }
    }
}

fn shows(conversation: &Conversation, class: &Class) -> bool {
    play(conversation).classes.contains(class)
}

fn leave_frames_out(least: &mut Conversation, class: &Class, count: usize) {
    let mut place = least.said.len();
    while place > 0 {
        place -= 1;
        let end = (place + count).min(least.said.len());
        let mut smaller = least.clone();
        smaller.said.drain(place..end);
        if shows(&smaller, class) {
            *least = smaller;
            place = place.min(least.said.len());
        }
    }
}

/// Takes one thing out of the setup.
fn simplify(least: &mut Conversation, class: &Class, what: usize) {
    let mut simpler = least.clone();
    match what {
        0 => simpler.setup.content = 0,
        1 => simpler.setup.table = 4096,
        _ => simpler.setup.extended_connect = false,
    }
    if shows(&simpler, class) {
        *least = simpler;
    }
}
