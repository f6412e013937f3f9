locals {
  stream   = { DeliveryStreamName = var.stream_name }
  function = { FunctionName = var.function_name, Resource = "${var.function_name}:live" }

  # What is counted: one in five minutes is an alarm.
  counts = {
    traps = {
      description = "A plugin died of a record, or broke its contract; each death costs one record."
      namespace   = "Nozzle"
      metric      = "Traps"
      dimensions  = local.stream
    }
    deadline-kills = {
      description = "A plugin took longer for a record than its deadline and was stopped."
      namespace   = "Nozzle"
      metric      = "DeadlineKills"
      dimensions  = local.stream
    }
    errors = {
      description = "An invocation failed as a whole. Firehose tries it again, four times in all, and then fails all of its records."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = local.function
    }
    throttles = {
      description = "Lambda refused invocations, for want of concurrency. Firehose tries them again, four times in all."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = local.function
    }
    throttled-records = {
      description = "Firehose refused records of the producers, who have to send them again."
      namespace   = "AWS/Firehose"
      metric      = "ThrottledRecords"
      dimensions  = local.stream
    }
  }

  # What has a limit: the greatest value of five minutes.
  levels = {
    freshness = {
      description = "The oldest record that is not delivered is older than ${var.freshness_seconds} s."
      namespace   = "AWS/Firehose"
      metric      = var.freshness_metric
      limit       = var.freshness_seconds
      # One late object, such as one of a retried delivery, is no alarm.
      periods    = 3
      datapoints = 2
    }
    budget = {
      description = "A response took more than ${var.budget_percent} % of what Lambda lets out; over 100 % records fail."
      namespace   = "Nozzle"
      metric      = "ResponseBudgetUsed"
      limit       = var.budget_percent
      periods     = 1
      datapoints  = null
    }
    table-age = {
      description = "A reference table is older than ${var.table_age_seconds} s: its newer versions cannot be read."
      namespace   = "Nozzle"
      metric      = "TableAge"
      limit       = var.table_age_seconds
      periods     = 1
      datapoints  = null
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "failed_share" {
  alarm_name = "${var.stream_name}-failed-share"
  alarm_description = join(" ", [
    "More than ${var.failed_percent} % of the records could not be transformed and lie in the error prefix.",
    "${var.runbook_url}#failed-share",
  ])

  metric_query {
    id          = "share"
    label       = "failed records, percent"
    expression  = "100*failed/incoming"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = {
      failed   = "RecordsFailed"
      incoming = "RecordsIn"
    }

    content {
      id = metric_query.key

      metric {
        namespace   = "Nozzle"
        metric_name = metric_query.value
        dimensions  = local.stream
        stat        = "Sum"
        period      = 300
      }
    }
  }

  evaluation_periods  = 1
  threshold           = var.failed_percent
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "counts" {
  for_each = local.counts

  alarm_name        = "${var.stream_name}-${each.key}"
  alarm_description = "${each.value.description} ${var.runbook_url}#${each.key}"

  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "levels" {
  for_each = { for name, level in local.levels : name => level if level.limit > 0 }

  alarm_name        = "${var.stream_name}-${each.key}"
  alarm_description = "${each.value.description} ${var.runbook_url}#${each.key}"

  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = local.stream
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.datapoints
  threshold           = each.value.limit
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "silent" {
  count = var.silent_minutes > 0 ? 1 : 0

  alarm_name = "${var.stream_name}-silent"
  alarm_description = join(" ", [
    "No record has come in for ${var.silent_minutes} minutes: the producer is silent.",
    "${var.runbook_url}#silent",
  ])

  namespace   = "AWS/Firehose"
  metric_name = var.silent_metric
  dimensions  = local.stream
  statistic   = "Sum"
  period      = 60
  # Each of these minutes: metrics that come late end it.
  evaluation_periods  = var.silent_minutes
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  # A silent producer makes no metric at all.
  treat_missing_data = "breaching"
  alarm_actions      = [aws_sns_topic.this.arn]
  ok_actions         = [aws_sns_topic.this.arn]
  tags               = var.tags
}
