# A new version gets its share of the batches by CodeDeploy, which takes it back when an alarm fires. Terraform has no
# resource that starts a deployment, so canary.sh does, by the AWS CLI, and waits: an apply ends well only where the version
# has stayed. The first version needs none, nor does a rollback by `live_version`.

locals {
  canary = var.canary != "AllAtOnce"
}

resource "aws_codedeploy_app" "this" {
  count = local.canary ? 1 : 0

  name             = var.function_name
  compute_platform = "Lambda"
  tags             = var.tags
}

resource "aws_codedeploy_deployment_group" "this" {
  count = local.canary ? 1 : 0

  app_name               = aws_codedeploy_app.this[0].name
  deployment_group_name  = "live"
  deployment_config_name = "CodeDeployDefault.${var.canary}"
  service_role_arn       = var.deploy_role_arn == null ? aws_iam_role.canary[0].arn : var.deploy_role_arn
  tags                   = var.tags

  deployment_style {
    deployment_type   = "BLUE_GREEN"
    deployment_option = "WITH_TRAFFIC_CONTROL"
  }

  alarm_configuration {
    enabled = true
    alarms  = local.rollback_alarms
  }

  auto_rollback_configuration {
    enabled = true
    events  = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]
  }

  depends_on = [aws_iam_role_policy.canary]
}

resource "terraform_data" "canary" {
  count = local.canary && var.live_version == null ? 1 : 0

  triggers_replace = [local.version]

  provisioner "local-exec" {
    interpreter = ["sh"]
    command     = "${path.module}/canary.sh"

    environment = {
      REGION      = data.aws_region.current.id
      FUNCTION    = aws_lambda_function.this.function_name
      VERSION     = local.version
      APPLICATION = aws_codedeploy_app.this[0].name
      GROUP       = aws_codedeploy_deployment_group.this[0].deployment_group_name
    }
  }

  depends_on = [aws_lambda_invocation.self_test]
}

resource "aws_iam_role" "canary" {
  count = local.canary && var.deploy_role_arn == null ? 1 : 0

  name_prefix          = "${substr(var.function_name, 0, 30)}-canary-"
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.assume["codedeploy"].json
  tags                 = var.tags
}

resource "aws_iam_role_policy" "canary" {
  count = local.canary && var.deploy_role_arn == null ? 1 : 0

  name   = "nozzle"
  role   = aws_iam_role.canary[0].id
  policy = data.aws_iam_policy_document.canary.json
}

data "aws_iam_policy_document" "canary" {
  statement {
    sid       = "MoveTheAlias"
    actions   = ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"]
    resources = [local.function_arn, "${local.function_arn}:*"]
  }

  # CodeDeploy asks for all of its alarms in one call.
  statement {
    sid       = "WatchTheAlarms"
    actions   = ["cloudwatch:DescribeAlarms"]
    resources = ["*"]
  }
}
