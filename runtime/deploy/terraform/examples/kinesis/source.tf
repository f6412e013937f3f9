# The Kinesis stream that producers put to, where none is given.
resource "aws_kinesis_stream" "source" {
  count = var.source_stream_arn == null ? 1 : 0

  name            = "${var.stream_name}-source"
  encryption_type = "KMS"
  kms_key_id      = var.kms_key_arn == null ? "alias/aws/kinesis" : var.kms_key_arn
  tags            = var.tags

  stream_mode_details {
    stream_mode = "ON_DEMAND"
  }
}

locals {
  source_arn = var.source_stream_arn == null ? aws_kinesis_stream.source[0].arn : var.source_stream_arn
}

data "aws_iam_policy_document" "source" {
  statement {
    sid = "Read"
    actions = [
      "kinesis:DescribeStream",
      "kinesis:GetRecords",
      "kinesis:GetShardIterator",
      "kinesis:ListShards",
    ]
    resources = [local.source_arn]
  }
}
