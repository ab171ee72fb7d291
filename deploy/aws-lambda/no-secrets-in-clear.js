"use strict";

// Stops `osls package` and `osls deploy` when a secret would stand in the template in clear, where
// it would be copied to the deployment bucket. A reference to Secrets Manager passes.

// The secret settings of shared/settings/definitions.py; a test compares.
const SECRET = new Set([
  "OMS_SRC_AK",
  "OMS_SRC_SK",
  "OMS_DST_AK",
  "OMS_DST_SK",
  "OMS_SOURCE_CDN_AUTHENTICATION_KEY",
  "HTTP_BEARER_TOKENS",
  "HTTP_WEBHOOK_SECRETS",
  "SLACK_SIGNING_SECRET",
  "DINGTALK_APP_SECRET",
  "CHAT_CONFIRM_SECRET",
  "NOTIFY",
  "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
  "ALIBABA_CLOUD_SECURITY_TOKEN",
  "TENCENTCLOUD_SECRET_KEY",
  "TENCENTCLOUD_TOKEN",
  "HUAWEICLOUD_AUTH_TOKEN",
  "HUAWEICLOUD_SDK_SK",
  "HUAWEICLOUD_SDK_SECURITY_TOKEN",
  "CLOUD_SDK_SK",
]);
const REFERENCE = /^\{\{resolve:secretsmanager:[^{}]+\}\}$/;

class NoSecretsInClear {
  constructor(serverless) {
    this.hooks = { "before:package:finalize": () => refuse(serverless) };
  }
}

function refuse(serverless) {
  const found = new Set();
  const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== "AWS::Lambda::Function") continue;
    const variables = (Properties.Environment || {}).Variables || {};
    for (const [name, value] of Object.entries(variables)) {
      if (SECRET.has(name) && value && typeof value === "string" && !REFERENCE.test(value)) {
        found.add(name);
      }
    }
  }
  if (found.size) {
    throw new serverless.classes.Error(
      `${[...found].join(", ")}: secrets in clear are not packaged. Unset them, or export ` +
        "references to Secrets Manager instead: deploy/aws-lambda/references.env"
    );
  }
}

module.exports = NoSecretsInClear;
