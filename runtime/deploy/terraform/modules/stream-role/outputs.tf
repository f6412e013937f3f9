output "role_arn" {
  description = "ARN of the role, which may do all of it from the moment that it is known."
  value       = aws_iam_role.this.arn
  depends_on  = [aws_iam_role_policy.this]
}

output "log_group_name" {
  description = "The log group of the stream's own errors."
  value       = aws_cloudwatch_log_group.this.name
}

output "destination_log_stream" {
  description = "The log stream for deliveries."
  value       = aws_cloudwatch_log_stream.this["DestinationDelivery"].name
}

output "backup_log_stream" {
  description = "The log stream for source records."
  value       = aws_cloudwatch_log_stream.this["BackupDelivery"].name
}
