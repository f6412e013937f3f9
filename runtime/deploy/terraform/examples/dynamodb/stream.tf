resource "aws_kinesis_firehose_delivery_stream" "this" {
  name        = var.stream_name
  destination = "extended_s3"
  tags        = var.tags

  kinesis_source_configuration {
    kinesis_stream_arn = aws_kinesis_stream.source.arn
    role_arn           = module.stream_role.role_arn
  }

  extended_s3_configuration {
    role_arn            = module.stream_role.role_arn
    bucket_arn          = module.storage.bucket_arn
    kms_key_arn         = var.kms_key_arn
    prefix              = "data/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
    error_output_prefix = "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"
    compression_format  = "GZIP"
    buffering_size      = var.buffer_mib
    buffering_interval  = var.buffer_seconds

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
