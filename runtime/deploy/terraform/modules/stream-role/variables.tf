variable "stream_name" {
  description = "The Firehose stream's name."
  type        = string
}

variable "function_arn" {
  description = "ARN of the function, without a version or an alias."
  type        = string
}

variable "bucket_arn" {
  description = "ARN of the bucket that is written to."
  type        = string
}

variable "kms_key_arn" {
  description = <<-EOT
    Key of the bucket and of the log, whose policy lets CloudWatch Logs use it. Without it AWS's own keys are used.
  EOT
  type        = string
  default     = null
}

variable "policies" {
  description = "Policy documents, as JSON, of what the stream's source and destination need."
  type        = list(string)
  default     = []
}

variable "permissions_boundary" {
  description = "ARN of a policy that bounds the role."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of all that is made here."
  type        = map(string)
  default     = {}
}
