"use strict";

// Stops `osls package` and `osls deploy` when a schedule is switched on and what it needs is not named:
// it would fail at every tick.

// A key of the message -> the parameter of serverless.yml that fills it.
const PARAMETER = { app_id: "ehpcApp", sync_task_id: "omsTask", targets: "fleetTargets" };

class NoEmptySchedules {
  constructor(serverless) {
    this.hooks = { "before:package:finalize": () => refuse(serverless) };
  }
}

function refuse(serverless) {
  const found = [];
  const compiled = serverless.service.provider.compiledCloudFormationTemplate;
  // osls adds the resources of serverless.yml to the template later than this.
  const own = serverless.service.resources || {};
  const schedules = [...Object.values(compiled.Resources), ...Object.values(own.Resources || {})];
  for (const { Type, Properties } of schedules) {
    if (Type !== "AWS::Scheduler::Schedule" || !isOn(Properties.State, own.Conditions)) continue;
    const message = JSON.parse(Properties.Target.Input);
    for (const [key, parameter] of Object.entries(PARAMETER)) {
      const value = message[key];
      if (value === "" || (Array.isArray(value) && !value.length)) found.push(parameter);
    }
  }
  if (found.length) {
    throw new serverless.classes.Error(
      `a schedule is on that needs ${found.join(" and ")}: add ` +
        found.map((parameter) => `--param="${parameter}=…"`).join(" ")
    );
  }
}

// A schedule of serverless.yml's own resources is on by a condition that compares two texts.
function isOn(state, conditions) {
  if (!state || !state["Fn::If"]) return state === "ENABLED";
  const [left, right] = conditions[state["Fn::If"][0]]["Fn::Equals"];
  return left === right;
}

module.exports = NoEmptySchedules;
