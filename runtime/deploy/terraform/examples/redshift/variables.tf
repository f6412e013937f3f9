variable "stream_name" {
  description = "Name of the stream and of its function."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,64}$", var.stream_name))
    error_message = "A name has letters, digits, `-` and `_`, 64 at most."
  }
}

variable "zip" {
  description = "Path of the zip that `nozzle package` made."
  type        = string
}

variable "architecture" {
  description = "What the zip was packaged for: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "email" {
  description = "Who gets the alarms; has to confirm once."
  type        = string
  default     = null
}

variable "silent_minutes" {
  description = <<-EOT
    Minutes without a record that are an alarm; 0 for producers that rest longer than a day, no such alarm.
  EOT
  type        = number
  default     = 15
}

variable "kms_key_arn" {
  description = <<-EOT
    Key for streams, bucket, logs and topic, whose policy lets these services use it. Without it AWS's own keys are used.
  EOT
  type        = string
  default     = null
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds the roles that are made."
  type        = string
  default     = null
}

variable "lambda_buffer_mib" {
  description = <<-EOT
    MiB of records a Lambda invocation gets. `nozzle check --input SAMPLE` says what the pipeline's growth allows.
  EOT
  type        = number
  default     = 1

  validation {
    condition     = var.lambda_buffer_mib >= 0.2 && var.lambda_buffer_mib <= 3
    error_message = "Firehose takes 0.2 to 3 MiB."
  }
}

variable "source_stream_arn" {
  description = <<-EOT
    The Kinesis stream, where there is one. Encrypted by a key of yours, that key is kms_key_arn. Without it one is made.
  EOT
  type        = string
  default     = null
}

variable "workgroup_arn" {
  description = "The workgroup of Redshift Serverless."
  type        = string
}

variable "endpoint" {
  description = <<-EOT
    The workgroup's endpoint, WORKGROUP.ACCOUNT.REGION.redshift-serverless.amazonaws.com. Firehose has to reach it: public, and
    open to Firehose's addresses of the region on its port.
  EOT
  type        = string
}

variable "port" {
  description = "The workgroup's port."
  type        = number
  default     = 5439
}

variable "database_name" {
  description = "The database with the two tables."
  type        = string
}

variable "secret_arn" {
  description = <<-EOT
    The secret {"username":"..","password":".."} in Secrets Manager, of the user who owns the two tables. Encrypted
    by AWS's key for Secrets Manager or by kms_key_arn.
  EOT
  type        = string
}

variable "merge_schedule" {
  description = "How often staged rows are merged."
  type        = string
  default     = "rate(15 minutes)"
}

variable "buffer_mib" {
  description = "MiB of rows of an object in S3, or"
  type        = number
  default     = 5
}

variable "buffer_seconds" {
  description = "seconds until it is written, whichever comes first."
  type        = number
  default     = 300
}

variable "tags" {
  description = "Tags of all that is made."
  type        = map(string)
  default     = {}
}
