locals {
  make_role = var.role_arn == null
  role_arn  = local.make_role ? aws_iam_role.this[0].arn : var.role_arn
  # Known before the function is.
  function_arn = join(":", [
    "arn",
    data.aws_partition.current.partition,
    "lambda",
    data.aws_region.current.id,
    data.aws_caller_identity.current.account_id,
    "function",
    var.function_name,
  ])
}

data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

resource "aws_iam_role" "this" {
  count = local.make_role ? 1 : 0

  name_prefix          = "${substr(var.function_name, 0, 37)}-"
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.assume["lambda"].json
  tags                 = var.tags
}

data "aws_iam_policy_document" "assume" {
  for_each = toset(["lambda", "codedeploy"])

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "this" {
  count = local.make_role ? 1 : 0

  name   = "nozzle"
  role   = aws_iam_role.this[0].id
  policy = data.aws_iam_policy_document.this.json
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "Key"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = var.table_bucket[*]

    content {
      sid       = "Tables"
      actions   = ["s3:GetObject"]
      resources = ["arn:${data.aws_partition.current.partition}:s3:::${statement.value}/*"]
    }
  }

  # A table that is not there is told as such, not as one that may not be read.
  dynamic "statement" {
    for_each = var.table_bucket[*]

    content {
      sid       = "MissingTables"
      actions   = ["s3:ListBucket"]
      resources = ["arn:${data.aws_partition.current.partition}:s3:::${statement.value}"]
    }
  }

  # Lambda checks these on every resource before it takes a function into a VPC.
  dynamic "statement" {
    for_each = length(var.subnet_ids) > 0 ? [1] : []

    content {
      sid = "Vpc"
      actions = [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ]
      resources = ["*"]
    }
  }

  # They are Lambda's own, and not of the code that runs in the function.
  dynamic "statement" {
    for_each = length(var.subnet_ids) > 0 ? [1] : []

    content {
      sid       = "VpcOfLambdaOnly"
      effect    = "Deny"
      actions   = ["ec2:*"]
      resources = ["*"]

      condition {
        test     = "ArnEquals"
        variable = "lambda:SourceFunctionArn"
        values   = [local.function_arn]
      }
    }
  }
}
