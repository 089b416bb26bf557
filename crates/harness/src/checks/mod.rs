//! The cases, a file for each subject.

mod a_believed;
mod a_carriers;
mod a_flow;
mod a_interleaved;
mod a_mixed;
mod a_paths;
mod a_types;
mod b_attributes;
mod b_content;
mod b_deletion;
mod b_exposure;
mod b_growth;
mod b_random;
mod b_size;
mod c_enumeration;
mod c_limits;
mod c_names;
mod c_passwords;
mod c_switch;
mod c_timing;
mod d_disabled;
mod d_everywhere;
mod d_expiry;
mod d_fixation;
mod d_idle;
mod d_logins;
mod d_partial;
mod d_password;
mod d_race;
mod d_replay;
mod d_role;
mod d_rollback;
mod d_storm;
mod d_swap;
mod d_tamper;
mod e_algorithm;
mod e_bombs;
mod e_claims;
mod e_clock;
mod e_curve;
mod e_errors;
mod e_expiry;
mod e_forgery;
mod e_header;
mod e_issued;
mod e_keys;
mod e_lost;
mod e_purpose;
mod e_refresh;
mod e_revoked;
mod e_shape;
mod e_spelling;
mod e_weak;
mod f_content;
mod f_entry;
mod f_method;
mod f_origin;
mod f_token;
mod f_victim;
mod g_cors;
mod h_caching;
mod h_deception;
mod h_headers;
mod h_shared;
mod i_bomb;
mod i_cookies;
mod i_duplicates;
mod j_bodies;
mod j_framing;
mod j_hygiene;
mod j_pipeline;
mod k_answers;
mod k_instances;
mod k_lost;
mod k_revoked;
mod k_slow;
mod k_store;

use crate::case::Case;

static CASES: &[Case] = &[
    a_flow::A01,
    a_flow::A02,
    a_flow::A03,
    a_interleaved::A04,
    a_carriers::A05,
    a_mixed::A06,
    a_types::A07,
    a_mixed::A08,
    a_believed::A09,
    a_paths::A10,
    a_believed::A11,
    b_attributes::B01,
    b_exposure::B02,
    b_attributes::B03,
    b_size::B04,
    b_deletion::B05,
    b_deletion::B06,
    b_growth::B07,
    b_content::B08,
    b_random::B09,
    c_enumeration::C01,
    c_timing::C02,
    c_limits::C03,
    c_passwords::C04,
    c_limits::C05,
    c_limits::C06,
    c_names::C07,
    c_names::C08,
    c_passwords::C09,
    c_switch::C10,
    d_fixation::D01,
    d_fixation::D02,
    d_fixation::D03,
    d_replay::D04,
    d_replay::D05,
    d_everywhere::D06,
    d_race::D07,
    d_storm::D08,
    d_password::D09,
    d_disabled::D10,
    d_role::D11,
    d_idle::D12,
    d_idle::D13,
    d_idle::D14,
    d_expiry::D15,
    d_logins::D16,
    d_logins::D17,
    d_partial::D18,
    d_tamper::D19,
    d_swap::D20,
    d_swap::D21,
    d_rollback::D22,
    e_algorithm::E01,
    e_forgery::E02,
    e_curve::E03,
    e_algorithm::E04,
    e_weak::E05,
    e_keys::E06,
    e_keys::E07,
    e_keys::E08,
    e_header::E09,
    e_header::E10,
    e_expiry::E11,
    e_clock::E12,
    e_claims::E13,
    e_claims::E14,
    e_header::E15,
    e_purpose::E16,
    e_claims::E17,
    e_header::E18,
    e_shape::E19,
    e_shape::E20,
    e_bombs::E21,
    e_curve::E22,
    e_refresh::E23,
    e_refresh::E24,
    e_refresh::E25,
    e_lost::E26,
    e_revoked::E27,
    e_revoked::E28,
    e_revoked::E29,
    e_issued::E30,
    e_errors::E31,
    e_issued::E32,
    f_origin::F01,
    f_origin::F02,
    f_origin::F03,
    f_content::F04,
    f_token::F05,
    f_method::F06,
    f_entry::F07,
    f_entry::F08,
    f_entry::F09,
    g_cors::G01,
    g_cors::G02,
    g_cors::G03,
    g_cors::G04,
    h_caching::H01,
    h_shared::H02,
    h_deception::H03,
    h_headers::H04,
    h_headers::H05,
    h_headers::H06,
    i_duplicates::I01,
    i_duplicates::I02,
    i_cookies::I03,
    i_cookies::I04,
    i_cookies::I05,
    i_bomb::I06,
    j_framing::J01,
    j_framing::J02,
    j_bodies::J03,
    j_bodies::J04,
    j_bodies::J06,
    j_pipeline::J07,
    j_hygiene::J09,
    j_hygiene::J10,
    k_store::K01,
    k_revoked::K02,
    k_slow::K03,
    k_slow::K04,
    k_slow::K05,
    k_lost::K07,
    k_instances::K09,
    k_instances::K10,
    k_instances::K11,
    k_instances::K12,
];

/// Every case that ships, in the order of the ids.
#[must_use]
pub fn cases() -> &'static [Case] {
    CASES
}
