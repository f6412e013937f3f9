output "backfill_arn" {
  description = "The state machine, to be started with {\"prefix\":\"...\"}."
  value       = aws_sfn_state_machine.backfill.arn
}

output "undone_url" {
  description = "The queue of events whose objects are not done after ten tries."
  value       = aws_sqs_queue.undone.url
}

output "alias_arn" {
  description = "What is called."
  value       = module.function.alias_arn
}

output "topic_arn" {
  description = "Where the alarms go."
  value       = aws_sns_topic.this.arn
}
