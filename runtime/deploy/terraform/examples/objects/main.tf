# Objects of a bucket, each as it comes and, on request, all below a prefix, transformed by Nozzle to JSON lines or Parquet in a bucket,
# with alarms by e-mail. For a pipeline with `[objects]` in nozzle.toml, whose `to` is s3://target_bucket/target_prefix.

module "function" {
  source = "../../modules/function"

  function_name        = var.function_name
  zip                  = var.zip
  architecture         = var.architecture
  memory_size          = var.memory_size
  timeout              = 300
  kms_key_arn          = var.kms_key_arn
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  arn    = "arn:${data.aws_partition.current.partition}"
  source = "${local.arn}:s3:::${var.source_bucket}"
  target = "${local.arn}:s3:::${var.target_bucket}"
  states = "${local.arn}:states:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
}

# What the function may do with objects, beside what its own module lets it do.
resource "aws_iam_role_policy" "objects" {
  name   = "objects"
  role   = element(split("/", module.function.role_arn), 1)
  policy = data.aws_iam_policy_document.objects.json
}

data "aws_iam_policy_document" "objects" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["${local.source}/*"]
  }

  # What an older version of an object has left is removed.
  statement {
    sid       = "Write"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
    resources = ["${local.target}/${var.target_prefix}*"]
  }

  # Without it an object that is not there is told as one that is refused.
  statement {
    sid       = "Missing"
    actions   = ["s3:ListBucket"]
    resources = [local.source, local.target]
  }

  statement {
    sid       = "Receive"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.waiting.arn]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "Key"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}
