# All objects below a prefix: {"prefix": "2025/"}. Another run passes over what is done. The definition is the text of objects.yaml.
resource "aws_sfn_state_machine" "backfill" {
  name     = "${var.function_name}-backfill"
  role_arn = aws_iam_role.backfill.arn
  tags     = var.tags

  definition = templatefile("${path.module}/backfill.json", {
    AliasArn      = module.function.alias_arn
    SourceBucket  = var.source_bucket
    TargetBucket  = var.target_bucket
    TargetPrefix  = var.target_prefix
    Partition     = data.aws_partition.current.partition
    BatchesAtOnce = var.batches_at_once
  })

  depends_on = [aws_iam_role_policy.backfill]
}

resource "aws_iam_role" "backfill" {
  name_prefix          = "${substr(var.function_name, 0, 28)}-backfill-"
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.assume_backfill.json
  tags                 = var.tags
}

data "aws_iam_policy_document" "assume_backfill" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role_policy" "backfill" {
  name   = "backfill"
  role   = aws_iam_role.backfill.id
  policy = data.aws_iam_policy_document.backfill.json
}

data "aws_iam_policy_document" "backfill" {
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = [local.source]
  }

  statement {
    sid       = "Invoke"
    actions   = ["lambda:InvokeFunction"]
    resources = [module.function.alias_arn]
  }

  # The results of a run: what became of each object.
  statement {
    sid       = "Tell"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"]
    resources = ["${local.target}/${var.target_prefix}_runs/*"]
  }

  # A distributed map is executions of its own state machine.
  statement {
    sid       = "Distribute"
    actions   = ["states:StartExecution"]
    resources = ["${local.states}:stateMachine:${var.function_name}-backfill"]
  }

  statement {
    sid       = "Follow"
    actions   = ["states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"]
    resources = ["${local.states}:execution:${var.function_name}-backfill/*"]
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
