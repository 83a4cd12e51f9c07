//! SVG templates in, pixels out.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

/// Values for the `{{names}}` of a template.
pub type Values = BTreeMap<&'static str, String>;

/// Fills in a template. A name without a value is an error, or it would be seen in the picture.
pub fn fill(template: &str, values: &Values) -> anyhow::Result<String> {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{{{name}}}}}"), value);
    }
    match text.split_once("{{") {
        Some((_, rest)) => bail!("no value for {}", rest.split("}}").next().unwrap_or_default()),
        None => Ok(text),
    }
}

/// Gives the `id`s of a drawing a prefix, so that it can stand twice in one picture.
pub fn prefixed(svg: &str, prefix: &str) -> String {
    svg.replace(" id=\"", &format!(" id=\"{prefix}"))
        .replace("url(#", &format!("url(#{prefix}"))
}

/// Draws SVG with the fonts of this machine.
pub struct Pen {
    options: Options<'static>,
}

impl Pen {
    /// Reads the fonts. The cards are set in DejaVu Sans and OCR-B; another font in their place would go unseen
    /// until somebody looks, so it is refused here.
    pub fn new() -> anyhow::Result<Self> {
        let mut fonts = fontdb::Database::new();
        fonts.load_system_fonts();
        // OCR-B comes in several cuts that all call themselves regular; the zone is printed in the plain one.
        let cuts: Vec<_> = fonts
            .faces()
            .filter(|face| face.families.iter().any(|(name, _)| name == "OCR B"))
            .filter(|face| face.post_script_name != "OCRB-Regular")
            .map(|face| face.id)
            .collect();
        cuts.into_iter().for_each(|cut| fonts.remove_face(cut));
        for (family, package) in [("DejaVu Sans", "fonts-dejavu-core"), ("OCR B", "fonts-ocr-b")] {
            let wanted = fontdb::Query {
                families: &[fontdb::Family::Name(family)],
                ..Default::default()
            };
            fonts
                .query(&wanted)
                .with_context(|| format!("no font {family} here: install {package}"))?;
        }
        Ok(Self {
            options: Options {
                fontdb: Arc::new(fonts),
                ..Options::default()
            },
        })
    }

    /// Draws a whole document at its own size.
    pub fn draw(&self, svg: &str) -> anyhow::Result<Pixmap> {
        let tree = Tree::from_str(svg, &self.options).context("a drawing is no SVG")?;
        let size = tree.size().to_int_size();
        let mut picture = Pixmap::new(size.width(), size.height()).context("a drawing without a size")?;
        resvg::render(&tree, Transform::identity(), &mut picture.as_mut());
        Ok(picture)
    }

    /// Draws elements over a picture, in its pixels.
    pub fn over(&self, picture: &mut Pixmap, elements: &str) -> anyhow::Result<()> {
        let (width, height) = (picture.width(), picture.height());
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\">{elements}</svg>"
        );
        let tree = Tree::from_str(&svg, &self.options).context("elements are no SVG")?;
        resvg::render(&tree, Transform::identity(), &mut picture.as_mut());
        Ok(())
    }
}
