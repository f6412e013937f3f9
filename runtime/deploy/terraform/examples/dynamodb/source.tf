# The changes of the table: its stream, by a pipe, into Kinesis.
resource "aws_kinesis_stream" "source" {
  name            = "${var.stream_name}-source"
  encryption_type = "KMS"
  kms_key_id      = var.kms_key_arn == null ? "alias/aws/kinesis" : var.kms_key_arn
  tags            = var.tags

  stream_mode_details {
    stream_mode = "ON_DEMAND"
  }
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
    resources = [aws_kinesis_stream.source.arn]
  }
}
