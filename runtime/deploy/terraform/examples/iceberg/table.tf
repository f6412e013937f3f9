data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  table = jsondecode(file(var.glue_table))
  glue = join(":", [
    "arn",
    data.aws_partition.current.partition,
    "glue",
    data.aws_region.current.id,
    data.aws_caller_identity.current.account_id,
  ])
}

resource "aws_glue_catalog_database" "this" {
  name = var.database_name
  tags = var.tags
}

resource "aws_glue_catalog_table" "this" {
  database_name = aws_glue_catalog_database.this.name
  name          = local.table.Name
  table_type    = "EXTERNAL_TABLE"

  open_table_format_input {
    iceberg_input {
      metadata_operation = "CREATE"
      version            = "2"
    }
  }

  storage_descriptor {
    location = "s3://${module.storage.bucket_name}/data/${local.table.Name}"

    dynamic "columns" {
      for_each = local.table.StorageDescriptor.Columns

      content {
        name    = columns.value.Name
        type    = columns.value.Type
        comment = lookup(columns.value, "Comment", null)
      }
    }
  }

  # Later columns by ALTER TABLE in Athena: Iceberg keeps its schema in the table's metadata, and each commit moves the pointer
  # to that.
  lifecycle {
    ignore_changes = [parameters, storage_descriptor]
  }
}

data "aws_iam_policy_document" "table" {
  statement {
    sid     = "Table"
    actions = ["glue:GetDatabase", "glue:GetTable", "glue:UpdateTable"]
    resources = [
      "${local.glue}:catalog",
      "${local.glue}:database/${aws_glue_catalog_database.this.name}",
      aws_glue_catalog_table.this.arn,
    ]
  }

  statement {
    sid       = "ReplaceFiles"
    actions   = ["s3:DeleteObject"]
    resources = ["${module.storage.bucket_arn}/data/*"]
  }
}
