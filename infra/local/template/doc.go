// Package template reads what the local runner needs from template.yaml: functions with their folder, routes,
// schedules, limits and environment, the table, the bucket and the build settings.
//
// It understands the part of CloudFormation that decides on those values (parameters, conditions, Ref, GetAtt of
// an ARN, Sub, If, Join, SAM's Globals) and gives a clear error for anything else it meets there, so that the
// runner never guesses. What only the cloud needs (rights, alarms, retention) is left to `sam validate`.
package template
