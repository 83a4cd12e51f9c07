//! Codes of states and organisations: the three letters of an MRZ and the two of ISO 3166-1.

/// ISO 3166-1, alpha-3 and alpha-2, in the order of the former.
const STATES: &str = "\
ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI BELBE \
BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT BVTBV BWABW \
CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY \
CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR \
FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU \
GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE \
JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT \
LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ \
MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ \
OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU \
RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK \
SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV \
TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA \
ZMBZM ZWEZW";

/// The codes of Doc 9303-3, 5, that are none of ISO 3166-1: Germany's letter, the kinds of British nationality (part
/// A), the organisations for which ISO 3166-1 reserves two letters and Kosovo's user-assigned ones (parts B and D),
/// and codes that ISO 3166-1 withdrew while documents with them are still about.
const SPECIAL: &[(&str, &str)] = &[
    ("D", "DE"),
    ("GBD", "GB"),
    ("GBN", "GB"),
    ("GBO", "GB"),
    ("GBP", "GB"),
    ("GBS", "GB"),
    ("EUE", "EU"),
    ("UNO", "UN"),
    ("UNA", "UN"),
    ("UNK", "XK"),
    ("RKS", "XK"),
    ("ROM", "RO"),
    ("TMP", "TL"),
    ("ZAR", "CD"),
];

/// The two letters of ISO 3166-1 for a code of an MRZ; `None` where it has none: persons without a nationality (`XXA`
/// stateless, `XXB` and `XXC` refugees, `XXX` unspecified), organisations such as `XOM` or `XPO`, the specimens'
/// `UTO`, and anything that is no code.
#[must_use]
pub fn alpha2(code: &str) -> Option<&'static str> {
    if let Some((_, two)) = SPECIAL.iter().find(|(special, _)| *special == code) {
        return Some(two);
    }
    STATES
        .split(' ')
        .find_map(|pair| pair.split_at_checked(3).filter(|(three, _)| *three == code))
        .map(|(_, two)| two)
}

/// Whether two codes name the same state: `D` is `DEU`, `GBO` is issued and held under `GBR`.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one == other || alpha2(one).is_some_and(|state| alpha2(other) == Some(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_state_once() {
        let pairs: Vec<&str> = STATES.split(' ').collect();
        assert_eq!(pairs.len(), 249, "as many as ISO 3166-1 has");
        assert!(
            pairs
                .iter()
                .all(|pair| pair.len() == 5 && pair.bytes().all(|it| it.is_ascii_uppercase()))
        );
        assert!(
            pairs.windows(2).all(|two| two[0][..3] < two[1][..3]),
            "in order, so each once"
        );
        let mut two: Vec<&str> = pairs.iter().map(|pair| &pair[3..]).collect();
        two.sort_unstable();
        two.dedup();
        assert_eq!(two.len(), 249);
    }

    #[test]
    fn what_is_no_state_has_no_letters() {
        for (code, wanted) in [
            ("ESP", Some("ES")),
            ("D", Some("DE")),
            ("DEU", Some("DE")),
            ("GBD", Some("GB")),
            ("RKS", Some("XK")),
            ("UNO", Some("UN")),
            ("EUE", Some("EU")),
            ("XXA", None),
            ("UTO", None),
            ("", None),
            ("ES", None),
            ("\u{e9}\u{e9}", None),
        ] {
            assert_eq!(alpha2(code), wanted, "{code}");
        }
        assert!(same("D", "DEU") && same("UTO", "UTO") && !same("UTO", "XXA"));
    }
}
