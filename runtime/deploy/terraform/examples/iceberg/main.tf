# Direct PUT into a Firehose stream, transformed by Nozzle, appended to an Iceberg table of Glue, with alarms by e-mail. For
# changes of orders with their operation and sequence number, of which a view shows the latest (plugins/route/README.md).

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

  stream_name      = var.stream_name
  function_name    = var.stream_name
  freshness_metric = "DeliveryToIceberg.DataFreshness"
  email            = var.email
  silent_minutes   = var.silent_minutes
  kms_key_arn      = var.kms_key_arn
  tags             = var.tags
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
