variable "function_name" {
  description = "Name of the function, and of what belongs to it."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,49}$", var.function_name))
    error_message = "A name has letters, digits, `-` and `_`, 49 at most."
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

variable "source_bucket" {
  description = "The bucket of the objects. It sends its events to EventBridge (README.md, \"Objects\")."
  type        = string
}

variable "source_prefix" {
  description = <<-EOT
    What the keys of the objects begin with that are transformed as they come. Without it all of the bucket's are.
  EOT
  type        = string
  default     = ""
}

variable "target_bucket" {
  description = "The bucket that rows go to, as `to` of `[objects]` says."
  type        = string
}

variable "target_prefix" {
  description = "What `to` says behind the bucket, closed by a slash."
  type        = string
  default     = "rows/"

  validation {
    condition     = can(regex("^([^/].*/)?$", var.target_prefix))
    error_message = "It begins with no slash and ends with one."
  }
}

variable "memory_size" {
  description = <<-EOT
    Memory in MB. Two slices of 64 MiB and their rows are in it at once; 1,769 MB are a vCPU, and each is used.
  EOT
  type        = number
  default     = 3538
}

variable "objects_at_once" {
  description = "How many objects that come are worked on at once."
  type        = number
  default     = 10
}

variable "batches_at_once" {
  description = "How many batches of a backfill are worked on at once."
  type        = number
  default     = 20
}

variable "email" {
  description = "Who gets the alarms; has to confirm once."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = <<-EOT
    Key for both buckets, the queues, the logs and the topic, whose policy lets these services use it. Without it AWS's own keys are used.
  EOT
  type        = string
  default     = null
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds the roles that are made."
  type        = string
  default     = null
}

variable "runbook_url" {
  description = "Where your people read the runbook. Alarms link it with their name behind a `#`."
  type        = string
  default     = "runtime/deploy/RUNBOOK.md"
}

variable "tags" {
  description = "Tags of all that is made."
  type        = map(string)
  default     = {}
}
