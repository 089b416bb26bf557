//! The result as a table for people.

use std::fmt;

use super::plan::{Signed, StoreUsed};
use super::report::{Machine, Report, Spread};
use crate::profile::Profile;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { cpu, cores, system } = &self.machine;
        writeln!(
            f,
            "GET /me, {} build, {cpu}, {cores} cores, {system}",
            self.build
        )?;
        writeln!(f, "median of {} rounds (lowest to highest)\n", self.rounds)?;
        writeln!(
            f,
            "{:8} {:10} {:9} {:10} {:>25} {:>22} {:>20}",
            "target", "profile", "store", "signed", "requests/s", "CPU us/request", "x bare"
        )?;
        for row in &self.rows {
            let profile = row.profile.map_or("-", Profile::name);
            let store = match row.store {
                Some(StoreUsed::Embedded) => "embedded",
                Some(StoreUsed::Redis) => "redis",
                None => "-",
            };
            let signed = row.signed.map_or("-", Signed::name);
            let rate = cell(
                Some(row.requests_per_second),
                Some(row.requests_per_second_spread),
                0,
            );
            let cost = cell(row.server_cpu_us_per_request, row.server_cpu_us_spread, 1);
            let ratio = cell(row.ratio_to_bare, row.ratio_spread, 2);
            writeln!(
                f,
                "{:8} {profile:10} {store:9} {signed:10} {rate:>25} {cost:>22} {ratio:>20}",
                row.target.name()
            )?;
        }
        writeln!(f)?;
        if let Some(redis) = &self.redis {
            writeln!(f, "{redis}.")?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}

fn cell(value: Option<f64>, spread: Option<Spread>, digits: usize) -> String {
    match (value, spread) {
        (Some(value), Some(Spread { min, max })) => {
            format!("{value:.digits$} ({min:.digits$} to {max:.digits$})")
        }
        _ => "-".to_owned(),
    }
}
