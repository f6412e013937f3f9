# What takes a new version back, and whoever deploys sees in the deployment: nobody is called.

locals {
  watch_stream = local.canary && var.stream_name != null
  rollback_alarms = concat(
    aws_cloudwatch_metric_alarm.new_version_errors[*].alarm_name,
    aws_cloudwatch_metric_alarm.new_version_failed_share[*].alarm_name,
  )
}

resource "aws_cloudwatch_metric_alarm" "new_version_errors" {
  count = local.canary ? 1 : 0

  alarm_name        = "${var.function_name}-new-version-errors"
  alarm_description = "Invocations of the version that is being deployed fail. CodeDeploy rolls it back."

  namespace   = "AWS/Lambda"
  metric_name = "Errors"
  dimensions = {
    FunctionName    = var.function_name
    Resource        = "${var.function_name}:live"
    ExecutedVersion = local.version
  }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "new_version_failed_share" {
  count = local.watch_stream ? 1 : 0

  alarm_name        = "${var.function_name}-new-version-failed-share"
  alarm_description = "Records fail while a version is being deployed. CodeDeploy rolls it back."

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
        dimensions  = { DeliveryStreamName = var.stream_name }
        stat        = "Sum"
        period      = 60
      }
    }
  }

  evaluation_periods  = 1
  threshold           = var.rollback_failed_percent
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  tags                = var.tags
}
