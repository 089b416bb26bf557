//! Keys as others write them, and what they signed.

use super::*;

const CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

/// RFC 7515, appendices A.1 to A.3, and RFC 8037, appendix A: a key, a header and claims, a signature.
fn of_the_rfcs() -> [(Value, String, &'static str); 4] {
    [
        (
            json!({ "kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow" }),
            format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{CLAIMS}"),
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        ),
        (
            json!({ "kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ" }),
            format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}"),
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        ),
        (
            json!({ "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }),
            format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}"),
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        ),
        (
            json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".to_owned(),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        ),
    ]
}

fn key(jwk: &Value) -> Result<VerifyingKey, KeyFault> {
    VerifyingKey::from_file(jwk.to_string().as_bytes())
}

fn with(mut jwk: Value, name: &str, value: impl Into<Value>) -> Value {
    jwk[name] = value.into();
    jwk
}

#[test]
fn the_examples_of_the_rfcs_are_accepted_by_their_own_key_only() {
    let examples = of_the_rfcs();
    for (jwk, message, signature) in &examples {
        let token = format!("{message}.{signature}");
        assert!(key(jwk).unwrap().payload_of(&token).is_some(), "{jwk}");
        for (other, ..) in &examples {
            let accepts = key(other).unwrap().payload_of(&token).is_some();
            assert_eq!(accepts, other == jwk, "{token} by {other}");
        }
        let other = if signature.starts_with('A') { "B" } else { "A" };
        let turned = format!("{other}{}", &signature[1..]);
        for changed in [
            format!("{message}."),
            format!("{message}.{signature}="),
            format!("{message}.{turned}"),
            format!("{message}A.{signature}"),
            format!("{}.{signature}", message.replace("eyJ", "ewp")),
        ] {
            assert!(
                key(jwk).unwrap().payload_of(&changed).is_none(),
                "{changed}"
            );
        }
    }
}

#[test]
fn a_key_is_for_one_algorithm_and_for_checking() {
    let [(oct, ..), (rsa, ..), (ec, ..), (okp, ..)] = of_the_rfcs();
    for fits in [
        with(oct.clone(), "alg", "HS512"),
        with(rsa.clone(), "alg", "RS384"),
        with(ec.clone(), "alg", "ES256"),
        with(okp.clone(), "use", "sig"),
        with(ec.clone(), "key_ops", json!(["verify"])),
    ] {
        assert!(key(&fits).is_ok(), "{fits}");
    }
    for unfit in [
        with(oct.clone(), "alg", "RS256"),
        with(oct.clone(), "alg", "none"),
        with(rsa.clone(), "alg", "HS256"),
        with(rsa.clone(), "alg", "PS256"),
        with(rsa.clone(), "alg", "rs256"),
        with(ec.clone(), "alg", "ES384"),
        with(ec.clone(), "crv", "P-384"),
        with(ec.clone(), "crv", "secp256k1"),
        with(okp.clone(), "crv", "X25519"),
        with(okp, "kty", "EC"),
        with(rsa.clone(), "use", "enc"),
        with(ec.clone(), "key_ops", json!(["encrypt"])),
        with(ec, "x", "AA"),
        with(oct.clone(), "k", "A".repeat(41)),
        with(with(oct.clone(), "k", "A".repeat(44)), "alg", "HS384"),
        with(oct, "k", 1),
        with(rsa, "n", "A".repeat(171)),
        json!({ "kty": "oct", "k": "" }),
        json!({ "kty": "oct" }),
        json!([]),
    ] {
        assert!(key(&unfit).is_err(), "{unfit}");
    }
    // The public key as a secret: another key, for another algorithm.
    let [_, (rsa, _, _), ..] = of_the_rfcs();
    let public = key(&rsa).unwrap();
    let header = part(r#"{"alg":"HS256"}"#);
    let message = format!("{header}.{CLAIMS}");
    for secret in [
        rsa.to_string().into_bytes(),
        rsa["n"].as_str().unwrap().into(),
    ] {
        let secret = EncodingKey::from_secret(&secret);
        let signature = sign(message.as_bytes(), &secret, Algorithm::HS256).unwrap();
        assert!(
            public
                .payload_of(&format!("{message}.{signature}"))
                .is_none()
        );
    }
}

#[test]
fn a_kid_that_is_there_names_this_key() {
    let k = "A".repeat(43);
    let named = key(&json!({ "kty": "oct", "k": k, "kid": "a" })).unwrap();
    let secret = EncodingKey::from_secret(&[0; 32]);
    let token = |header: &str| {
        let message = format!("{}.{CLAIMS}", part(header));
        let signature = sign(message.as_bytes(), &secret, Algorithm::HS256).unwrap();
        format!("{message}.{signature}")
    };
    for (header, accepted) in [
        (r#"{"alg":"HS256","kid":"a"}"#, true),
        (r#"{"alg":"HS256"}"#, true),
        (r#"{"alg":"HS256","kid":"b"}"#, false),
        (r#"{"alg":"HS256","crit":[]}"#, false),
        (r#"{"alg":"HS256","jwk":{}}"#, false),
        (r#"{"kid":"a"}"#, false),
    ] {
        assert_eq!(
            named.payload_of(&token(header)).is_some(),
            accepted,
            "{header}"
        );
    }
    assert!(
        signer()
            .read(Kind::Access, &token(r#"{"alg":"HS256"}"#))
            .is_err()
    );
}

#[test]
fn public_keys_in_pem_are_read_and_others_are_not() {
    for (pem, token) in PEMS {
        let key = VerifyingKey::from_file(pem.as_bytes()).unwrap();
        for (_, any) in PEMS {
            assert_eq!(key.payload_of(any).is_some(), any == token, "{any}");
        }
    }
    for refused in REFUSED {
        assert!(
            VerifyingKey::from_file(refused.as_bytes()).is_err(),
            "{refused}"
        );
    }
    let twice = format!("{0}{0}", PEMS[0].0);
    for odd in ["", "-----BEGIN PUBLIC KEY-----", "secret", &twice] {
        assert!(VerifyingKey::from_file(odd.as_bytes()).is_err(), "{odd}");
    }
}

/// Made with PyJWT: ES384, RS256, EdDSA, ES256.
const PEMS: [(&str, &str); 4] = [
    (
        "-----BEGIN PUBLIC KEY-----\n\
         MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE76REehKLeLmppLvT9Dk99qbCAZGf6Uip\n\
         P07LD25zCRsjCFmISy6IKqSUf4f6ioETf2vZ/rgih9ucV51jGDayKHLpxvXlhlcn\n\
         Jq3bg+fOem2/fdfjSw2gv/yPlP8/NEhq\n\
         -----END PUBLIC KEY-----",
        "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.VPMUuYH-BGDZyznupgxpZL6fvATpdXNBwfeUfZD9KKdm4gR_YOC5lYqfhbOvP73XFLPqK7lnCdtzuieOR_UPVn6Y4UsxYYmpiI6DLQvWHwcSFvKLqv_S5ZBfsksThFk-",
    ),
    (
        "-----BEGIN PUBLIC KEY-----\n\
         MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu9+x//PE/PBopmbJElfP\n\
         V2x+chFmkLYLX3UMs+dd5In2tYbY3YhYce5M3/XTI0RUw+7WPUPHsvGMn1b2g9o8\n\
         AHJmvHYNozDUwBKq2iEN5LbLHi4GPX7pYibYAQ3ig6QEAygZ7WS72vbOigs+J38I\n\
         kBgQy2d0LPEOQetLtAvDNrm2HaERA1W4vEbLf03QnxQlKD5g0Q0CdL26meyo/26O\n\
         NmkWu8BZcIkTND6oxT9jOHUz0zaV6Ih+1VHmu2SDnOr744Go8xNtvtWzt+T9S7tP\n\
         js5N8lOdasgbs0ZtbqOkkKjv3NCOEsx95sfeeKyk8NKkQ/rXuIad8vHPy8QT94Vd\n\
         SQIDAQAB\n\
         -----END PUBLIC KEY-----",
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.NwInS7J_j1tgWjE6wXiyLUEKWYtHftYWf3_izU_tJs38EKQsiC7CqpDrlCGCDF7_L4GoFcsYKCSaoZswZi3EQSQADOSpFUSmPkbkLGLHP4mMUvt3GrbL1sOjKcuS77wzCcfuqSt3LqNNWPstUoDwuuoVbBFsdoq14r2HMHWtXkSkAzSG_PIdH9rlizpA0aU-EPymodnUPqpXHyP6Y1FubwR6KPHDzvGAG0BdOwS6C1jSJng8vEfG42cFlQKYLNnCZgcR6tWWqmXlcsHMh9El2nJgEYEmBVKngxFStaUOvxHa3Bm3cL1CoT4F-ZwERpdwfZc7TbawJY0y4Yn4iXBiQg",
    ),
    (
        "-----BEGIN PUBLIC KEY-----\n\
         MCowBQYDK2VwAyEAJWSABzazEawaStudyzgNhqC9uwZfp35pEKAYFEOCKoY=\n\
         -----END PUBLIC KEY-----",
        "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.X3M4fTELkoIUI8jAd4XS-f_oIoV8Fp-ZA4qVoBd9MiZhVJFOY23BJFE6-RJD1vacT8eNFQLhXzQmtnoUGky6Dg",
    ),
    (
        "-----BEGIN PUBLIC KEY-----\n\
         MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEdX7FvXfAHKHJHkfjcpv3PBb6DjFp\n\
         1WgwpTf5dxKo50GT2RW5nHBdLue33DW9zd/aDk7zxUH1d00UnwLlxHiKOA==\n\
         -----END PUBLIC KEY-----",
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.hp4YbQHIeBjqsLQHDv_-73lcyT8M0CFkV7GQQKr__cpm3xJveN09eYXC-h0ye8hCARhQD8ecTVpG1fZy-X-kpA",
    ),
];

/// 1,024 bits; a curve that is not ours.
const REFUSED: [&str; 2] = [
    "-----BEGIN PUBLIC KEY-----\n\
     MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCxCG1tC+BZpJ4Fm2zLFV9aeMrV\n\
     LCH41AL2wnknPNch++8RwdHSJ4l43Emgl/YDPTffEtKxiR2bIeHixvmjCYZx4VYC\n\
     TCJKoNSFcE1d3IKXC1cnEV94K31tOLtA9CdY1xgapBlSavKjIylnCc0Yb9EoZYJy\n\
     OWMUoPH+jz8Z9vzQYwIDAQAB\n\
     -----END PUBLIC KEY-----",
    "-----BEGIN PUBLIC KEY-----\n\
     MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQBJXNMNyPLHCGvu+uUYb1U90ya1Wa4\n\
     YwR8/G+oVBkwXPs0ODaGL27tn9zPvowBpNZAJQf+tz8kR9wc3j0YfdPpjhwBUTgV\n\
     Vf0QQmP+SniVWwmPuOGlDNDi0+dmPYi5YUQNIfCgwBXF5ryzCxozgtrbx0TrTxtA\n\
     g9HiXJxjsmqA4lbIRgQ=\n\
     -----END PUBLIC KEY-----",
];
