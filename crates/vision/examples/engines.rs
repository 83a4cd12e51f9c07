//! What each engine takes for each network, in CPU time on one thread: `cargo run --release -p vision --example engines
//! -- LIBRARY`, where LIBRARY is onnxruntime's.
#![expect(clippy::print_stdout, reason = "the output is the product")]

use std::path::Path;

use vision::net::{DETECT_TEXT, Engine, FIND_FACES, READ_TEXT, load_in, use_library};

mod cpu;

const RUNS: usize = 7;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let library = std::env::args().nth(1).ok_or("name onnxruntime's library")?;
    use_library(Path::new(&library))?;
    println!(
        "{:40} {:>16} {:>12} {:>12} {:>6}",
        "network", "input", "onnxruntime", "rten", "ratio"
    );
    for (network, shape) in [
        (&FIND_FACES, [1, 3, 320, 320]),
        (&FIND_FACES, [1, 3, 640, 640]),
        (&DETECT_TEXT, [1, 3, 416, 736]),
        (&DETECT_TEXT, [1, 3, 544, 960]),
        (&READ_TEXT, [1, 3, 48, 640]),
        (&READ_TEXT, [2, 3, 48, 1088]),
        (&READ_TEXT, [8, 3, 48, 320]),
    ] {
        let mut least = [f64::INFINITY; 2];
        for (least, engine) in least.iter_mut().zip([Engine::Onnxruntime, Engine::Rten]) {
            let net = load_in(engine, network)?;
            for _ in 0..RUNS {
                let input = vec![0.5; shape.iter().product()];
                let start = cpu::milliseconds();
                net.run(shape, input)?;
                *least = least.min(cpu::milliseconds() - start);
            }
        }
        let [theirs, ours] = least;
        let shape = shape.map(|side| side.to_string()).join("x");
        println!(
            "{:40} {shape:>16} {theirs:9.1} ms {ours:9.1} ms {:6.1}",
            network.name,
            ours / theirs
        );
    }
    Ok(())
}
