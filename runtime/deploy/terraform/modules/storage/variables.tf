variable "bucket_name" {
  description = "The bucket's name. Without it the provider makes one up."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "Key for the objects. Without it S3 encrypts them by its own (SSE-S3)."
  type        = string
  default     = null
}

variable "error_days" {
  description = "Days after which objects under errors/ go. They hold records as they came, personal data included."
  type        = number
  default     = 90
}

variable "backup_days" {
  description = "Days after which objects under backup/ go."
  type        = number
  default     = 30
}

variable "tags" {
  description = "Tags of all that is made here."
  type        = map(string)
  default     = {}
}
