# Made of log lines, it costs nothing while nothing fails.
resource "aws_cloudwatch_log_metric_filter" "failed_records" {
  name           = "${var.function_name}-object-records-failed"
  log_group_name = module.function.log_group_name
  pattern        = "{ $.message = \"object done\" && $.failed > 0 }"

  metric_transformation {
    namespace = "Nozzle"
    name      = "${var.function_name}-object-records-failed"
    value     = "$.failed"
    unit      = "Count"
  }
}

resource "aws_sns_topic" "this" {
  name              = "${var.function_name}-alarms"
  display_name      = "${var.function_name} alarms"
  kms_master_key_id = var.kms_key_arn
  tags              = var.tags
}

resource "aws_sns_topic_subscription" "this" {
  count = var.email == null ? 0 : 1

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = var.email
}

locals {
  # One in five minutes is an alarm.
  alarms = {
    objects-undone = {
      description = "An object was tried ten times and is not done; its event waits in a queue."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = aws_sqs_queue.undone.name }
      statistic   = "Maximum"
    }
    objects-failed-records = {
      description = "Records of objects could not be transformed and lie below _errors/."
      namespace   = "Nozzle"
      metric      = "${var.function_name}-object-records-failed"
      dimensions  = null
      statistic   = "Sum"
    }
    backfill-failed = {
      description = "A backfill has ended before its end."
      namespace   = "AWS/States"
      metric      = "ExecutionsFailed"
      dimensions  = { StateMachineArn = aws_sfn_state_machine.backfill.arn }
      statistic   = "Sum"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.function_name}-${each.key}"
  alarm_description   = "${each.value.description} ${var.runbook_url}#${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
  tags                = var.tags
}
