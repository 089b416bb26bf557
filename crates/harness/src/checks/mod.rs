//! The cases, a file for each subject.

mod a_carriers;
mod a_flow;
mod a_paths;
mod a_types;
mod b_attributes;
mod b_deletion;
mod b_exposure;
mod b_growth;
mod b_size;
mod c_enumeration;
mod c_passwords;
mod c_switch;
mod d_everywhere;
mod d_expiry;
mod d_fixation;
mod d_password;
mod d_replay;
mod d_role;
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
mod f_method;
mod f_origin;
mod f_victim;
mod h_caching;
mod i_cookies;
mod k_store;

use crate::case::Case;

static CASES: &[Case] = &[
    a_flow::A01,
    a_flow::A02,
    a_flow::A03,
    a_carriers::A05,
    a_types::A07,
    a_paths::A10,
    b_attributes::B01,
    b_exposure::B02,
    b_attributes::B03,
    b_size::B04,
    b_deletion::B05,
    b_deletion::B06,
    b_growth::B07,
    c_enumeration::C01,
    c_passwords::C04,
    c_passwords::C09,
    c_switch::C10,
    d_fixation::D01,
    d_fixation::D02,
    d_fixation::D03,
    d_replay::D04,
    d_replay::D05,
    d_everywhere::D06,
    d_password::D09,
    d_role::D11,
    d_expiry::D15,
    d_tamper::D19,
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
    f_method::F06,
    h_caching::H01,
    i_cookies::I03,
    i_cookies::I04,
    i_cookies::I05,
    k_store::K01,
];

/// Every case that ships, in the order of the ids.
#[must_use]
pub fn cases() -> &'static [Case] {
    CASES
}
