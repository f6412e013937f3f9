//! What to do with the zip.

use super::bootstrap::library;
use super::report::{DIRECT_UPLOAD, Report};

/// Where the templates are, and the AWS CLI lines that put the zip behind an existing stream, by an alias that later versions move.
pub(crate) fn next_steps(name: &str, report: &Report<'_>) -> String {
    let architecture = report.architecture;
    let ([create, update], templates) = (code(report), templates());
    format!(
        r#"
Templates for AWS SAM and Terraform, with alarms and a canary, are in {templates}

Without them, put it behind an existing stream (fill in what is in capitals):

  aws lambda create-function --function-name {name} --runtime provided.al2023 --handler bootstrap \
    --architectures {architecture} --timeout 60 --memory-size 512 --role ROLE_ARN \
    {create} --publish
  aws lambda create-alias --function-name {name} --name live --function-version 1
  aws firehose describe-delivery-stream --delivery-stream-name STREAM --output text \
    --query 'DeliveryStreamDescription.[VersionId,Destinations[0].DestinationId]'
  aws firehose update-destination --delivery-stream-name STREAM \
    --current-delivery-stream-version-id VERSION_ID --destination-id DESTINATION_ID \
    --extended-s3-destination-update '{{"ProcessingConfiguration":{{"Enabled":true,"Processors":[{{"Type":"Lambda",
      "Parameters":[{{"ParameterName":"LambdaArn","ParameterValue":"FUNCTION_ARN:live"}}]}}]}}}}'

The stream's role needs lambda:InvokeFunction and lambda:GetFunctionConfiguration on FUNCTION_ARN and FUNCTION_ARN:*.

A later version: publish it; with the version that this prints, let it test itself; move the alias:

  aws lambda update-function-code --function-name {name} {update} --publish
  aws lambda invoke --function-name {name}:N --cli-binary-format raw-in-base64-out --payload '{{"nozzle":"check"}}' /dev/stdout
  aws lambda update-alias --function-name {name} --name live --function-version N"#
    )
}

/// The folder of the templates: installed, or that of the sources.
fn templates() -> String {
    let installed = library().map(|library| library.join("deploy")).ok().filter(|folder| folder.is_dir());
    installed.map_or("runtime/deploy of Nozzle's sources".to_owned(), |folder| folder.display().to_string())
}

/// How the code is named in `create-function` and in `update-function-code`.
fn code(report: &Report<'_>) -> [String; 2] {
    if report.bytes > DIRECT_UPLOAD {
        return ["--code S3Bucket=BUCKET,S3Key=KEY".to_owned(), "--s3-bucket BUCKET --s3-key KEY".to_owned()];
    }
    let zip = format!("--zip-file fileb://{}", report.zip.display());
    [zip.clone(), zip]
}
