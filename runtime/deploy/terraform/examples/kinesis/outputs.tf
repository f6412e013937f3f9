output "stream_arn" {
  description = "The stream."
  value       = aws_kinesis_firehose_delivery_stream.this.arn
}

output "bucket_name" {
  description = "The bucket with data/, errors/ and backup/."
  value       = module.storage.bucket_name
}

output "alias_arn" {
  description = "What the stream's processor calls."
  value       = module.function.alias_arn
}

output "topic_arn" {
  description = "Where the alarms go."
  value       = module.alarms.topic_arn
}

output "source_stream_arn" {
  description = "The Kinesis stream that producers put to."
  value       = local.source_arn
}
