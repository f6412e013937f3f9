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

# Its location has rows and nothing else.
resource "aws_glue_catalog_table" "this" {
  database_name = aws_glue_catalog_database.this.name
  name          = local.table.Name
  table_type    = "EXTERNAL_TABLE"
  parameters    = local.table.Parameters

  storage_descriptor {
    location      = "s3://${module.storage.bucket_name}/data/${local.table.Name}/"
    input_format  = local.table.StorageDescriptor.InputFormat
    output_format = local.table.StorageDescriptor.OutputFormat

    ser_de_info {
      serialization_library = local.table.StorageDescriptor.SerdeInfo.SerializationLibrary
      parameters            = local.table.StorageDescriptor.SerdeInfo.Parameters
    }

    dynamic "columns" {
      for_each = local.table.StorageDescriptor.Columns

      content {
        name    = columns.value.Name
        type    = columns.value.Type
        comment = lookup(columns.value, "Comment", null)
      }
    }
  }
}

data "aws_iam_policy_document" "table" {
  statement {
    sid     = "Table"
    actions = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]
    resources = [
      "${local.glue}:catalog",
      "${local.glue}:database/${aws_glue_catalog_database.this.name}",
      aws_glue_catalog_table.this.arn,
    ]
  }
}
