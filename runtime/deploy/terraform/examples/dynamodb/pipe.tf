resource "aws_pipes_pipe" "this" {
  name     = var.stream_name
  role_arn = aws_iam_role.pipe.arn
  source   = var.table_stream_arn
  target   = aws_kinesis_stream.source.arn
  tags     = var.tags

  source_parameters {
    dynamodb_stream_parameters {
      # What a new pipe finds of the last 24 hours comes too: no change is lost between two pipes.
      starting_position      = "TRIM_HORIZON"
      batch_size             = 100
      maximum_retry_attempts = 10
      # One bad change does not take its batch with it.
      on_partial_batch_item_failure = "AUTOMATIC_BISECT"

      dead_letter_config {
        arn = aws_sqs_queue.undelivered.arn
      }
    }
  }

  target_parameters {
    kinesis_stream_parameters {
      partition_key = var.partition_key_path
    }
  }

  depends_on = [aws_iam_role_policy.pipe]
}

# Where in the table's stream the changes are that the pipe could not hand on: shard and sequence numbers, for 24 hours of use.
resource "aws_sqs_queue" "undelivered" {
  name                      = "${var.stream_name}-undelivered"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600
  tags                      = var.tags
}

resource "aws_iam_role" "pipe" {
  name_prefix          = "${substr(var.stream_name, 0, 32)}-pipe-"
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.assume_pipe.json
  tags                 = var.tags
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "assume_pipe" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["pipes.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role_policy" "pipe" {
  name   = "pipe"
  role   = aws_iam_role.pipe.id
  policy = data.aws_iam_policy_document.pipe.json
}

data "aws_iam_policy_document" "pipe" {
  statement {
    sid = "Read"
    actions = [
      "dynamodb:DescribeStream",
      "dynamodb:GetRecords",
      "dynamodb:GetShardIterator",
      "dynamodb:ListStreams",
    ]
    resources = [var.table_stream_arn]
  }

  statement {
    sid       = "HandOn"
    actions   = ["kinesis:PutRecord", "kinesis:PutRecords"]
    resources = [aws_kinesis_stream.source.arn]
  }

  statement {
    sid       = "Undelivered"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.undelivered.arn]
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
