locals {
  region = data.aws_region.current.id
  nozzle = ["DeliveryStreamName", var.stream_name]
  lambda = ["FunctionName", var.function_name, "Resource", "${var.function_name}:live"]

  # Two columns of graphs: title, statistic, metrics, and what else a graph has.
  graphs = [
    {
      title   = "Records by answer"
      stat    = "Sum"
      stacked = true
      metrics = [
        concat(["Nozzle", "RecordsDelivered"], local.nozzle),
        concat(["Nozzle", "RecordsDropped"], local.nozzle),
        concat(["Nozzle", "RecordsFailed"], local.nozzle, [{ color = "#d62728" }]),
      ]
    },
    {
      title = "Failed records, percent"
      stat  = "Sum"
      limit = var.failed_percent
      metrics = [
        [{ expression = "100*failed/incoming", label = "failed", color = "#d62728" }],
        concat(["Nozzle", "RecordsFailed"], local.nozzle, [{ id = "failed", visible = false }]),
        concat(["Nozzle", "RecordsIn"], local.nozzle, [{ id = "incoming", visible = false }]),
      ]
    },
    {
      title = "Time per record"
      stat  = "Average"
      metrics = [
        concat(["Nozzle", "RecordTimeP50"], local.nozzle),
        concat(["Nozzle", "RecordTimeP99"], local.nozzle, [{ stat = "Maximum" }]),
      ]
    },
    {
      title   = "Response budget used, percent"
      stat    = "Maximum"
      limit   = var.budget_percent
      metrics = [concat(["Nozzle", "ResponseBudgetUsed"], local.nozzle)]
    },
    {
      title = "Deaths, deadline kills, failed and throttled invocations"
      stat  = "Sum"
      metrics = [
        concat(["Nozzle", "Traps"], local.nozzle),
        concat(["Nozzle", "DeadlineKills"], local.nozzle),
        concat(["AWS/Lambda", "Errors"], local.lambda),
        concat(["AWS/Lambda", "Throttles"], local.lambda),
        concat(["AWS/Firehose", "ThrottledRecords"], local.nozzle),
      ]
    },
    {
      title   = "Age of the oldest undelivered record, seconds"
      stat    = "Maximum"
      limit   = var.freshness_seconds
      metrics = [concat(["AWS/Firehose", var.freshness_metric], local.nozzle)]
    },
    {
      title = "What comes in"
      stat  = "Sum"
      metrics = [
        concat(["AWS/Firehose", var.silent_metric], local.nozzle),
        concat(["Nozzle", "BytesIn"], local.nozzle, [{ yAxis = "right" }]),
      ]
    },
    {
      title = "Reference tables"
      stat  = "Maximum"
      metrics = [
        concat(["Nozzle", "TableAge"], local.nozzle),
        concat(["Nozzle", "LookupsMissed"], local.nozzle, [{ stat = "Sum", yAxis = "right" }]),
      ]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = "${var.stream_name}-nozzle"
  dashboard_body = jsonencode({
    widgets = concat(
      [for place, graph in local.graphs : {
        type   = "metric"
        x      = place % 2 * 12
        y      = floor(place / 2) * 6
        width  = 12
        height = 6
        properties = { for name, value in {
          title       = graph.title
          region      = local.region
          period      = 300
          stat        = graph.stat
          stacked     = try(graph.stacked, false)
          metrics     = graph.metrics
          annotations = try({ horizontal = [{ label = "alarm", value = graph.limit }] }, null)
          yAxis       = { left = { min = 0 } }
        } : name => value if value != null }
      }],
      [{
        type   = "log"
        x      = 0
        y      = 24
        width  = 24
        height = 6
        properties = {
          title  = "Failures by plugin and code"
          region = local.region
          view   = "table"
          query = join(" | ", [
            "SOURCE '${coalesce(var.log_group_name, "/aws/lambda/${var.function_name}")}'",
            "filter message = 'record failed'",
            "stats count(*) as lines by plugin, code",
            "sort lines desc",
          ])
        }
      }],
    )
  })
}
