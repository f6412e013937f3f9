#!/bin/sh
# Moves the alias `live` of FUNCTION to VERSION by CodeDeploy, and waits until it is there. Ends with 1 where CodeDeploy
# has moved it back.
set -eu

if ! command -v aws >/dev/null; then
    echo "a canary is started by the AWS CLI, which is not here: install it, or set canary = \"AllAtOnce\"" >&2
    exit 1
fi

if ! current=$(aws lambda get-alias --region "$REGION" --function-name "$FUNCTION" --name live \
    --query FunctionVersion --output text 2>&1); then
    case $current in
    *ResourceNotFoundException*)
        echo "the first version: there is none to move the alias from"
        exit 0
        ;;
    esac
    echo "$current" >&2
    exit 1
fi
if [ "$current" = "$VERSION" ]; then
    echo "the alias is at version $VERSION already"
    exit 0
fi

# An AppSpec, as a text within JSON.
properties=$(printf '{"Name":"%s","Alias":"live","CurrentVersion":"%s","TargetVersion":"%s"}' "$FUNCTION" "$current" "$VERSION")
resource="{\"Type\":\"AWS::Lambda::Function\",\"Properties\":$properties}"
content=$(printf '%s' "{\"version\":0.0,\"Resources\":[{\"live\":$resource}]}" | sed 's/"/\\"/g')
deployment=$(aws deploy create-deployment --region "$REGION" --application-name "$APPLICATION" \
    --deployment-group-name "$GROUP" --query deploymentId --output text \
    --revision "{\"revisionType\":\"AppSpecContent\",\"appSpecContent\":{\"content\":\"$content\"}}")
echo "deployment $deployment: from version $current to $VERSION"

while :; do
    status=$(aws deploy get-deployment --region "$REGION" --deployment-id "$deployment" \
        --query deploymentInfo.status --output text)
    case $status in
    Succeeded) exit 0 ;;
    Failed | Stopped) break ;;
    esac
    sleep 15
done
echo "deployment $deployment: $status, the alias is back at version $current" >&2
aws deploy get-deployment --region "$REGION" --deployment-id "$deployment" \
    --query 'deploymentInfo.[errorInformation.message,rollbackInfo.rollbackMessage]' --output text >&2
exit 1
