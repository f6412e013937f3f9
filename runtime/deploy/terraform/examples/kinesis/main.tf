# A Kinesis data stream, new or given, read by a Firehose stream, transformed by Nozzle, to gzipped JSON lines in S3, with all
# records as they came under backup/, and alarms by e-mail. For `ecommerce`.

module "function" {
  source = "../../modules/function"

  function_name        = var.stream_name
  stream_name          = var.stream_name
  zip                  = var.zip
  architecture         = var.architecture
  kms_key_arn          = var.kms_key_arn
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}

module "storage" {
  source = "../../modules/storage"

  kms_key_arn = var.kms_key_arn
  tags        = var.tags
}

module "alarms" {
  source = "../../modules/alarms"

  stream_name    = var.stream_name
  function_name  = var.stream_name
  silent_metric  = "DataReadFromKinesisStream.Records"
  email          = var.email
  silent_minutes = var.silent_minutes
  kms_key_arn    = var.kms_key_arn
  tags           = var.tags
}

module "stream_role" {
  source = "../../modules/stream-role"

  stream_name          = var.stream_name
  function_arn         = module.function.function_arn
  bucket_arn           = module.storage.bucket_arn
  policies             = [data.aws_iam_policy_document.source.json]
  kms_key_arn          = var.kms_key_arn
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}
