resource "aws_kinesis_firehose_delivery_stream" "this" {
  name        = var.stream_name
  destination = "iceberg"
  tags        = var.tags

  server_side_encryption {
    enabled  = true
    key_type = var.kms_key_arn == null ? "AWS_OWNED_CMK" : "CUSTOMER_MANAGED_CMK"
    key_arn  = var.kms_key_arn
  }

  iceberg_configuration {
    role_arn    = module.stream_role.role_arn
    catalog_arn = "${local.glue}:catalog"
    # Without unique_keys rows are only appended. Version 6 of the provider also takes `append_only = true` here: it forbids
    # updates and deletes, lifts the limit of a few MiB a second, and only a new stream can have it.
    buffering_size     = var.buffer_mib
    buffering_interval = var.buffer_seconds

    # Where a row carries no route of its own.
    destination_table_configuration {
      database_name = aws_glue_catalog_database.this.name
      table_name    = aws_glue_catalog_table.this.name
      unique_keys   = var.unique_keys
    }

    # What could not be transformed or delivered, outside of the table's location.
    s3_configuration {
      role_arn            = module.stream_role.role_arn
      bucket_arn          = module.storage.bucket_arn
      kms_key_arn         = var.kms_key_arn
      error_output_prefix = "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"
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
