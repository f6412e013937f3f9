resource "aws_kinesis_firehose_delivery_stream" "this" {
  name        = var.stream_name
  destination = "redshift"
  tags        = var.tags

  kinesis_source_configuration {
    kinesis_stream_arn = local.source_arn
    role_arn           = module.stream_role.role_arn
  }

  redshift_configuration {
    role_arn        = module.stream_role.role_arn
    cluster_jdbcurl = "jdbc:redshift://${var.endpoint}:${var.port}/${var.database_name}"

    secrets_manager_configuration {
      enabled    = true
      secret_arn = var.secret_arn
      role_arn   = module.stream_role.role_arn
    }

    # Rows come at least once, so they do not go into the table itself.
    data_table_name    = "invoices_staging"
    data_table_columns = join(", ", local.columns)
    # As `nozzle schema convert` writes them, and GZIP.
    copy_options = "FORMAT AS JSON 'auto' TIMEFORMAT 'auto' GZIP"

    s3_configuration {
      role_arn            = module.stream_role.role_arn
      bucket_arn          = module.storage.bucket_arn
      kms_key_arn         = var.kms_key_arn
      prefix              = "data/!{timestamp:yyyy/MM/dd/HH}/"
      error_output_prefix = "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"
      compression_format  = "GZIP"
      buffering_size      = var.buffer_mib
      buffering_interval  = var.buffer_seconds
    }

    processing_configuration {
      enabled = true

      processors {
        type = "Lambda"

        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = module.function.alias_arn
        }

        # Firehose leaves out what has its default, and each plan would add it again.
        dynamic "parameters" {
          for_each = var.lambda_buffer_mib == 1 ? [] : [var.lambda_buffer_mib]

          content {
            parameter_name  = "BufferSizeInMBs"
            parameter_value = parameters.value
          }
        }
      }
    }

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = module.stream_role.log_group_name
      log_stream_name = module.stream_role.destination_log_stream
    }
  }
}

data "aws_iam_policy_document" "password" {
  statement {
    sid       = "Password"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.secret_arn]
  }
}
