# Objects as they come: an event waits in a queue until its object is done, however often that takes.
resource "aws_cloudwatch_event_rule" "created" {
  name = "${var.function_name}-objects"
  tags = var.tags

  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail = {
      bucket = { name = [var.source_bucket] }
      object = { key = [{ prefix = var.source_prefix }] }
    }
  })
}

resource "aws_cloudwatch_event_target" "waiting" {
  rule      = aws_cloudwatch_event_rule.created.name
  target_id = "waiting"
  arn       = aws_sqs_queue.waiting.arn
}

resource "aws_sqs_queue" "waiting" {
  name                      = "${var.function_name}-waiting"
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn
  message_retention_seconds = 1209600
  # No shorter than the function's time; what it has not finished goes on soon after.
  visibility_timeout_seconds = 330
  tags                       = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.undone.arn
    maxReceiveCount     = 10
  })
}

# Events of objects that were tried ten times.
resource "aws_sqs_queue" "undone" {
  name                      = "${var.function_name}-undone"
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn
  message_retention_seconds = 1209600
  tags                      = var.tags
}

resource "aws_sqs_queue_policy" "waiting" {
  queue_url = aws_sqs_queue.waiting.id
  policy    = data.aws_iam_policy_document.waiting.json
}

data "aws_iam_policy_document" "waiting" {
  statement {
    sid       = "Events"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.waiting.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.created.arn]
    }
  }
}

resource "aws_lambda_event_source_mapping" "receiving" {
  event_source_arn = aws_sqs_queue.waiting.arn
  function_name    = module.function.alias_arn
  # One object that fails takes no other one with it.
  batch_size = 1

  scaling_config {
    maximum_concurrency = var.objects_at_once
  }

  depends_on = [aws_iam_role_policy.objects]
}
