# Direct PUT into a Firehose stream, transformed by Nozzle, converted to Parquet by a table of Glue, with alarms by e-mail. For
# `region-sales`: lines of CSV in, the table `sales` out.

module "function" {
  source = "../../modules/function"

  function_name        = var.stream_name
  stream_name          = var.stream_name
  zip                  = var.zip
  architecture         = var.architecture
  table_bucket         = var.table_bucket
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

  stream_name       = var.stream_name
  function_name     = var.stream_name
  table_age_seconds = var.table_age_seconds
  email             = var.email
  silent_minutes    = var.silent_minutes
  kms_key_arn       = var.kms_key_arn
  tags              = var.tags
}

module "stream_role" {
  source = "../../modules/stream-role"

  stream_name          = var.stream_name
  function_arn         = module.function.function_arn
  bucket_arn           = module.storage.bucket_arn
  policies             = [data.aws_iam_policy_document.table.json]
  kms_key_arn          = var.kms_key_arn
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}
