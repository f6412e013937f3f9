//! The `bootstrap` of a Lambda function whose reference tables are in S3, or that answers events of S3.

fn main() -> std::process::ExitCode {
    nozzle_lambda::run()
}
