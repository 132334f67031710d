package io.edgebeat.core.document;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.task.TaskOutcome;

/** How a task ended, as a member of other documents. */
final class OutcomePart {
  private OutcomePart() {}

  static Json.Obj write(TaskOutcome outcome) {
    Json.Obj object = new Json.Obj().put("kind", outcome.getClass().getSimpleName());
    return switch (outcome) {
      case TaskOutcome.Completed o -> object.put("result", o.result());
      case TaskOutcome.Exited o -> object.put("code", o.code()).put("result", o.result());
      case TaskOutcome.Trapped o -> object.put("reason", o.reason());
      case TaskOutcome.OutOfFuel o -> object;
      case TaskOutcome.OutOfMemory o -> object.put("limitBytes", o.limitBytes());
      case TaskOutcome.TimedOut o -> object.put("limitMillis", o.limitMillis());
      case TaskOutcome.Stopped o -> object.put("reason", o.reason());
      case TaskOutcome.Failed o -> object.put("code", o.code().name()).put("message", o.message());
    };
  }

  static TaskOutcome read(Fields document) {
    Fields fields = document.object("outcome");
    String kind = fields.text("kind");
    TaskOutcome outcome =
        switch (kind) {
          case "Completed" -> new TaskOutcome.Completed(fields.contentId("result"));
          case "Exited" ->
              new TaskOutcome.Exited(fields.number("code"), fields.contentId("result"));
          case "Trapped" -> new TaskOutcome.Trapped(fields.text("reason"));
          case "OutOfFuel" -> new TaskOutcome.OutOfFuel();
          case "OutOfMemory" -> new TaskOutcome.OutOfMemory(fields.integer("limitBytes"));
          case "TimedOut" -> new TaskOutcome.TimedOut(fields.integer("limitMillis"));
          case "Stopped" -> new TaskOutcome.Stopped(fields.text("reason"));
          case "Failed" ->
              new TaskOutcome.Failed(
                  fields.constant("code", ErrorCode.class), fields.text("message"));
          default -> throw fields.unknown("kind", kind);
        };
    fields.end();
    return outcome;
  }
}
