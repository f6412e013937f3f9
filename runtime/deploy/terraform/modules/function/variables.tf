variable "function_name" {
  description = "The Lambda's name."
  type        = string
}

variable "zip" {
  description = "Path of the zip that `nozzle package` made. Other bytes are another version."
  type        = string
}

variable "architecture" {
  description = "The architecture that the zip was packed for: arm64 or x86_64."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "The architecture is arm64 or x86_64, that of `nozzle package --arch`."
  }
}

variable "memory_size" {
  description = "Memory in MB. CPU comes with it, a whole vCPU at 1,769 MB."
  type        = number
  default     = 512
}

variable "timeout" {
  description = "Seconds that an invocation may take. Firehose waits for 300 at most."
  type        = number
  default     = 60

  validation {
    condition     = var.timeout >= 60 && var.timeout <= 300
    error_message = "The timeout is 60 to 300 seconds: Firehose does not wait for longer than 300."
  }
}

variable "environment" {
  description = "Environment of the function: the variables that nozzle.toml names as $${NAME}."
  type        = map(string)
  default     = {}
}

variable "role_arn" {
  description = <<-EOT
    A role that exists already, for the function; it has to allow what role.tf allows. None is made then, which a plan has to
    know: a literal or a data source, and no role of the same configuration.
  EOT
  type        = string
  default     = null
}

variable "permissions_boundary" {
  description = "ARN of a policy that bounds the roles made here."
  type        = string
  default     = null
}

variable "table_bucket" {
  description = <<-EOT
    Name of the bucket from which the pipeline reads its tables (`path = "s3://..."`); the role may read its objects.
  EOT
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = <<-EOT
    Key for the log, the environment and the tables of `table_bucket`. Its policy has to let logs.REGION.amazonaws.com use
    it.
  EOT
  type        = string
  default     = null
}

variable "subnet_ids" {
  description = "Subnets, for a function in a VPC. Tables in S3 need a gateway endpoint for S3 there."
  type        = list(string)
  default     = []
}

variable "security_group_ids" {
  description = "Security groups of the function in the VPC."
  type        = list(string)
  default     = []
}

variable "log_group_name" {
  description = "The log group, which is made here: /aws/lambda/ and the function's name, or this."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days for which CloudWatch keeps the log."
  type        = number
  default     = 30
}

variable "log_level" {
  description = <<-EOT
    The least level that is logged. The line with the metrics is written at every level; at ERROR the reports of failed
    records are not.
  EOT
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "The log level is one of TRACE, DEBUG, INFO, WARN, ERROR and FATAL."
  }
}

variable "reserved_concurrency" {
  description = <<-EOT
    Invocations at a time that are reserved for the function, and its limit; -1 is neither. Below five a shard, or five
    for Direct PUT, Firehose is throttled.
  EOT
  type        = number
  default     = -1
}

variable "canary" {
  description = <<-EOT
    How the alias moves to a new version: a deployment configuration of CodeDeploy for Lambda, rolled back by alarms.
    The AWS CLI starts it, where Terraform runs and with Terraform's credentials; the apply waits for its end. AllAtOnce moves
    the alias in one step, without CodeDeploy and the CLI. A stream with few invocations needs a longer canary: of one invocation
    a minute, a new version sees some in 5 minutes with a chance of 41 %, in 30 minutes of 96 %.
  EOT
  type        = string
  default     = "LambdaCanary10Percent5Minutes"

  validation {
    condition = contains([
      "AllAtOnce",
      "LambdaCanary10Percent5Minutes",
      "LambdaCanary10Percent10Minutes",
      "LambdaCanary10Percent15Minutes",
      "LambdaCanary10Percent30Minutes",
      "LambdaLinear10PercentEvery1Minute",
      "LambdaLinear10PercentEvery2Minutes",
      "LambdaLinear10PercentEvery3Minutes",
      "LambdaLinear10PercentEvery10Minutes",
    ], var.canary)
    error_message = "The canary is AllAtOnce or one of CodeDeploy's configurations, such as LambdaCanary10Percent5Minutes."
  }
}

variable "deploy_role_arn" {
  description = <<-EOT
    A role that exists already, for CodeDeploy, which assumes it; canary.tf says what it may do. None is made then, which a plan
    has to know.
  EOT
  type        = string
  default     = null
}

variable "stream_name" {
  description = <<-EOT
    The Firehose stream that calls the function. With it, its share of failed records rolls a canary back too.
  EOT
  type        = string
  default     = null
}

variable "rollback_failed_percent" {
  description = <<-EOT
    Failed records, in percent of the stream's, above which a canary is rolled back. 100 never does: what a fix needs that is
    deployed while records fail.
  EOT
  type        = number
  default     = 1
}

variable "live_version" {
  description = "The published version to which the alias goes at once: how to roll back. The newest one by default."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of all that is made here."
  type        = map(string)
  default     = {}
}
