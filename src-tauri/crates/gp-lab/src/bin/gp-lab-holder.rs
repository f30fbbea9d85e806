//! A holder by itself, for the crate's own tests and benchmark. The app and the command line
//! offer the same entry in their own programs.

fn main() -> std::process::ExitCode {
    // A caller may name the entry as it would with the real programs.
    let arguments = std::env::args().skip(1).skip_while(|word| word == gp_lab::HOLDER_ARGUMENT);
    gp_lab::holder_main(arguments)
}
