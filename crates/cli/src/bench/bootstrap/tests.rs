//! Intervals of ratios.

use tress_testkit::Rng;

use super::interval;

#[test]
fn ratios_that_are_all_the_same_leave_no_doubt() {
    let interval = interval(&[1.25; 10], 1).unwrap();
    for found in [interval.mean, interval.low, interval.high] {
        assert!((found - 1.25).abs() < 1e-9, "{found}");
    }
}

#[test]
fn the_mean_is_geometric_so_that_neither_side_is_favoured() {
    let interval = interval(&[2.0, 0.5], 1).unwrap();
    assert!((interval.mean - 1.0).abs() < 1e-9);
    assert!((interval.low - 0.5).abs() < 1e-9 && (interval.high - 2.0).abs() < 1e-9);
}

#[test]
fn an_interval_has_the_truth_about_as_often_as_it_says() {
    let mut rng = Rng::new(3);
    let mut held = 0;
    for seed in 0..200 {
        // Ratios that scatter by a tenth around 1.1.
        let ratios: Vec<f64> = (0..20)
            .map(|_| 1.1 * (0.1 * (rng.range(0..2_001) as f64 / 1_000.0 - 1.0)).exp())
            .collect();
        let interval = interval(&ratios, seed).unwrap();
        held += u32::from(interval.low <= 1.1 && 1.1 <= interval.high);
    }
    assert!((175..=198).contains(&held), "{held} of 200");
}

#[test]
fn the_same_seed_gives_the_same_interval_and_nothing_gives_none() {
    let ratios = [1.0, 1.1, 0.9, 1.3];
    assert_eq!(interval(&ratios, 5), interval(&ratios, 5));
    assert_eq!(interval(&[], 1), None);
    assert_eq!(interval(&[1.0, f64::NAN], 1), None);
    assert_eq!(interval(&[1.0, 0.0], 1), None);
}
