//! The `bootstrap` of a Lambda function.

fn main() -> std::process::ExitCode {
    nozzle_lambda::run()
}
