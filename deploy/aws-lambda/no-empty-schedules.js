"use strict";

// Stops `osls package` and `osls deploy` when a schedule is switched on and what it needs is not named:
// it would fail at every tick.

// A key of the message -> the parameter of serverless.yml that fills it.
const PARAMETER = { app_id: "ehpcApp", sync_task_id: "omsTask" };

class NoEmptySchedules {
  constructor(serverless) {
    this.hooks = { "before:package:finalize": () => refuse(serverless) };
  }
}

function refuse(serverless) {
  const found = [];
  const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== "AWS::Scheduler::Schedule" || Properties.State !== "ENABLED") continue;
    const message = JSON.parse(Properties.Target.Input);
    for (const [key, parameter] of Object.entries(PARAMETER)) {
      if (message[key] === "") found.push(parameter);
    }
  }
  if (found.length) {
    throw new serverless.classes.Error(
      `a schedule is on that needs ${found.join(" and ")}: add ` +
        found.map((parameter) => `--param="${parameter}=…"`).join(" ")
    );
  }
}

module.exports = NoEmptySchedules;
