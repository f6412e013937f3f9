variable "stream_name" {
  description = "The Firehose stream."
  type        = string
}

variable "function_name" {
  description = "The function whose alias `live` the stream calls."
  type        = string
}

variable "log_group_name" {
  description = "The function's log group, for the dashboard: /aws/lambda/ and the function's name, or this."
  type        = string
  default     = null
}

variable "email" {
  description = <<-EOT
    Who gets an e-mail when an alarm goes on or off; has to confirm once. Without it nobody is subscribed to the topic.
  EOT
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = <<-EOT
    Key for the topic. Its policy has to let cloudwatch.amazonaws.com use it: with AWS's own key for SNS no alarm would arrive.
    Without it the topic is not encrypted.
  EOT
  type        = string
  default     = null
}

variable "failed_percent" {
  description = "Records that fail, in percent of those that come in, above which failed-share goes on."
  type        = number
  default     = 1
}

variable "freshness_metric" {
  description = <<-EOT
    The age of the oldest record that is not delivered, as the stream's destination has it. Redshift has that of S3.
  EOT
  type        = string
  default     = "DeliveryToS3.DataFreshness"

  validation {
    condition     = can(regex("^DeliveryTo[A-Za-z0-9]+\\.DataFreshness$", var.freshness_metric))
    error_message = "The metric is one of Firehose's, such as DeliveryToS3.DataFreshness."
  }
}

variable "freshness_seconds" {
  description = "That age in seconds, above which freshness goes on. More than the stream's buffer interval."
  type        = number
  default     = 900
}

variable "budget_percent" {
  description = "Part of Lambda's 6,291,556 bytes that a response took, in percent, above which budget goes on."
  type        = number
  default     = 80
}

variable "table_age_seconds" {
  description = <<-EOT
    Age of the oldest reference table in seconds, above which table-age goes on; several times its `refresh`. 0 for pipelines
    without tables that are refreshed, no such alarm then.
  EOT
  type        = number
  default     = 0
}

variable "silent_metric" {
  description = <<-EOT
    What comes in: IncomingRecords by Direct PUT, DataReadFromKinesisStream.Records from Kinesis,
    DataReadFromSource.Records from MSK.
  EOT
  type        = string
  default     = "IncomingRecords"

  validation {
    condition     = contains(["IncomingRecords", "DataReadFromKinesisStream.Records", "DataReadFromSource.Records"], var.silent_metric)
    error_message = "The metric is IncomingRecords, DataReadFromKinesisStream.Records or DataReadFromSource.Records."
  }
}

variable "silent_minutes" {
  description = <<-EOT
    Minutes without a record, after which silent goes on. At least 10, for metrics come late; 0 is no such alarm.
  EOT
  type        = number
  default     = 15

  validation {
    condition     = var.silent_minutes >= 0 && var.silent_minutes <= 1440
    error_message = "An alarm sees a day at most: 0 to 1440 minutes."
  }
}

variable "runbook_url" {
  description = "Where your people read the runbook. Alarms link it with their name behind a `#`."
  type        = string
  default     = "runtime/deploy/RUNBOOK.md"
}

variable "tags" {
  description = "Tags of all that is made here."
  type        = map(string)
  default     = {}
}
