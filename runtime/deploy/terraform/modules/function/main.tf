# The Lambda alone, for a stream that exists already or for one of the examples: each zip is a published version, and the
# alias `live`, which is what a stream calls, goes to it after the version has passed its self-test.

resource "aws_lambda_function" "this" {
  function_name = var.function_name
  description   = "Nozzle: transforms the records of a Firehose stream"

  filename         = var.zip
  source_code_hash = filebase64sha256(var.zip)
  publish          = true

  runtime       = "provided.al2023"
  handler       = "bootstrap"
  architectures = [var.architecture]
  memory_size   = var.memory_size
  timeout       = var.timeout

  role                           = local.role_arn
  reserved_concurrent_executions = var.reserved_concurrency
  # Lambda does not keep the key of an environment that is empty, and each plan would add it again.
  kms_key_arn = length(var.environment) > 0 ? var.kms_key_arn : null

  logging_config {
    log_format            = "JSON"
    application_log_level = var.log_level
    log_group             = aws_cloudwatch_log_group.this.name
  }

  dynamic "environment" {
    for_each = length(var.environment) > 0 ? [var.environment] : []

    content {
      variables = environment.value
    }
  }

  dynamic "vpc_config" {
    for_each = length(var.subnet_ids) > 0 ? [var.subnet_ids] : []

    content {
      subnet_ids         = vpc_config.value
      security_group_ids = var.security_group_ids
    }
  }

  tags = var.tags

  # What a role may not do yet fails the self-test.
  depends_on = [aws_iam_role_policy.this]
}

locals {
  version = coalesce(var.live_version, aws_lambda_function.this.version)
}

# Loads the version's plugins and tables and runs its packaged cases. Where it fails, the apply ends here, and the alias
# stays where it is.
resource "aws_lambda_invocation" "self_test" {
  function_name = aws_lambda_function.this.function_name
  qualifier     = local.version
  input         = jsonencode({ nozzle = "check" })
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What streams call"
  function_name    = aws_lambda_function.this.function_name
  function_version = local.version

  # After a canary the alias is at this version already, and nothing is changed here.
  depends_on = [aws_lambda_invocation.self_test, terraform_data.canary]
}
