output "function_name" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "The function's ARN. A stream's role may call it and all of its versions and aliases."
  value       = aws_lambda_function.this.arn
}

output "version_arn" {
  description = "ARN of the version at which the alias is."
  value       = "${aws_lambda_function.this.arn}:${aws_lambda_alias.live.function_version}"
}

output "alias_arn" {
  description = "ARN of the alias `live`: what a stream is given as LambdaArn."
  value       = aws_lambda_alias.live.arn
}

output "role_arn" {
  description = "ARN of the function's role, made or given."
  value       = local.role_arn
}

output "log_group_name" {
  description = "The function's log group."
  value       = aws_cloudwatch_log_group.this.name
}
