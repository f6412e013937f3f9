//! What to do with the zip.

use std::path::Path;

use nozzle_runtime::Target;

/// The AWS CLI lines that put the zip behind an existing stream, by an alias that later versions move.
pub(crate) fn next_steps(name: &str, zip: &Path, target: Target) -> String {
    let architecture = target.architecture();
    let zip = zip.display();
    format!(
        r#"
Put it behind an existing stream (fill in what is in capitals):

  aws lambda create-function --function-name {name} --runtime provided.al2023 --handler bootstrap \
    --architectures {architecture} --timeout 60 --memory-size 512 --role ROLE_ARN \
    --zip-file fileb://{zip} --publish
  aws lambda create-alias --function-name {name} --name live --function-version 1
  aws firehose describe-delivery-stream --delivery-stream-name STREAM --output text \
    --query 'DeliveryStreamDescription.[VersionId,Destinations[0].DestinationId]'
  aws firehose update-destination --delivery-stream-name STREAM \
    --current-delivery-stream-version-id VERSION_ID --destination-id DESTINATION_ID \
    --extended-s3-destination-update '{{"ProcessingConfiguration":{{"Enabled":true,"Processors":[{{"Type":"Lambda",
      "Parameters":[{{"ParameterName":"LambdaArn","ParameterValue":"FUNCTION_ARN:live"}}]}}]}}}}'

The stream's role needs lambda:InvokeFunction and lambda:GetFunctionConfiguration on FUNCTION_ARN and FUNCTION_ARN:*.
A later version: aws lambda update-function-code --function-name {name} --zip-file fileb://{zip} --publish
and, with the version it prints: aws lambda update-alias --function-name {name} --name live --function-version N"#
    )
}
