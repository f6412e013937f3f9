resource "aws_cloudwatch_log_group" "this" {
  name              = coalesce(var.log_group_name, "/aws/lambda/${var.function_name}")
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

# Deaths of plugins become metrics here, not in the metrics line: a custom metric is billed for the hours in which it
# reports, so these two cost nothing while nothing dies. For the same reason they have no default value.
resource "aws_cloudwatch_log_metric_filter" "deaths" {
  for_each = {
    traps          = "Traps"
    deadline_kills = "DeadlineKills"
  }

  name           = "${var.function_name}-${replace(each.key, "_", "-")}"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = "{ $.${each.key} > 0 }"

  metric_transformation {
    namespace  = "Nozzle"
    name       = each.value
    value      = "$.${each.key}"
    unit       = "Count"
    dimensions = { DeliveryStreamName = "$.DeliveryStreamName" }
  }
}
