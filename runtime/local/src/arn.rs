//! Names of what is local, as AWS would have them: of an account that is nobody's.

/// The account, as AWS's own examples have it.
pub(crate) const ACCOUNT: &str = "123456789012";

/// The region of everything local.
pub(crate) const REGION: &str = "us-east-1";

/// The function that transforms records.
pub(crate) const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:nozzle";

/// Who would read and put. Nobody is asked for permissions here.
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/firehose";

/// A Firehose stream.
pub(crate) fn of_stream(name: &str) -> String {
    format!("arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{name}")
}

/// A Kinesis stream.
pub(crate) fn of_kinesis(name: &str) -> String {
    format!("arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}")
}
