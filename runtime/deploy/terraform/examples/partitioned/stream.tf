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
    role_arn    = module.stream_role.role_arn
    bucket_arn  = module.storage.bucket_arn
    kms_key_arn = var.kms_key_arn
    # The keys are those of `partition` in the settings of `route`; rows without one fail to errors/.
    prefix              = "data/country=!{partitionKeyFromLambda:country}/year=!{partitionKeyFromLambda:year}/month=!{partitionKeyFromLambda:month}/"
    error_output_prefix = "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"
    compression_format  = "GZIP"
    buffering_size      = var.buffer_mib
    buffering_interval  = var.buffer_seconds

    # Only a new stream can have it, and has it for good. 500 partitions at a time, unless AWS raises that.
    dynamic_partitioning_configuration {
      enabled = true
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
