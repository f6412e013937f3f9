output "topic_arn" {
  description = "What to subscribe to, for more than an e-mail."
  value       = aws_sns_topic.this.arn
}

output "dashboard_url" {
  description = "The dashboard."
  value       = "https://${local.region}.console.aws.amazon.com/cloudwatch/home?region=${local.region}#dashboards:name=${aws_cloudwatch_dashboard.this.dashboard_name}"
}
