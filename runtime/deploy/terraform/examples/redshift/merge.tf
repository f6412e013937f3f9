# Staged rows to the table, once each, in one transaction, for which COPY waits: what arrives meanwhile is neither lost nor
# merged in half. An invoice line has no number of its own, and two may be the same in every column: what tells a line that was
# delivered twice is its place in Kinesis.
resource "aws_scheduler_schedule" "merge" {
  name                = "${var.stream_name}-merge"
  schedule_expression = var.merge_schedule

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:${data.aws_partition.current.partition}:scheduler:::aws-sdk:redshiftdata:batchExecuteStatement"
    role_arn = aws_iam_role.merge.arn
    input = jsonencode({
      WorkgroupName = var.workgroup_arn
      Database      = var.database_name
      SecretArn     = var.secret_arn
      StatementName = "${var.stream_name}-merge"
      Sqls          = local.merge
    })
  }

  depends_on = [aws_iam_role_policy.merge]
}

locals {
  # Those of `nozzle schema convert invoices.schema.json --as redshift`.
  columns = [
    "invoice_no", "stock_code", "description", "quantity", "invoice_date", "unit_price", "customer_id",
    "country", "is_cancellation", "country_name", "region", "subregion", "source_sequence",
  ]
  # Each place in Kinesis once, however often it was delivered.
  places = "SELECT *, row_number() OVER (PARTITION BY source_sequence ORDER BY invoice_no) AS delivery FROM invoices_staging"
  values = join(", ", [for column in local.columns : "staged.${column}"])

  merge = [
    "LOCK invoices_staging",
    "CREATE TEMP TABLE staged AS SELECT ${join(", ", local.columns)} FROM (${local.places}) AS numbered WHERE delivery = 1",
    join(" ", [
      "MERGE INTO invoices USING staged ON invoices.source_sequence = staged.source_sequence",
      "WHEN MATCHED THEN UPDATE SET source_sequence = staged.source_sequence",
      "WHEN NOT MATCHED THEN INSERT (${join(", ", local.columns)}) VALUES (${local.values})",
    ]),
    "DELETE FROM invoices_staging",
  ]
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

resource "aws_iam_role" "merge" {
  name_prefix          = "${substr(var.stream_name, 0, 31)}-merge-"
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.assume_merge.json
  tags                 = var.tags
}

data "aws_iam_policy_document" "assume_merge" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role_policy" "merge" {
  name   = "merge"
  role   = aws_iam_role.merge.id
  policy = data.aws_iam_policy_document.merge.json
}

data "aws_iam_policy_document" "merge" {
  statement {
    sid       = "Merge"
    actions   = ["redshift-data:BatchExecuteStatement"]
    resources = [var.workgroup_arn]
  }

  statement {
    sid       = "Password"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.secret_arn]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "Key"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}
