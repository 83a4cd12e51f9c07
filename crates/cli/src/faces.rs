//! `proofbooth face-match`, `proofbooth face-quality` and `proofbooth liveness`

use serde_json::{Value, json};
use station::{FaceFiles, LivenessFiles, LivenessStep, Problem, QualityFiles, Settings};

use crate::arguments::{FaceMatchOptions, LivenessOptions, ReadOptions};
use crate::output::Output;
use crate::read::{bytes_of, written};

/// Compares the largest faces of two pictures.
pub fn compare(settings: &Settings, options: &FaceMatchOptions, output: &Output) -> Result<(), Problem> {
    let faces = FaceFiles::open(settings)?;
    let files = [&options.first, &options.second].map(|file| file.display().to_string());
    let read = || {
        let (first, second) = (bytes_of(&options.first)?, bytes_of(&options.second)?);
        faces.compare(&first, &second)
    };
    let about = json!({ "a": files[0], "b": files[1] });
    let matched = match read() {
        Ok(matched) => matched,
        Err(problem) => {
            let empty = json!({
                "cosine": null, "similarity_level": null, "same": null, "faces": [null, null], "model": null,
            });
            failed(&[about, empty], &problem, output);
            return Ok(());
        }
    };
    let missing: Vec<&str> = files
        .iter()
        .zip(&matched.faces)
        .filter(|(_, face)| face.is_none())
        .map(|(file, _)| file.as_str())
        .collect();
    let error = (!missing.is_empty())
        .then(|| json!({ "code": "no_face", "message": format!("no face in {}", missing.join(", ")) }));
    output.value(&together(&[about, written(&matched), json!({ "error": error })]));
    match (matched.cosine, matched.similarity_level) {
        (Some(cosine), Some(level)) => output.line(&format!(
            "level {level}  (cosine {cosine:.3}, threshold {:.3})",
            matched.threshold
        )),
        _ => missing
            .iter()
            .for_each(|file| output.line(&format!("{file}\n  no face"))),
    }
    Ok(())
}

/// Measures the picture of the largest face in each file.
pub fn quality(settings: &Settings, options: &ReadOptions, output: &Output) -> Result<(), Problem> {
    let measures = QualityFiles::open(settings)?;
    for file in &options.files {
        let about = json!({ "file": file.display().to_string() });
        let measured = match bytes_of(file).and_then(|bytes| measures.measure(&bytes)) {
            Ok(measured) => measured,
            Err(problem) => {
                failed(&[about, json!({ "faces": [], "quality": {} })], &problem, output);
                continue;
            }
        };
        let error = measured
            .faces
            .is_empty()
            .then(|| json!({ "code": "no_face", "message": format!("no face in {}", file.display()) }));
        output.value(&together(&[about, written(&measured), json!({ "error": error })]));
        output.line(&file.display().to_string());
        if measured.faces.is_empty() {
            output.line("  no face");
        }
        for (component, measure) in &measured.quality {
            let mark = match measure.good {
                Some(true) => "\u{2713}",
                Some(false) => "\u{2717}",
                None => "-",
            };
            let line = format!(
                "  {mark} {:<24} {:>9.3} {}",
                name(component),
                measure.value,
                measure.unit
            );
            output.line(line.trim_end());
        }
    }
    Ok(())
}

/// Judges how a clip answers a script.
pub fn liveness(settings: &Settings, options: &LivenessOptions, output: &Output) -> Result<(), Problem> {
    let mut files = LivenessFiles::open(settings)?;
    let script: Vec<LivenessStep> = options.script.iter().map(|&step| step.into()).collect();
    let about = json!({ "file": options.clip.display().to_string(), "script": script });
    let challenge = match files.judge(&options.clip, &script, options.fps, options.from) {
        Ok(challenge) => challenge,
        Err(problem) => {
            let empty = json!({ "steps": [], "passed": false, "reasons": [] });
            failed(&[about, empty], &problem, output);
            return Ok(());
        }
    };
    output.value(&together(&[about, written(&challenge), json!({ "error": null })]));
    for step in &challenge.steps {
        let at = step.done.map_or("-".to_owned(), |at| format!("{at:.2} s"));
        output.line(&format!("  {:<8}{at}", name(&step.step)));
    }
    let reasons: Vec<String> = challenge.reasons.iter().map(name).collect();
    output.line(if challenge.passed { "passed" } else { "not passed" });
    for reason in reasons {
        output.line(&format!("  {reason}"));
    }
    Ok(())
}

fn name(value: &impl serde::Serialize) -> String {
    written(value).as_str().unwrap_or("?").to_owned()
}

fn failed(parts: &[Value], problem: &Problem, output: &Output) {
    let error = json!({ "error": { "code": problem.code, "message": problem.detail } });
    output.value(&together(&[parts, &[error]].concat()));
    output.line(output.words.problem(problem).0);
}

/// The fields of all of them.
fn together(parts: &[Value]) -> Value {
    let fields = parts.iter().filter_map(Value::as_object).flatten();
    Value::Object(
        fields
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}
