//! `poison N`: leaves `/dev/videoN` at 7.5 frames a second, as another program may, and says what the driver made
//! of it. nokhwa alone cannot open such a camera.

#![expect(clippy::print_stdout, reason = "its output is what the scenario checks")]

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use v4l::video::{Capture, capture::Parameters};
    let number = std::env::args().nth(1).unwrap_or_default().parse()?;
    let device = v4l::Device::new(number)?;
    let left = device.set_params(&Parameters::new(v4l::Fraction::new(2, 15)))?;
    println!("left at {} s a frame", left.interval);
    let layouts = nokhwa::utils::frame_formats();
    let any = nokhwa::utils::RequestedFormat::with_formats(nokhwa::utils::RequestedFormatType::None, layouts);
    let index = nokhwa::utils::CameraIndex::Index(u32::try_from(number)?);
    drop(device);
    match nokhwa::Camera::new(index, any) {
        Ok(_) => println!("nokhwa alone opens it"),
        Err(error) => println!("nokhwa alone does not open it: {error}"),
    }
    // nokhwa may have put the rate right before it failed.
    v4l::Device::new(number)?.set_params(&Parameters::new(v4l::Fraction::new(2, 15)))?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("only V4L2 cameras can be left like that");
}
