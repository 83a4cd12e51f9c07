//! The agreement that practice mode has signed: two pages of plain text, a PDF 1.4 with the fonts every reader has.

use std::fmt::Write as _;

/// A4 in points.
const PAGE: (u32, u32) = (595, 842);
const LEFT: u32 = 72;
const TOP: u32 = 740;

/// The pages: a heading and its paragraphs, a line a text line.
const PAGES: [(&str, &[&str]); 2] = [
    (
        "Practice agreement",
        &[
            "This document was made for practice. It binds nobody.",
            "",
            "1.  The person named on the practice card agrees to nothing in particular.",
            "2.  The booth shows this page, and the next, until both were seen to their ends.",
            "3.  What is signed is exactly what is shown: a single changed byte would show.",
            "",
            "Page 1 of 2",
        ],
    ),
    (
        "What happens to it",
        &[
            "The sandbox inside the program signs it with a certificate made for this one case.",
            "",
            "The booth then fetches the signed copy, checks the signature and keeps it, and",
            "deletes it at the sandbox. Nothing of all this leaves the machine.",
            "",
            "Signed for practice by the holder of the practice card.",
            "",
            "Page 2 of 2",
        ],
    ),
];

/// The whole file. The same each time: nothing in it depends on when or where it is made.
pub fn agreement() -> Vec<u8> {
    let kids: Vec<String> = (0..PAGES.len())
        .map(|page| format!("{} 0 R", 5 + 2 * page))
        .collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R /Lang (en) >>".to_owned(),
        format!(
            "<< /Type /Pages /Kids [{}] /Count {} >>",
            kids.join(" "),
            kids.len()
        ),
        font("Helvetica"),
        font("Helvetica-Bold"),
    ];
    for (page, (heading, lines)) in PAGES.iter().enumerate() {
        let text = contents(heading, lines);
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {} {}] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>",
            PAGE.0,
            PAGE.1,
            6 + 2 * page
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{text}endstream", text.len()));
    }
    written(&objects)
}

fn font(name: &str) -> String {
    format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>")
}

/// No line has a parenthesis or a backslash: nothing has to be escaped.
fn contents(heading: &str, lines: &[&str]) -> String {
    let mut text = format!("BT\n/F2 20 Tf\n{LEFT} {TOP} Td\n({heading}) Tj\n/F1 11 Tf\n18 TL\n0 -18 Td\n");
    for line in lines {
        let _ = writeln!(text, "T* ({line}) Tj");
    }
    text + "ET\n"
}

/// Objects numbered from 1, the table of where they are, and the trailer (ISO 32000-1, 7.5).
fn written(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).into_bytes());
    }
    let start = file.len();
    let size = objects.len() + 1;
    file.extend(
        format!("{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").into_bytes(),
    );
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_agreement_is_the_one_that_is_made() {
        let committed = std::fs::read(crate::root().join("crates/station/material/agreement.pdf"));
        assert!(
            committed.is_ok_and(|bytes| bytes == agreement()),
            "`cargo xtask material` makes it anew"
        );
    }

    #[test]
    fn no_text_needs_escaping() {
        for (heading, lines) in PAGES {
            for text in lines.iter().chain([&heading]) {
                assert!(text.is_ascii() && !text.contains(['(', ')', '\\']), "{text}");
            }
        }
    }
}
