# The alarms of one stream, the topic that e-mails them, and a dashboard. What each means and what to do stands in
# RUNBOOK.md, under the alarm's name.

data "aws_region" "current" {}

resource "aws_sns_topic" "this" {
  name              = "${var.stream_name}-alarms"
  display_name      = "${var.stream_name} alarms"
  kms_master_key_id = var.kms_key_arn
  tags              = var.tags
}

resource "aws_sns_topic_subscription" "this" {
  count = var.email == null ? 0 : 1

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = var.email
}
