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
// The storage keys of one task in OMS_TASKS, under the prefix that the deployer chose.
const TASK_KEY = /_(SRC|DST)_(AK|SK)$|_SOURCE_CDN_AUTHENTICATION_KEY$/;
// The secret parameters of the operations; DEFAULT_PARAMETERS and a schedule's input may hold them.
const PARAMETER =
  /"(src_ak|src_sk|dst_ak|dst_sk|source_cdn_authentication_key)"\s*:(?!\s*"\{\{resolve:secretsmanager:)/;
// NOTIFY may refer to variables of any name; their values are a channel's URL or signing secret.
const NOTIFY_NAME = /env:([A-Za-z_][A-Za-z0-9_]*)/g;
const CHANNEL_SECRET =
  /^(https:\/\/(hooks\.slack\.com|oapi\.dingtalk\.com|open\.feishu\.cn|open\.larksuite\.com|qyapi\.weixin\.qq\.com|hc-ping\.com)\/|whsec_|SEC[0-9a-f]{32})/;
const REFERENCE = /^\{\{resolve:secretsmanager:[^{}]+\}\}$/;

class NoSecretsInClear {
  constructor(serverless) {
    this.hooks = { "before:package:finalize": () => refuse(serverless) };
  }
}

function refuse(serverless) {
  const found = new Set();
  const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
  // osls adds the resources of serverless.yml to the template later than this.
  const own = (serverless.service.resources || {}).Resources || {};
  for (const [id, { Type, Properties }] of [...Object.entries(Resources), ...Object.entries(own)]) {
    const inputs = Type.startsWith("AWS::Scheduler::") || Type.startsWith("AWS::Events::");
    if (inputs && PARAMETER.test(parameters(Properties))) found.add(`the input of ${id}`);
    if (Type !== "AWS::Lambda::Function") continue;
    const variables = (Properties.Environment || {}).Variables || {};
    const notify = typeof variables.NOTIFY === "string" ? variables.NOTIFY : "";
    const named = new Set([...notify.matchAll(NOTIFY_NAME)].map((match) => match[1]));
    for (const [name, raw] of Object.entries(variables)) {
      const value = typeof raw === "string" ? raw.trim() : "";
      const isSecret =
        SECRET.has(name) || named.has(name) || TASK_KEY.test(name) || CHANNEL_SECRET.test(value) ||
        (name === "DEFAULT_PARAMETERS" && PARAMETER.test(value));
      if (isSecret && value && !REFERENCE.test(value)) found.add(name);
    }
  }
  if (found.size) {
    throw new serverless.classes.Error(
      `${[...found].join(", ")}: secrets in clear are not packaged. Unset them, or export ` +
        "references to Secrets Manager instead: deploy/aws-lambda/references.env"
    );
  }
}

// JSON in which JSON texts, such as a schedule's input, are not escaped.
function parameters(properties) {
  return JSON.stringify(properties || {}).replaceAll("\\", "");
}

module.exports = NoSecretsInClear;
