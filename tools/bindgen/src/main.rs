//! Writes the JavaScript that loads a compiled browser side: what `wasm-bindgen --target web` does, without the
//! test runner that makes the official tool slow to install.

use std::{env, path::Path, process::ExitCode};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [input, out_dir, out_name] = arguments.as_slice() else {
        eprintln!("usage: bindgen INPUT.wasm OUT_DIR OUT_NAME");
        return ExitCode::from(2);
    };
    match write(Path::new(input), Path::new(out_dir), out_name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bindgen: {message}");
            ExitCode::FAILURE
        }
    }
}

fn write(input: &Path, out_dir: &Path, out_name: &str) -> Result<(), String> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).out_name(out_name).typescript(false).omit_default_module_path(false);
    // `{:#}` prints the whole chain of causes on one line.
    bindgen.web(true).map_err(|e| format!("{e:#}"))?;
    bindgen.generate(out_dir).map_err(|e| format!("{e:#}"))
}
