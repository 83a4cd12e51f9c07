//! Images for visible signatures. They belong to the server and to no request; PNG only.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::ask::Asked;
use super::multipart;
use crate::picture::{Format, look};
use crate::store::{Image, new_uid};
use crate::webhook::stamp;

/// Images kept at once; a server that is only for practice is no place for more.
const MOST_IMAGES: usize = 200;

pub(crate) async fn upload(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let mut parts = multipart::files(voice, &asked.received, "image")?;
    let Some(part) = parts.pop().filter(|part| !part.bytes.is_empty()) else {
        return Err(voice.refuse(400, "Missing required parameter: 'image'"));
    };
    let bytes = part.bytes.clone();
    let looked = super::aside(voice, move || look(&bytes)).await?;
    let Some(look) = looked.ok().filter(|it| it.format == Format::Png) else {
        let said = format!("Image file type not supported: {}", part.kind());
        return Err(voice.refuse(415, said));
    };
    let image = Image {
        // A copy, since it outlives the form it came in.
        bytes: Bytes::copy_from_slice(&part.bytes),
        file_name: part.file_name.unwrap_or_default(),
        size: (look.width, look.height),
        uploaded_at: asked.store.now(),
    };
    let uid = new_uid();
    asked.store.shelf(|shelf| {
        if shelf.images.len() >= MOST_IMAGES {
            shelf.images.pop_first();
        }
        shelf.images.insert(uid.clone(), image);
    });
    if voice.is_legacy() {
        return Ok(voice.told(json!(uid)));
    }
    let said = format!("Image uploaded with uid '{uid}'");
    let body = json!({ "status": "success", "message": said, "details": { "image_uid": uid } });
    Ok(Answer::json(200, &body))
}

pub(crate) fn get(asked: &Asked) -> Result<Answer, Answer> {
    let image = asked.store.shelf(|shelf| shelf.images.get(asked.uid()).cloned());
    match image {
        Some(image) => Ok(Answer::bytes("image/png", image.bytes)),
        None => {
            let said = format!("Image with uid {} not found", asked.uid());
            Err(asked.voice.refuse(404, said))
        }
    }
}

pub(crate) fn delete(asked: &Asked) -> Result<Answer, Answer> {
    match asked.store.shelf(|shelf| shelf.images.remove(asked.uid())) {
        Some(_) => Ok(asked.voice.done("Image deleted")),
        None => {
            let said = format!("Image with uid {} not found on disk", asked.uid());
            Err(asked.voice.refuse(404, said))
        }
    }
}

pub(crate) fn list(asked: &Asked) -> Answer {
    let show = |(uid, image): (&String, &Image)| {
        let said = json!({
            "upload_date": stamp("%Y-%m-%d %H:%M:%S%.6f", image.uploaded_at),
            "ext": ".png",
            "size": [image.size.0, image.size.1],
            "mime": "image/png",
            "filename": image.file_name,
        });
        (uid.clone(), said)
    };
    let images: Map<String, Value> = asked.store.shelf(|shelf| shelf.images.iter().map(show).collect());
    asked.voice.told(Value::Object(images))
}

pub(crate) fn delete_all(asked: &Asked) -> Answer {
    asked.store.shelf(|shelf| shelf.images.clear());
    asked.voice.done("Images deleted successfully")
}
