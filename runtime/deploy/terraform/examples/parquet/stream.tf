resource "aws_kinesis_firehose_delivery_stream" "this" {
  name        = var.stream_name
  destination = "extended_s3"
  tags        = var.tags

  server_side_encryption {
    enabled  = true
    key_type = var.kms_key_arn == null ? "AWS_OWNED_CMK" : "CUSTOMER_MANAGED_CMK"
    key_arn  = var.kms_key_arn
  }

  extended_s3_configuration {
    role_arn            = module.stream_role.role_arn
    bucket_arn          = module.storage.bucket_arn
    kms_key_arn         = var.kms_key_arn
    prefix              = "data/${local.table.Name}/!{timestamp:yyyy/MM/dd/HH}/"
    error_output_prefix = "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"
    # Parquet compresses by itself.
    compression_format = "UNCOMPRESSED"
    buffering_size     = var.buffer_mib
    buffering_interval = var.buffer_seconds

    data_format_conversion_configuration {
      schema_configuration {
        role_arn      = module.stream_role.role_arn
        database_name = aws_glue_catalog_database.this.name
        table_name    = aws_glue_catalog_table.this.name
        region        = data.aws_region.current.id
      }

      input_format_configuration {
        deserializer {
          open_x_json_ser_de {}
        }
      }

      output_format_configuration {
        serializer {
          parquet_ser_de {}
        }
      }
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

    s3_backup_mode = var.backup ? "Enabled" : "Disabled"

    dynamic "s3_backup_configuration" {
      for_each = var.backup ? [1] : []

      content {
        role_arn            = module.stream_role.role_arn
        bucket_arn          = module.storage.bucket_arn
        kms_key_arn         = var.kms_key_arn
        prefix              = "backup/!{timestamp:yyyy/MM/dd/HH}/"
        error_output_prefix = "errors/backup/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"
        compression_format  = "GZIP"

        cloudwatch_logging_options {
          enabled         = true
          log_group_name  = module.stream_role.log_group_name
          log_stream_name = module.stream_role.backup_log_stream
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
